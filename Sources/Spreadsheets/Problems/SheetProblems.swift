/// The problems of a sheet: the first ones in full, and how many there are in all.
public struct SheetProblems: Sendable {
    /// How many problems are kept.
    public let limit: Int
    /// The first problems, in the order of the rows.
    public private(set) var kept: [SheetProblem] = []
    /// How many rows were left out.
    ///
    /// A row counts once, however many errors it has.
    public private(set) var errorRows = 0
    /// How many errors there are, also those that aren't kept.
    public private(set) var errors = 0
    /// How many warnings there are, also those that aren't kept.
    public private(set) var warnings = 0

    private var lastErrorRow = 0

    /// No problems yet, with room for `limit` of them.
    public init(limit: Int = 1000) {
        self.limit = limit
    }

    /// Counts a problem, and keeps it when there is room.
    public mutating func add(_ problem: SheetProblem) {
        if problem.isError {
            errors += 1
            if problem.row != lastErrorRow { errorRows += 1 }
            lastErrorRow = problem.row
        } else {
            warnings += 1
        }
        if kept.count < limit { kept.append(problem) }
    }

    /// Hands over the kept problems, so that there is room for others; the counts stay as they are.
    public mutating func takeKept() -> [SheetProblem] {
        defer { kept = [] }
        return kept
    }
}
