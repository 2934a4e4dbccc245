/// Where a block is in its table, without its trailer.
struct BlockHandle: Equatable {
    /// From the start of the table.
    let offset: Int
    /// As it is stored.
    let length: Int

    /// Compression and checksum, which follow each block (c1z-v3 §5.2).
    static let trailerSize = 5

    /// Where the next block may begin.
    var end: Int { offset + length + Self.trailerSize }

    init(offset: Int, length: Int) {
        self.offset = offset
        self.length = length
    }

    init(_ reader: inout ByteReader) throws(Flaw) {
        self.init(offset: try reader.size(), length: try reader.size())
    }
}
