/// Walks over the entries of a data block, whatever its format.
struct DataBlock: ~Copyable {
    private var columns: Columns?
    private var row = -1
    private var prefix = 0
    private var columnKey = KeyBuffer()
    private var rows: RowBlock
    private let version: UInt32

    private(set) var key = UnsafeRawBufferPointer(start: nil, count: 0)
    private(set) var trailer = Trailer(rawValue: 0)
    private(set) var value = UnsafeRawBufferPointer(start: nil, count: 0)

    /// The columns of the newer format (c1z-v3 §7.4.5).
    private struct Columns {
        let rows: Int
        let keys: KeyColumn
        let suffixes: SliceColumn
        let trailers: NumberColumn
        let values: SliceColumn

        init(_ bytes: UnsafeRawBufferPointer) throws(Flaw) {
            let block = try ColumnarBlock(
                bytes, custom: 4, columns: [.prefixedBytes, .bytes, .numbers, .flags, .bytes, .flags, .flags])
            rows = block.rows
            keys = try block.keys(0)
            suffixes = try block.byteStrings(1)
            trailers = try block.numbers(2)
            values = try block.byteStrings(4)
            guard try block.flags(5).isEmpty else {
                throw Flaw(.unsupported, "values outside their blocks are not known")
            }
        }
    }

    /// No entries.
    init() {
        rows = RowBlock()
        version = 0
    }

    /// Reads the head of a block of a table of some `version`.
    init(_ bytes: UnsafeRawBufferPointer, version: UInt32) throws(Flaw) {
        self.version = version
        if version >= 5 {
            columns = try Columns(bytes)
            rows = RowBlock()
        } else {
            rows = try RowBlock(bytes)
        }
    }

    /// Goes to the next entry; false after the last.
    mutating func next() throws(Flaw) -> Bool {
        guard let columns else { return try nextRow() }
        row += 1
        guard row < columns.rows else { return false }
        try columns.keys.advance(&columnKey, prefix: &prefix, to: row)
        guard try columns.suffixes[row].isEmpty else {
            throw Flaw(.unsupported, "keys with suffixes are not known")
        }
        key = columnKey.bytes
        trailer = Trailer(rawValue: columns.trailers[row])
        value = try columns.values[row]
        return true
    }

    private mutating func nextRow() throws(Flaw) -> Bool {
        guard try rows.next() else { return false }
        let entry = try InternalKey(rows.key)
        key = entry.key
        trailer = entry.trailer
        value = rows.value
        // Version 4 marks entries that a later one hides.
        if version == 4 { trailer = Trailer(rawValue: trailer.rawValue & ~0x40) }
        if version >= 3, case .sets = try trailer.effect() {
            guard let first = value.first, first & 0xC0 == 0 else {
                throw Flaw(.unsupported, "values outside their blocks are not known")
            }
            value = UnsafeRawBufferPointer(rebasing: value.dropFirst())
        }
        return true
    }

    /// Goes to the first entry whose key is `target` or later; false when all come before it.
    ///
    /// To be called before any ``next()``.
    mutating func seek(_ target: UnsafeRawBufferPointer) throws(Flaw) -> Bool {
        try skipBundles(before: target)
        while try next() {
            if key.order(to: target) >= 0 { return true }
        }
        return false
    }

    /// Leaves out bundles that end before `target`: the first row of each has its whole key.
    private mutating func skipBundles(before target: UnsafeRawBufferPointer) throws(Flaw) {
        guard let columns else { return }
        var (low, high) = (0, columns.keys.bundles)
        while high - low > 1 {
            let middle = (low + high) / 2
            try columns.keys.advance(&columnKey, prefix: &prefix, to: middle * columns.keys.bundleSize)
            if columnKey.bytes.order(to: target) < 0 { low = middle } else { high = middle }
        }
        row = low * columns.keys.bundleSize - 1
    }
}
