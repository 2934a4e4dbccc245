/// Writes a table in format 2, with entries that all set their keys at sequence number 0 (c1z-v3 §14.1).
///
/// The blocks are stored as they are: the frame round the table compresses them better.
struct TableWriter {
    private static let blockSize = 32 << 10
    private static let restartInterval = 16
    /// Sequence number 0, kind SET.
    static let trailer: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0]

    private let write: (UnsafeRawBufferPointer) throws -> Void
    private var block = RowBlockWriter(interval: restartInterval)
    private var index = RowBlockWriter(interval: 1)
    private var offset = 0
    private var dataSize = 0
    private var indexSize = 0
    private var blocks = 0
    private var entries = 0
    private var keySize = 0
    private var valueSize = 0
    private(set) var first: [UInt8] = []
    private(set) var last: [UInt8] = []

    /// A table whose bytes go to `write`.
    init(to write: @escaping (UnsafeRawBufferPointer) throws -> Void) {
        self.write = write
    }

    /// How many bytes of keys and values it has.
    var contentSize: Int { keySize + valueSize }

    /// Adds an entry; its key comes after those before.
    mutating func add(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws {
        if entries == 0 { first = Array(key) }
        last.removeAll(keepingCapacity: true)
        last.append(contentsOf: key)
        Self.trailer.withUnsafeBytes { block.add(key, $0, value: value) }
        entries += 1
        keySize += key.count + Self.trailer.count
        valueSize += value.count
        if block.size >= Self.blockSize { try finishBlock() }
    }

    private mutating func finishBlock() throws {
        let handle = try store(block.finish())
        dataSize = offset
        blocks += 1
        last.withUnsafeBytes { last in
            Self.trailer.withUnsafeBytes { trailer in
                handle.withUnsafeBytes { index.add(last, trailer, value: $0) }
            }
        }
    }

    /// Stores a block with its trailer: no compression, and the checksum.
    ///
    /// - Returns: where it is, as an index says it.
    private mutating func store(_ block: [UInt8]) throws -> [UInt8] {
        var handle = ByteWriter()
        handle.size(offset)
        handle.size(block.count)
        var checksum = CRC32C()
        block.withUnsafeBytes { checksum.append($0) }
        withUnsafeBytes(of: UInt8(0)) { checksum.append($0) }
        var trailer = ByteWriter()
        trailer.append([0])
        trailer.fixed32(checksum.masked)
        try block.withUnsafeBytes { try write($0) }
        try trailer.bytes.withUnsafeBytes { try write($0) }
        offset += block.count + trailer.bytes.count
        return handle.bytes
    }

    /// Writes what describes the table.
    ///
    /// - Returns: its size in bytes.
    mutating func finish() throws -> Int {
        if block.count > 0 { try finishBlock() }
        let indexBlock = index.finish()
        indexSize = indexBlock.count + BlockHandle.trailerSize
        let indexHandle = try store(indexBlock)
        let properties = try store(propertiesBlock())
        var metaindex = RowBlockWriter(interval: 1)
        Array("rocksdb.properties".utf8).withUnsafeBytes { name in
            properties.withUnsafeBytes { metaindex.add(name, UnsafeRawBufferPointer(start: nil, count: 0), value: $0) }
        }
        let metaindexHandle = try store(metaindex.finish())
        var footer = ByteWriter()
        footer.append([TableFooter.Checksum.crc32c.rawValue])
        footer.append(metaindexHandle)
        footer.append(indexHandle)
        footer.append([UInt8](repeating: 0, count: 41 - footer.bytes.count))
        footer.fixed32(2)
        footer.append(TableFooter.magic)
        try footer.bytes.withUnsafeBytes { try write($0) }
        return offset + footer.bytes.count
    }

    private func propertiesBlock() -> [UInt8] {
        var rows = RowBlockWriter(interval: .max)
        for (name, value) in properties {
            Array(name.utf8).withUnsafeBytes { name in
                value.withUnsafeBytes { rows.add(name, UnsafeRawBufferPointer(start: nil, count: 0), value: $0) }
            }
        }
        return rows.finish()
    }

    /// In the order of their names.
    private var properties: [(String, [UInt8])] {
        func number(_ value: Int) -> [UInt8] {
            var writer = ByteWriter()
            writer.size(value)
            return writer.bytes
        }
        return [
            (IndexType.name, [0, 0, 0, 0]), ("rocksdb.comparator", Array(Manifest.comparer.utf8)),
            ("rocksdb.compression", Array("Snappy".utf8)), ("rocksdb.data.size", number(dataSize)),
            ("rocksdb.deleted.keys", number(0)), ("rocksdb.filter.size", number(0)),
            ("rocksdb.index.size", number(indexSize)), ("rocksdb.merge.operands", number(0)),
            ("rocksdb.merge.operator", Array("pebble.concatenate".utf8)), ("rocksdb.num.data.blocks", number(blocks)),
            ("rocksdb.num.entries", number(entries)), ("rocksdb.num.range-deletions", number(0)),
            ("rocksdb.raw.key.size", number(keySize)), ("rocksdb.raw.value.size", number(valueSize)),
        ]
    }
}
