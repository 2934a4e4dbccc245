/// A kind of file that a sheet can be read from.
public enum SpreadsheetFormat: Sendable {
    /// Values between separators, as text.
    case csv
    /// A workbook of Excel 2007 or later, and of most other programs.
    case xlsx
}

/// A sheet whose rows are read one after the other, so that it may be larger than the memory.
public final class Spreadsheet {
    /// What the file is.
    public let format: SpreadsheetFormat
    /// The names of all sheets, also those that are hidden; none for CSV.
    public var sheetNames: [String] { content.sheetNames }
    /// The sheet that is read; nil for CSV.
    public var sheetName: String? { content.sheetName }
    /// Whether serial dates count from 1904.
    public var usesDates1904: Bool { content.usesDates1904 }
    /// The cells of the first row that isn't empty.
    public private(set) var headers: [String] = []
    /// The row of the headers, which is 1 when nothing stands above it.
    public private(set) var headerRow = 1

    private static let longestHeader = 1000

    private let content: any SheetContent
    private var rows: any RowReader
    private var isOver = false

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: where the file is.
    ///   - sheet: the sheet to read; without it, the first one that isn't hidden.
    ///   - format: what the file is said to be; a file that isn't a workbook though is refused.
    ///   - limits: how large it may be.
    public static func open(
        _ path: String, sheet: String? = nil, format: SpreadsheetFormat? = nil,
        limits: SpreadsheetLimits = SpreadsheetLimits()
    ) throws(SpreadsheetError) -> Spreadsheet {
        try Spreadsheet(FileBytes(path), sheet, format, limits)
    }

    /// Opens a file that is in memory.
    public static func open(
        bytes: [UInt8], sheet: String? = nil, format: SpreadsheetFormat? = nil,
        limits: SpreadsheetLimits = SpreadsheetLimits()
    ) throws(SpreadsheetError) -> Spreadsheet {
        try Spreadsheet(MemoryBytes(bytes), sheet, format, limits)
    }

    private init(
        _ source: any ByteSource, _ sheet: String?, _ hint: SpreadsheetFormat?, _ limits: SpreadsheetLimits
    ) throws(SpreadsheetError) {
        format = try FileSignature.format(of: source, hint)
        content =
            switch format {
            case .csv: try CSVContent(source, limits)
            case .xlsx: try Workbook(source, sheet: sheet, limits)
            }
        rows = try content.rows()
        try readHeaders()
    }

    /// The next row with anything in it; nil after the last one.
    ///
    /// A row with an error comes too, see `SheetRow.isBroken`. What is thrown means that nothing after it can be read.
    public func next() throws(SpreadsheetError) -> SheetRow? {
        do throws(SpreadsheetError) {
            while !isOver, var row = try rows.next() {
                if row.isBlank { continue }
                row.check(headers.count, isStrict: format == .csv)
                row.problems = row.faults.map { problem($0, in: row) }
                return row
            }
        } catch {
            isOver = true
            throw error
        }
        isOver = true
        return nil
    }

    /// Goes back to the first row after the headers.
    public func rewind() throws(SpreadsheetError) {
        rows = try content.rows()
        isOver = false
        try readHeaders()
    }

    /// What a column is called in messages: its header, or its letters.
    public func name(ofColumn column: Int) -> String {
        let header = headers.indices.contains(column) ? headers[column] : ""
        return header.isEmpty ? CellReference.letters(of: column) : header
    }

    private func readHeaders() throws(SpreadsheetError) {
        while var row = try rows.next() {
            if row.isBlank { continue }
            row.check(row.count, isStrict: false)
            headerRow = row.number
            if let fault = row.faults.first(where: { $0.isError }) {
                throw SpreadsheetError(
                    fault.message, row: row.number, column: fault.column.map { CellReference.letters(of: $0) })
            }
            // Messages and reports repeat the headers.
            if let long = row.marks.indices.first(where: { row.utf8(of: $0).count > Self.longestHeader }) {
                throw SpreadsheetError(
                    "The header is longer than \(Self.longestHeader) bytes. Shorten it.", row: row.number,
                    column: CellReference.letters(of: long))
            }
            headers = row.cells.map { HeaderName.trimmed($0) }
            return
        }
        throw SpreadsheetError("The sheet is empty. It needs a row of headers, and a row for each entry.")
    }

    private func problem(_ fault: RowFault, in row: SheetRow) -> SheetProblem {
        SheetProblem(
            row: row.number, column: fault.column.map { name(ofColumn: $0) }, message: fault.message,
            isError: fault.isError)
    }
}

/// An opened file, which can be read any number of times.
protocol SheetContent {
    var sheetNames: [String] { get }
    var sheetName: String? { get }
    var usesDates1904: Bool { get }

    /// The rows from the beginning.
    func rows() throws(SpreadsheetError) -> any RowReader
}

extension SheetContent {
    var sheetNames: [String] { [] }
    var sheetName: String? { nil }
    var usesDates1904: Bool { false }
}

extension SheetRow {
    /// Finds what is wrong with any row, whatever it was read from.
    mutating func check(_ width: Int, isStrict: Bool) {
        checkText()
        guard marks.count > width else { return }
        for column in width..<marks.count where marks[column].start < marks[column].end {
            // In CSV the cells before it may have slipped too; in a workbook each one says where it belongs.
            fault(
                isStrict
                    ? "The row has more cells than there are headers. Put cells with separators in quotes."
                    : "The cell has no header, it is ignored. Give its column a header.",
                column: isStrict ? nil : column, isError: isStrict)
            if isStrict { return }
        }
    }

    private mutating func checkText() {
        guard bytes.contains(0) || !UTF8Check.isValid(bytes[...]) else { return }
        for column in marks.indices {
            let cell = utf8(of: column)
            if cell.contains(0) {
                fault("The cell has a zero byte, so this isn't text. Save the file as CSV in UTF-8.", column: column)
            } else if !UTF8Check.isValid(cell) {
                fault("The cell isn't UTF-8. Save the file as CSV in UTF-8.", column: column)
            }
        }
    }
}
