import AccessModel
import GRDB
import Spreadsheets
import WireForm

extension SQLiteCatalog {
    /// What the columns of a spreadsheet mean: what was chosen for its data source, or what their names say.
    func mapping(for run: ImportRun, headers: [String]) throws -> Spreadsheets.ColumnMapping {
        let chosen = try pool.read { db in
            try String.fetchOne(db, sql: "SELECT mapping FROM data_sources WHERE id = ?", arguments: [run.sourceKey])
                ?? ""
        }
        guard !chosen.isEmpty else { return try Spreadsheets.ColumnMapping(recognizing: headers) }
        let json = try JSONValue(parsing: Array(chosen.utf8))
        var fields: [SheetField: String] = [:]
        for (name, value) in json["fields"]?.members ?? [] {
            guard let field = SheetField(rawValue: name), let header = value.string else { continue }
            fields[field] = header
        }
        var attributes: [String: String] = [:]
        for (header, value) in json["attributes"]?.members ?? [] { attributes[header] = value.string ?? header }
        return try Spreadsheets.ColumnMapping(explicit: fields, attributes: attributes, headers: headers)
    }
}
