/// Walks over the keys of a range that hold, in byte order: of several entries of a key the latest counts, unless it, or a later
/// deletion of a range, deletes the key (c1z-v3 §7.7).
public final class PebbleScan {
    private let open: (LiveTable) throws -> Table
    /// Tables that the scan hasn't come to, the next one last.
    private var ahead: [LiveTable]
    /// Those it is in.
    private var ranges = MergeHeap<TableRange> { $0.precedes($1) }
    private var deletions = RangeDeletionSet()
    private let lower: [UInt8]
    private let upper: [UInt8]
    private var present = KeyBuffer()
    private var hasBegun = false

    /// The present key; valid until the next step.
    public var key: UnsafeRawBufferPointer { present.bytes }
    /// Its value; valid until the next step.
    public private(set) var value = UnsafeRawBufferPointer(start: nil, count: 0)

    init(
        of tables: [LiveTable], from lower: [UInt8], upTo upper: [UInt8],
        opening open: @escaping (LiveTable) throws -> Table
    ) {
        self.open = open
        self.lower = lower
        self.upper = upper
        ahead = tables.reversed()
    }

    /// Goes to the next key; false after the last.
    ///
    /// - Throws: ``PebbleError`` when a table is damaged, and what reading the files throws.
    public func next() throws -> Bool {
        while true {
            if hasBegun, let top = ranges.top { ranges.settle(hasEnded: try !top.next()) }
            try enterTables()
            guard let top = ranges.top else { return false }
            let order = hasBegun ? top.key.order(to: present.bytes) : 1
            guard order >= 0 else { throw PebbleError(.corrupt, top.name, "its keys are not in order") }
            hasBegun = true
            // What is left of the key before are older entries.
            if order == 0 { continue }
            present.set(top.key)
            guard try top.sets(), try !deletions.cover(top.key, writtenAt: top.sequence) else { continue }
            value = top.value
            return true
        }
    }

    /// Opens the tables that may hold the next key.
    private func enterTables() throws {
        while let table = ahead.last, ranges.top.map({ table.begins(atOrBefore: $0.key) }) ?? true {
            ahead.removeLast()
            let range = TableRange(try open(table), of: table, upTo: upper)
            deletions.add(range.deletions, behind: lower)
            guard try range.seek(to: lower) else { continue }
            ranges.add(range)
        }
    }
}

extension LiveTable {
    fileprivate func begins(atOrBefore key: UnsafeRawBufferPointer) -> Bool {
        smallest.withUnsafeBytes { $0.order(to: key) <= 0 }
    }
}

/// The part of a table that belongs to the database and lies before the end of a scan.
private final class TableRange {
    private let cursor: TableCursor
    private let live: LiveTable
    private let upper: [UInt8]

    init(_ table: Table, of live: LiveTable, upTo upper: [UInt8]) {
        cursor = TableCursor(table)
        self.live = live
        self.upper = upper
    }

    var name: String { cursor.table.name }
    var key: UnsafeRawBufferPointer { cursor.key }
    var value: UnsafeRawBufferPointer { cursor.value }
    var sequence: UInt64 { live.sequence ?? cursor.trailer.sequence }

    /// Whether the present entry gives its key a value.
    func sets() throws(PebbleError) -> Bool {
        let effect = try placing(name) { () throws(Flaw) in try cursor.trailer.effect() }
        if case .sets = effect { return true }
        return false
    }

    /// Whether its entry comes before that of `other`: the smaller key, and of equal keys the later entry.
    func precedes(_ other: TableRange) -> Bool {
        let order = key.order(to: other.key)
        return order == 0 ? sequence > other.sequence : order < 0
    }

    func seek(to lower: [UInt8]) throws -> Bool {
        // What lies before the part of a virtual table doesn't belong to it.
        let start = live.smallest.lexicographicallyPrecedes(lower) ? lower : live.smallest
        return try start.withUnsafeBytes { try cursor.seek($0) } && isInside
    }

    func next() throws -> Bool {
        try cursor.next() && isInside
    }

    private var isInside: Bool {
        upper.withUnsafeBytes { cursor.key.order(to: $0) < 0 } && !live.isBehind(cursor.key)
    }

    /// Its range deletions, cut to the part that belongs to the database.
    var deletions: [RangeDeletion] {
        cursor.table.rangeDeletions.compactMap { deletion in
            var deletion = deletion
            if let sequence = live.sequence { deletion.sequence = sequence }
            guard live.isVirtual else { return deletion }
            if deletion.start.lexicographicallyPrecedes(live.smallest) { deletion.start = live.smallest }
            // The key right behind an inclusive bound is the bound and a zero byte.
            let end = live.excludesLargest ? live.largest : live.largest + [0]
            if end.lexicographicallyPrecedes(deletion.end) { deletion.end = end }
            return deletion.start.lexicographicallyPrecedes(deletion.end) ? deletion : nil
        }
    }
}
