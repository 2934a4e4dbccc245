public import Spreadsheets
import WireForm

/// What the columns of a data source's spreadsheets mean, as somebody chose it.
public struct SheetMapping: Sendable, Equatable {
    /// The header of each field; fields without one are not imported.
    public var fields: [SheetField: String]
    /// The name of the profile attribute that a column becomes, by its header.
    public var attributes: [String: String]
    /// Which part of a date like `03/04/2024` is the month; nil when each file's own dates decide.
    public var dateOrder: DateOrder?

    /// A mapping of headers.
    public init(fields: [SheetField: String], attributes: [String: String] = [:], dateOrder: DateOrder? = nil) {
        self.fields = fields
        self.attributes = attributes
        self.dateOrder = dateOrder
    }

    /// Reads what ``json`` wrote; nil when there is nothing.
    init?(json text: String) throws {
        guard !text.isEmpty else { return nil }
        let json = try JSONValue(parsing: Array(text.utf8))
        self.init(fields: [:], dateOrder: json["date_order"]?.string.flatMap(DateOrder.init))
        for (name, value) in json["fields"]?.members ?? [] {
            guard let field = SheetField(rawValue: name), let header = value.string else { continue }
            fields[field] = header
        }
        for (header, value) in json["attributes"]?.members ?? [] { attributes[header] = value.string ?? header }
    }

    /// The mapping as it is kept.
    var json: String {
        var text = JSONText()
        JSONValue.object([
            (
                "fields",
                .object(
                    fields.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key.rawValue, .string($0.value)) })
            ),
            ("attributes", .object(attributes.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
            ("date_order", dateOrder.map { .string($0.rawValue) } ?? .null),
        ]).write(to: &text)
        return String(decoding: text.bytes, as: UTF8.self)
    }

    /// The columns that it names, among those of a sheet.
    func columns(of headers: [String]) throws(SpreadsheetError) -> ColumnMapping {
        try ColumnMapping(explicit: fields, attributes: attributes, headers: headers)
    }
}

/// A spreadsheet that waits to be understood: its columns, and what stands in them.
public struct SheetSample: Sendable {
    /// The headers of the columns.
    public let headers: [String]
    /// The first values of each column that aren't empty; at most five.
    public let values: [[String]]
    /// What its columns mean so far: as chosen, or as their headers say.
    public let mapping: SheetMapping
    /// The required fields that no column is for.
    public let missing: [SheetField]
    /// The order of dates that the sheet shows; nil when it has none that need one.
    public let dateOrder: DateOrder?
}
