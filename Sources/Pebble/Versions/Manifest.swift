/// The set of tables that make up a database, as its MANIFEST tells (c1z-v3 §6).
struct Manifest {
    private(set) var tables: [LiveTable] = []
    private(set) var firstLog: UInt64 = 0
    private var backings: [UInt64: UInt64] = [:]
    private var places: [VersionEdit.Place: LiveTable] = [:]

    static let comparer = "leveldb.BytewiseComparator"

    /// Plays a MANIFEST.
    init(_ bytes: UnsafeRawBufferPointer) throws(Flaw) {
        var log = RecordLog(bytes)
        while let record = try log.next() {
            try apply(try VersionEdit(record))
        }
        tables = places.values.sorted { left, right in
            left.smallest == right.smallest
                ? left.number < right.number : left.smallest.lexicographicallyPrecedes(right.smallest)
        }
    }

    private mutating func apply(_ edit: VersionEdit) throws(Flaw) {
        if let comparer = edit.comparer, comparer != Self.comparer {
            throw Flaw(.unsupported, "keys in the order of \(comparer) are not known")
        }
        if let first = edit.firstLog { firstLog = first }
        for place in edit.deleted { places[place] = nil }
        // A table that moves is deleted from one level and added to another.
        for (level, table) in edit.added { places[VersionEdit.Place(level: level, number: table.number)] = table }
        for (number, size) in edit.backings { backings[number] = size }
    }

    /// The size that a table's file must have.
    func fileSize(of table: LiveTable) -> UInt64? {
        table.isVirtual ? backings[table.file] : table.size
    }
}
