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

    /// The kept problems as CSV, with the header `row,column,severity,problem`.
    ///
    /// The last row says how many problems are missing, when any are.
    public var report: String {
        var text = "row,column,severity,problem\n"
        for problem in kept {
            let severity = problem.isError ? "error" : "warning"
            text += Self.line(["\(problem.row)", problem.column ?? "", severity, problem.message])
        }
        let missing = errors + warnings - kept.count
        if missing > 0 { text += Self.line(["", "", "note", "\(missing) more problems aren't listed."]) }
        return text
    }

    private static func line(_ cells: [String]) -> String {
        cells.map { cell($0) }.joined(separator: ",") + "\n"
    }

    /// One cell, which no spreadsheet program takes for a formula.
    private static func cell(_ text: String) -> String {
        guard let first = text.unicodeScalars.first else { return "" }
        let isFormula = ["=", "+", "-", "@", "\t", "\r"].contains(first)
        let safe = isFormula ? "'\(text)" : text
        let special: Set<Unicode.Scalar> = [",", "\"", "\n", "\r", ";", "\t"]
        guard safe.unicodeScalars.contains(where: { special.contains($0) }) else { return safe }
        var quoted = String.UnicodeScalarView()
        quoted.append("\"")
        for scalar in safe.unicodeScalars {
            if scalar == "\"" { quoted.append("\"") }
            quoted.append(scalar)
        }
        quoted.append("\"")
        return String(quoted)
    }
}
