/// Something that is wrong with one row.
public struct SheetProblem: Hashable, Sendable, CustomStringConvertible {
    /// The row as a spreadsheet program counts it: the header is 1.
    public let row: Int
    /// The header of the column, when it is about one.
    public let column: String?
    /// What is wrong and what to do.
    public let message: String
    /// Whether the row was left out; otherwise it was taken over, without what is wrong.
    public let isError: Bool

    /// A problem with its place.
    public init(row: Int, column: String?, message: String, isError: Bool) {
        self.row = row
        self.column = column
        self.message = message
        self.isError = isError
    }

    /// The place, what is wrong, and what to do.
    public var description: String {
        SheetPlace(row: row, column: column).prefixed(to: message)
    }
}

/// A problem as a reader of rows finds it, before the column has a name.
struct RowFault: Hashable, Sendable {
    let column: Int?
    let message: String
    var isError = true
}
