import Spreadsheets

/// A workbook under construction; its parts are as small as they may be.
struct WorkbookFile {
    private static let kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    private static let header = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

    /// The parts by path; each can be replaced.
    var parts: [String: String]
    var zip = ZipFile()
    var isDeflated = true

    /// A workbook with one sheet, whose rows are given as XML.
    init(_ rows: String, strings: String? = nil, styles: String? = nil) {
        parts = [
            "[Content_Types].xml": "\(Self.header)<Types/>",
            "_rels/.rels": Self.links([("rId1", "officeDocument", "xl/workbook.xml")]),
            "xl/workbook.xml": Self.workbook("<sheet name=\"One\" sheetId=\"1\" r:id=\"rId1\"/>"),
            "xl/_rels/workbook.xml.rels": Self.links([
                ("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "sharedStrings", "sharedStrings.xml"),
                ("rId3", "styles", "/xl/styles.xml"),
            ]),
            "xl/worksheets/sheet1.xml": Self.sheet(rows),
        ]
        parts["xl/sharedStrings.xml"] = strings.map { "\(Self.header)<sst>\($0)</sst>" }
        parts["xl/styles.xml"] = styles.map { "\(Self.header)<styleSheet>\($0)</styleSheet>" }
    }

    static func sheet(_ rows: String) -> String {
        "\(header)<worksheet><sheetData>\(rows)</sheetData><pageMargins left=\"0.7\"/></worksheet>"
    }

    static func workbook(_ sheets: String, properties: String = "") -> String {
        "\(header)<workbook xmlns:r=\"\(kinds)\">\(properties)<sheets>\(sheets)</sheets></workbook>"
    }

    static func links(_ links: [(id: String, kind: String, target: String)]) -> String {
        let items = links.map { "<Relationship Id=\"\($0.id)\" Type=\"\(kinds)/\($0.kind)\" Target=\"\($0.target)\"/>" }
        return "\(header)<Relationships>\(items.joined())</Relationships>"
    }

    /// A row of inline texts, without references.
    static func row(_ cells: String...) -> String {
        "<row>\(cells.map { "<c t=\"inlineStr\"><is><t>\($0)</t></is></c>" }.joined())</row>"
    }

    var bytes: [UInt8] {
        var zip = zip
        for (name, content) in parts.sorted(by: { $0.key < $1.key }) { zip.add(name, content, isDeflated: isDeflated) }
        return zip.bytes()
    }

    func open(
        _ sheet: String? = nil, limits: SpreadsheetLimits = SpreadsheetLimits()
    ) throws(SpreadsheetError) -> Spreadsheet {
        try Spreadsheet.open(bytes: bytes, sheet: sheet, limits: limits)
    }

    /// The cells of all rows, with the headers.
    func rows() throws(SpreadsheetError) -> [[String]] {
        try open().allRows()
    }
}

extension Spreadsheet {
    /// A CSV file in memory.
    static func csv(
        _ text: String, limits: SpreadsheetLimits = SpreadsheetLimits()
    ) throws(SpreadsheetError) -> Spreadsheet {
        try open(bytes: Array(text.utf8), limits: limits)
    }

    /// The cells of all rows, with the headers.
    func allRows() throws(SpreadsheetError) -> [[String]] {
        var rows = [headers]
        while let row = try next() { rows.append(row.cells) }
        return rows
    }

    /// What is wrong with the rows.
    func allProblems() throws(SpreadsheetError) -> [String] {
        var problems: [String] = []
        while let row = try next() {
            problems += row.problems.map { "\($0.isError ? "error" : "warning") \($0.description)" }
        }
        return problems
    }
}
