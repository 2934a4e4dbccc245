/// An .xlsx file, opened.
struct Workbook: SheetContent {
    let sheetNames: [String]
    let sheetName: String?
    let usesDates1904: Bool

    private let archive: ZipArchive
    private let limits: SpreadsheetLimits
    private let part: String
    private let strings: SharedStrings
    private let styles: CellStyles

    /// Opens the sheet with this name, or the first one that isn't hidden.
    init(
        _ source: any ByteSource, sheet: String?, _ limits: SpreadsheetLimits
    ) throws(SpreadsheetError) {
        let archive = try ZipArchive(source, limits)
        let main = try Self.mainPart(of: archive)
        let list = try SheetList(main, in: archive)
        let links = try Relationships(of: main, in: archive)
        let chosen = try list.choose(sheet, links)
        part = chosen.part
        sheetName = chosen.name
        sheetNames = list.names
        usesDates1904 = list.usesDates1904
        let texts = try links.target(kind: "sharedStrings").flatMap { path throws(SpreadsheetError) in
            try archive.stream(path)
        }
        strings =
            try texts.map { stream throws(SpreadsheetError) in try SharedStrings(stream, limits) } ?? SharedStrings()
        let looks = try links.target(kind: "styles").flatMap { path throws(SpreadsheetError) in
            try archive.stream(path)
        }
        styles = try looks.map { stream throws(SpreadsheetError) in try CellStyles(stream) } ?? CellStyles()
        self.archive = archive
        self.limits = limits
    }

    func rows() throws(SpreadsheetError) -> any RowReader {
        guard let stream = try archive.stream(part) else { throw .damaged("the sheet is missing") }
        let cells = CellText(strings: strings, styles: styles, usesDates1904: usesDates1904)
        return SheetReader(try XMLReader(stream), cells, limits)
    }

    private static func mainPart(of archive: ZipArchive) throws(SpreadsheetError) -> String {
        guard archive.has("[content_types].xml") else {
            let kind = archive.has("mimetype") && archive.has("content.xml") ? "an OpenDocument file" : "a zip file"
            throw SpreadsheetError("This is \(kind), no .xlsx workbook. Save the sheet as .xlsx or .csv.")
        }
        guard let part = try Relationships(of: "", in: archive).target(kind: "officeDocument") else {
            throw SpreadsheetError("This is no workbook. Save the sheet as .xlsx or .csv.")
        }
        guard !part.hasSuffix(".bin") else {
            throw SpreadsheetError("This is a binary workbook (.xlsb). Save it as .xlsx or .csv.")
        }
        return part
    }
}

/// The sheets that a workbook lists.
struct SheetList {
    private struct Entry {
        let name: String
        let id: String
        let isHidden: Bool
    }

    private static let most = 10_000

    private(set) var usesDates1904 = false
    private var entries: [Entry] = []

    init(_ part: String, in archive: ZipArchive) throws(SpreadsheetError) {
        guard let stream = try archive.stream(part) else { throw .damaged("the list of sheets is missing") }
        var reader = try XMLReader(stream)
        while true {
            switch try reader.next() {
            case .start where reader.isNamed("workbookPr"):
                let value = reader.textAttribute("date1904")
                usesDates1904 = value == "1" || value == "true"
            case .start where reader.isNamed("sheet"): add(reader)
            case .finished: return
            default: break
            }
            guard entries.count <= Self.most else { throw .tooLarge("The workbook has more than \(Self.most) sheets") }
        }
    }

    var names: [String] { entries.map { $0.name } }

    /// The sheet with this name, or the first one that isn't hidden, and its part.
    func choose(
        _ name: String?, _ links: Relationships
    ) throws(SpreadsheetError) -> (name: String, part: String) {
        // Charts stand in the list too; only tables count.
        let tables = entries.compactMap { entry in
            links.target(id: entry.id, kind: "worksheet").map { (entry: entry, part: $0) }
        }
        let found = tables.first { table in name.map { $0 == table.entry.name } ?? !table.entry.isHidden }
        if let found { return (found.entry.name, found.part) }
        if let name {
            throw SpreadsheetError(
                "There is no sheet \(ShownText.quoted(name)). Choose one of \(ShownText.list(names)).")
        }
        throw SpreadsheetError("The workbook has no sheet that is shown. Show the sheet, or name it.")
    }

    private mutating func add(_ reader: XMLReader) {
        guard let name = reader.textAttribute("name"), let id = reader.textAttribute(endingWith: ":id") else { return }
        let state = reader.textAttribute("state")
        entries.append(Entry(name: name, id: id, isHidden: state == "hidden" || state == "veryHidden"))
    }
}
