/// Which part of a date like `03/04/2024` is the month.
public enum DateOrder: String, Sendable, Codable, CaseIterable {
    /// The 4th of March: American.
    case monthFirst
    /// The 3rd of April: European.
    case dayFirst
}

/// What the dates of a column say about their order.
public struct DateOrderFinding: Hashable, Sendable {
    /// The order of the whole column: European when any of its dates can only be that.
    public private(set) var order = DateOrder.monthFirst
    /// How many dates have slashes, so that the order matters.
    public private(set) var dates = 0
    /// How many of them can only have the day first.
    public private(set) var dayFirstDates = 0
    /// How many of them can only have the month first.
    public private(set) var monthFirstDates = 0

    /// Nothing is found yet.
    public init() {}

    /// Whether a date shows the order, and none speaks against it.
    ///
    /// When this is false, ask a person.
    public var isCertain: Bool { dates == 0 || (dayFirstDates > 0) != (monthFirstDates > 0) }

    /// Reads a whole sheet and decides the order of a column; the sheet is at its first row afterwards.
    public static func scan(_ sheet: Spreadsheet, column: Int) throws(SpreadsheetError) -> DateOrderFinding {
        try sheet.rewind()
        var finding = DateOrderFinding()
        while let row = try sheet.next() {
            if !row.isBroken { finding.add(row.utf8(of: column)) }
        }
        try sheet.rewind()
        return finding
    }

    mutating func add(_ value: ArraySlice<UInt8>) {
        guard let (first, second) = DateText.slashFields(value) else { return }
        dates += 1
        if first > 12 {
            dayFirstDates += 1
            order = .dayFirst
        } else if second > 12 {
            monthFirstDates += 1
        }
    }
}
