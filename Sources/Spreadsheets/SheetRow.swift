/// What kind of value a cell holds.
public enum SheetCellKind: Sendable {
    /// A text; every cell of a CSV file is one.
    case text
    /// A number, written without grouping.
    case number
    /// `true` or `false`.
    case boolean
    /// A date or a time, written like `2006-01-02 15:04:05`.
    case date
}

/// One row of a sheet.
public struct SheetRow: Sendable {
    /// The row as a spreadsheet program counts it: the header is 1 when nothing stands above it.
    public let number: Int
    /// What is wrong with the row.
    public internal(set) var problems: [SheetProblem] = []

    var bytes: [UInt8] = []
    var marks: [CellMark] = []
    var faults: [RowFault] = []

    init(_ number: Int) {
        self.number = number
    }

    /// Where a cell's bytes are.
    struct CellMark: Sendable {
        var start = 0
        var end = 0
        var kind = SheetCellKind.text
    }

    /// How many cells the row has, with empty ones between others.
    public var count: Int { marks.count }

    /// Whether the row can't be used, see `problems`.
    public var isBroken: Bool { problems.contains { $0.isError } }

    /// The text of a cell; empty when the row doesn't have it.
    public subscript(column: Int) -> String {
        String(decoding: utf8(of: column), as: UTF8.self)
    }

    /// What a cell holds; text when the row doesn't have it.
    public func kind(of column: Int) -> SheetCellKind {
        marks.indices.contains(column) ? marks[column].kind : .text
    }

    /// The bytes of a cell, UTF-8.
    public func utf8(of column: Int) -> ArraySlice<UInt8> {
        guard marks.indices.contains(column) else { return [] }
        return bytes[marks[column].start..<marks[column].end]
    }

    /// The texts of all cells.
    public var cells: [String] { marks.indices.map { self[$0] } }

    var isBlank: Bool { bytes.isEmpty && faults.isEmpty }

    /// Ends the cell that began at `start`.
    mutating func endCell(from start: Int, kind: SheetCellKind = .text) {
        marks.append(CellMark(start: start, end: bytes.count, kind: kind))
    }

    /// Takes a cell's content back.
    mutating func dropBytes(from start: Int) {
        bytes.removeSubrange(min(start, bytes.count)...)
    }

    mutating func fault(_ message: String, column: Int? = nil, isError: Bool = true) {
        faults.append(RowFault(column: column, message: message, isError: isError))
    }
}

/// Gives the rows of a sheet, the header included, one after the other.
protocol RowReader {
    /// The next row; nil after the last one.
    mutating func next() throws(SpreadsheetError) -> SheetRow?
}
