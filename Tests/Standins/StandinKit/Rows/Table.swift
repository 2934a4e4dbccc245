/// Rows by id, in the order in which they came, with what lists and slow replicas need.
///
/// Each row has an ordinal that never changes, so that a page can begin after a row that is gone. A change can stay
/// unseen for some reads, as it does where reads come from a replica.
package struct Table<Row: Sendable>: Sendable {
    private struct Slot: Sendable {
        var row: Row?
        /// What readers still see: the state before the last change.
        var before: Row?
        var staleReads = 0

        var seen: Row? { staleReads > 0 ? before : row }
    }

    /// The ordinal of the first slot.
    private var first = 0
    private var slots: [Slot] = []
    private var ordinals: [String: Int] = [:]

    /// How many rows there are.
    package private(set) var count = 0

    package init() {}

    /// The row as it is, whatever readers see.
    package subscript(id: String) -> Row? {
        ordinals[id].flatMap { slots[$0 - first].row }
    }

    /// All rows as they are.
    package var rows: some Sequence<Row> { slots.lazy.compactMap(\.row) }

    /// Puts a row at the end, or over the one with its id.
    package mutating func put(_ row: Row, id: String, staleReads: Int = 0) {
        if let ordinal = ordinals[id] { return change(ordinal - first, to: row, staleReads) }
        ordinals[id] = first + slots.count
        slots.append(Slot(row: row, before: nil, staleReads: staleReads))
        count += 1
    }

    /// Puts a row before all others.
    package mutating func putFirst(_ row: Row, id: String) {
        first -= 1
        ordinals[id] = first
        slots.insert(Slot(row: row, before: nil), at: 0)
        count += 1
    }

    /// Takes a row away; it was there or not.
    @discardableResult
    package mutating func remove(_ id: String, staleReads: Int = 0) -> Bool {
        guard let ordinal = ordinals[id], slots[ordinal - first].row != nil else { return false }
        change(ordinal - first, to: nil, staleReads)
        return true
    }

    /// Changes what belongs to a row, in its place; nil when there is no such row.
    package mutating func edit<Result>(_ id: String, _ body: (inout Row) throws -> Result) rethrows -> Result? {
        guard let ordinal = ordinals[id], var row = slots[ordinal - first].row else { return nil }
        // Taken out, or what the row holds would be copied with the first change.
        slots[ordinal - first].row = nil
        defer { slots[ordinal - first].row = row }
        return try body(&row)
    }

    private mutating func change(_ place: Int, to row: Row?, _ staleReads: Int) {
        count += (row == nil ? 0 : 1) - (slots[place].row == nil ? 0 : 1)
        if staleReads > 0, slots[place].staleReads == 0 { slots[place].before = slots[place].row }
        slots[place].staleReads = staleReads
        slots[place].row = row
    }

    /// What a reader sees of a row; a read that counts.
    package mutating func read(_ id: String) -> Row? {
        ordinals[id].flatMap { readSlot($0 - first) }
    }

    private mutating func readSlot(_ place: Int) -> Row? {
        let seen = slots[place].seen
        if slots[place].staleReads > 0 { slots[place].staleReads -= 1 }
        return seen
    }

    package func ordinal(of id: String) -> Int? { ordinals[id] }

    /// The place before the first row.
    package var start: Int { first - 1 }

    /// The last row at or before an ordinal that a reader sees.
    package func lastOrdinal(upTo ordinal: Int, where isMeant: (Row) -> Bool) -> Int? {
        var place = min(ordinal - first, slots.count - 1)
        while place >= 0 {
            if let row = slots[place].seen, isMeant(row) { return place + first }
            place -= 1
        }
        return nil
    }

    /// The rows after an ordinal that are meant, at most `limit`.
    package mutating func page(after ordinal: Int, limit: Int, where isMeant: (Row) -> Bool) -> RowPage<Row> {
        var page = RowPage<Row>(rows: [], last: ordinal, hasMore: false)
        var place = max(0, ordinal + 1 - first)
        while place < slots.count {
            if let row = slots[place].seen, isMeant(row) {
                if page.rows.count == limit {
                    page.hasMore = true
                    return page
                }
                page.rows.append(row)
                page.last = place + first
            }
            if slots[place].staleReads > 0 { slots[place].staleReads -= 1 }
            place += 1
        }
        return page
    }
}

/// Some rows of a list.
package struct RowPage<Row: Sendable>: Sendable {
    package var rows: [Row]
    /// Where the page ends: the next one begins after it.
    package var last: Int
    package var hasMore: Bool

    package init(rows: [Row], last: Int, hasMore: Bool) {
        self.rows = rows
        self.last = last
        self.hasMore = hasMore
    }
}
