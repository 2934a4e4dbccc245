/// Where the blocks of a table are that hold no points (c1z-v3 §7.2).
struct Metaindex {
    private(set) var properties: BlockHandle?
    private(set) var rangeDeletions: BlockHandle?

    init(_ block: UnsafeRawBufferPointer, version: UInt32) throws(Flaw) {
        if version >= 6 {
            let columns = try ColumnarBlock(block, custom: 0, columns: [.bytes, .bytes])
            let (names, values) = (try columns.byteStrings(0), try columns.byteStrings(1))
            for row in 0..<columns.rows { try add(try names[row], try values[row]) }
        } else {
            var rows = try RowBlock(block)
            while try rows.next() { try add(rows.key, rows.value) }
        }
    }

    private mutating func add(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws(Flaw) {
        var reader = ByteReader(value)
        switch String(decoding: name, as: UTF8.self) {
        case "rocksdb.properties": properties = try BlockHandle(&reader)
        case "rocksdb.range_del2": rangeDeletions = try BlockHandle(&reader)
        case let name where Self.essential.contains(name):
            throw Flaw(.unsupported, "its block \(name) is not known here")
        // Filters and the like only make reading faster.
        default: return
        }
    }

    /// Blocks without which the table says something else.
    private static let essential = [
        "pebble.range_key", "pebble.value_index", "pebble.blob_ref_index", "rocksdb.range_del",
    ]
}

/// The one property of a table that a reader must know.
enum IndexType {
    static let name = "rocksdb.block.based.table.index.type"

    /// Whether the properties say that the index lists index blocks.
    static func hasTwoLevels(in properties: UnsafeRawBufferPointer) throws(Flaw) -> Bool {
        // Versions below 7 write their properties in rows.
        var rows = try RowBlock(properties)
        while try rows.next() {
            guard String(decoding: rows.key, as: UTF8.self) == name else { continue }
            var reader = ByteReader(rows.value)
            switch try reader.fixed32() {
            case 0: return false
            case 2: return true
            case let type: throw Flaw(.unsupported, "an index of type \(type) is not known")
            }
        }
        return false
    }
}
