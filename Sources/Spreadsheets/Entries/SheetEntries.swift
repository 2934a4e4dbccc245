/// Reads a sheet as accounts and grants.
public struct SheetEntries {
    /// What is wrong with the rows so far.
    public private(set) var problems: SheetProblems
    /// What the columns mean.
    public let mapping: ColumnMapping
    /// Which part of a date like `03/04/2024` is the month.
    public let dateOrder: DateOrder

    private let sheet: Spreadsheet
    private let builder: EntryBuilder

    /// What the sheet is about.
    public let focus: SheetFocus

    /// Reads all rows of a sheet, also those that were read before.
    ///
    /// - Parameters:
    ///   - sheet: the sheet, which nobody else may read meanwhile.
    ///   - mapping: what its columns mean; none of the required ones may be missing.
    ///   - dateOrder: the order of the dates; without it, the sheet is read once more to find it out.
    ///   - focus: what the sheet is about; without it, the columns decide.
    ///   - problemLimit: how many problems are kept.
    public init(
        _ sheet: Spreadsheet, _ mapping: ColumnMapping, dateOrder: DateOrder? = nil, focus: SheetFocus? = nil,
        problemLimit: Int = 1000
    ) throws(SpreadsheetError) {
        self.focus = focus ?? mapping.focus
        try mapping.checkRequired(for: self.focus)
        self.sheet = sheet
        self.mapping = mapping
        if let dateOrder {
            self.dateOrder = dateOrder
        } else if let column = mapping.columns[.lastLogin] {
            self.dateOrder = try DateOrderFinding.scan(sheet, column: column).order
        } else {
            self.dateOrder = .monthFirst
        }
        try sheet.rewind()
        problems = SheetProblems(limit: problemLimit)
        builder = EntryBuilder(mapping, self.focus, self.dateOrder, is1904: sheet.usesDates1904)
    }

    /// Hands over the problems that were found since the last time.
    public mutating func takeProblems() -> [SheetProblem] { problems.takeKept() }

    /// The next entry; nil after the last one.
    ///
    /// Rows with errors are left out and told in `problems`.
    public mutating func next() throws(SpreadsheetError) -> SheetEntry? {
        while let row = try sheet.next() {
            for problem in row.problems { problems.add(problem) }
            if row.isBroken { continue }
            var faults: [RowFault] = []
            let entry = builder.entry(row, &faults)
            for fault in faults {
                problems.add(
                    SheetProblem(
                        row: row.number, column: fault.column.map { sheet.name(ofColumn: $0) },
                        message: fault.message, isError: fault.isError))
            }
            if let entry { return entry }
        }
        return nil
    }
}
