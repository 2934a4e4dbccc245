/// A Pebble database that is read: the keys that hold, in order (c1z-v3 §3, §6, §7.7).
///
/// Tables are opened when a scan comes to them, and stay open. It is used by one task at a time.
public final class PebbleDatabase {
    private let files: any StoredFiles
    /// In the order of their first keys.
    private let tables: [LiveTable]
    /// For each table the last key that it or one before it reaches.
    private let reaches: [[UInt8]]
    private var opened: [UInt64: Table] = [:]
    private var cache = BlockCache(limit: 16 << 20)

    /// Versions of the format whose files can be read.
    private static let formats = 13...24
    /// A MANIFEST takes some hundred bytes a table.
    private static let largestManifest = 256 << 20

    /// Reads which tables there are, and checks that they are whole.
    ///
    /// - Throws: ``PebbleError`` when the database is damaged or of another format, and what reading its files throws.
    public init(_ files: any StoredFiles) throws {
        self.files = files
        let sizes = files.sizes
        let markers = try placing("the database") { () throws(Flaw) in try Markers(among: sizes.keys) }
        try Self.check(format: markers["format-version"])
        guard let name = markers["manifest"], let size = sizes[name] else {
            throw PebbleError(.corrupt, "the database", "its MANIFEST is missing")
        }
        guard size <= Self.largestManifest else {
            throw PebbleError(.unsupported, name, "it has \(size) bytes, more than a MANIFEST may have here")
        }
        let manifest = try files.open(name).contents().withUnsafeBytes { bytes in
            try placing(name) { () throws(Flaw) in try Manifest(bytes) }
        }
        tables = manifest.tables
        reaches = tables.reduce(into: []) { reaches, table in
            let before = reaches.last ?? []
            reaches.append(before.lexicographicallyPrecedes(table.largest) ? table.largest : before)
        }
        for table in tables { try Self.check(table, of: manifest, sizes[table.fileName]) }
        try checkLogs(from: manifest.firstLog)
    }

    private static func check(format: String?) throws(PebbleError) {
        guard let format else { throw PebbleError(.corrupt, "the database", "it doesn't say which format it has") }
        guard let number = Int(format), formats.contains(number) else {
            throw PebbleError(
                .unsupported, "the database",
                "it has format \(format), and only \(formats.lowerBound) to \(formats.upperBound) are known here")
        }
    }

    private static func check(
        _ table: LiveTable, of manifest: Manifest, _ size: Int?
    ) throws(PebbleError) {
        guard let size else { throw PebbleError(.corrupt, table.fileName, "it is missing") }
        guard let stated = manifest.fileSize(of: table), stated == UInt64(size) else {
            let stated = manifest.fileSize(of: table).map { String($0) } ?? "unknown"
            throw PebbleError(.corrupt, table.fileName, "it has \(size) bytes; the MANIFEST says \(stated)")
        }
    }

    /// What is only in a log would be overlooked.
    private func checkLogs(from first: UInt64) throws {
        for (name, size) in files.sizes where name.hasSuffix(".log") && size > 0 {
            guard let number = UInt64(name.dropLast(4)), number >= first else { continue }
            // An old log that is used again begins with records of its former life.
            let isLive = try files.open(name).contents().withUnsafeBytes { bytes in
                var log = RecordLog(bytes, number: UInt32(truncatingIfNeeded: number))
                do throws(Flaw) { return try log.next() != nil } catch { return false }
            }
            guard !isLive else {
                throw PebbleError(
                    .unsupported, name, "it holds changes that were not yet moved to tables, which can't be read here")
            }
        }
    }

    /// Walks over the keys from `lower` up to `upper`, without `upper` itself.
    public func scan(from lower: [UInt8], upTo upper: [UInt8]) -> PebbleScan {
        let needed = tables.filter { table in
            lower.withUnsafeBytes { !table.isBehind($0) } && table.smallest.lexicographicallyPrecedes(upper)
        }
        return PebbleScan(of: needed, from: lower, upTo: upper) { [unowned self] in try open($0) }
    }

    /// The value of a key; nil when there is none.
    ///
    /// - Parameter body: called with the value, whose bytes are gone afterwards.
    public func withValue<Result>(
        of key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result? {
        var found: Found?
        var deleted: UInt64?
        for place in candidates(for: key) where tables[place].holds(key) {
            let live = tables[place]
            let table = try open(live)
            for deletion in table.rangeDeletions where deletion.covers(key) {
                deleted = max(deleted ?? 0, live.sequence ?? deletion.sequence)
            }
            guard let entry = try find(key, in: table, live) else { continue }
            if found.map({ $0.sequence < entry.sequence }) ?? true { found = entry }
        }
        guard let found, let value = found.value, deleted.map({ $0 <= found.sequence }) ?? true else { return nil }
        return try withExtendedLifetime(found.block) { try body(value) }
    }

    /// The tables that begin at or before a key, without those at the start that end before it.
    private func candidates(for key: UnsafeRawBufferPointer) -> Range<Int> {
        var (low, high) = (0, tables.count)
        while low < high {
            let middle = (low + high) / 2
            let begins = tables[middle].smallest.withUnsafeBytes { $0.order(to: key) <= 0 }
            if begins { low = middle + 1 } else { high = middle }
        }
        var first = low
        while first > 0, reaches[first - 1].withUnsafeBytes({ $0.order(to: key) >= 0 }) { first -= 1 }
        return first..<low
    }

    /// The latest entry that a table has for a key.
    private struct Found {
        let sequence: UInt64
        /// Nil when the entry deletes the key.
        let value: UnsafeRawBufferPointer?
        /// Where the value is.
        let block: BlockBuffer
    }

    private func find(_ key: UnsafeRawBufferPointer, in table: Table, _ live: LiveTable) throws -> Found? {
        let number = table.index.firstBlock(for: key)
        guard number < table.index.blocks.count else { return nil }
        let block = try cache.block(BlockCache.Key(file: live.file, block: number)) {
            try table.loadBlock(number, into: $0)
        }
        var entries = try table.entries(ofBlock: number, in: block)
        return try placing(table.place(ofBlock: number)) { () throws(Flaw) in
            // Of several entries of a key the latest comes first.
            guard try entries.seek(key), entries.key.order(to: key) == 0 else { return nil }
            let sets = try entries.trailer.effect() == .sets
            return Found(
                sequence: live.sequence ?? entries.trailer.sequence, value: sets ? entries.value : nil, block: block)
        }
    }

    private func open(_ live: LiveTable) throws -> Table {
        if let table = opened[live.file] { return table }
        let table = try Table(try files.open(live.fileName), named: live.fileName)
        opened[live.file] = table
        return table
    }
}
