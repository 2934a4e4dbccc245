/// The head of a block that is made of columns (c1z-v3 §7.4).
struct ColumnarBlock {
    /// What a column holds.
    enum Kind: UInt8 {
        case flags = 1
        case numbers = 2
        case bytes = 3
        case prefixedBytes = 4
    }

    let bytes: UnsafeRawBufferPointer
    let rows: Int
    private let head: Int
    private let kinds: [Kind]

    /// Reads the head behind the `custom` bytes that the kind of block has for itself.
    init(
        _ bytes: UnsafeRawBufferPointer, custom: Int, columns kinds: [Kind]
    ) throws(Flaw) {
        var reader = ByteReader(bytes)
        _ = try reader.take(custom)
        let version = try reader.byte()
        guard version == 1 else { throw Flaw(.unsupported, "columns of version \(version)") }
        let head = try reader.take(6)
        let columns = Int(head.loadUnaligned(as: UInt16.self).littleEndian)
        guard columns == kinds.count else { throw reader.failure("\(columns) columns instead of \(kinds.count)") }
        rows = Int(head.loadUnaligned(fromByteOffset: 2, as: UInt32.self).littleEndian)
        // Rows that differ take up at least a byte each; more would only cost time.
        guard rows <= bytes.count else { throw reader.failure("\(rows) rows in \(bytes.count) bytes") }
        self.bytes = bytes
        self.head = reader.position
        self.kinds = kinds
        for kind in kinds {
            let stored = try reader.byte()
            guard stored == kind.rawValue else { throw reader.failure("a column of type \(stored)") }
            _ = try reader.fixed32()
        }
    }

    /// Where a column begins.
    private func start(of column: Int) throws(Flaw) -> Int {
        let start = Int(bytes.loadUnaligned(fromByteOffset: head + 5 * column + 1, as: UInt32.self).littleEndian)
        // The last byte of a block is padding.
        guard start >= head + 5 * kinds.count, start <= bytes.count - 1 else {
            throw Flaw(.corrupt, "column \(column) lies outside its block")
        }
        return start
    }

    func numbers(_ column: Int, count: Int? = nil) throws(Flaw) -> NumberColumn {
        var position = try start(of: column)
        return try NumberColumn(bytes, at: &position, count: count ?? rows)
    }

    func byteStrings(_ column: Int, count: Int? = nil) throws(Flaw) -> SliceColumn {
        var position = try start(of: column)
        let count = count ?? rows
        return try SliceColumn(bytes, at: &position, offsets: count == 0 ? 0 : count + 1)
    }

    func flags(_ column: Int) throws(Flaw) -> FlagColumn {
        var position = try start(of: column)
        return try FlagColumn(bytes, at: &position, count: rows)
    }

    func keys(_ column: Int) throws(Flaw) -> KeyColumn {
        try KeyColumn(bytes, at: try start(of: column), rows: rows)
    }
}
