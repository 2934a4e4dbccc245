/// Raw Snappy blocks (Snappy format description): the decoded length, then literals and copies.
public enum Snappy {
    /// How long the block is decoded, and where its content begins.
    ///
    /// - Throws: ``Flaw`` when no block of this length could decode to so much.
    static func decodedLength(of block: UnsafeRawBufferPointer) throws(Flaw) -> (
        length: Int, start: Int
    ) {
        var reader = ByteReader(block)
        let length = try reader.size()
        // Three bytes make at most 64.
        guard length <= 64 * (block.count / 2 + 1) else {
            throw Flaw(.corrupt, "it says that it decodes to \(length) bytes, which it can't")
        }
        return (length, reader.position)
    }

    /// Decodes what follows the length; `output` has exactly that length.
    static func decode(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(Flaw) {
        var reader = ByteReader(input)
        var written = 0
        while !reader.isAtEnd {
            let tag = try reader.byte()
            guard tag & 3 != 0 else {
                let literal = try reader.take(try literalLength(tag, &reader))
                guard literal.count <= output.count - written else { throw reader.failure("it decodes to too much") }
                if let source = literal.baseAddress, let target = output.baseAddress {
                    (target + written).copyMemory(from: source, byteCount: literal.count)
                }
                written += literal.count
                continue
            }
            let (offset, count) = try copy(tag, &reader)
            guard offset > 0, offset <= written else { throw reader.failure("a copy from before the start") }
            guard count <= output.count - written else { throw reader.failure("it decodes to too much") }
            repeatBytes(count, from: offset, at: written, in: output)
            written += count
        }
        guard written == output.count else { throw reader.failure("it decodes to too little") }
    }

    private static func literalLength(_ tag: UInt8, _ reader: inout ByteReader) throws(Flaw) -> Int {
        let short = Int(tag >> 2)
        guard short >= 60 else { return short + 1 }
        var length = 0
        for place in 0..<(short - 59) { length |= Int(try reader.byte()) << (8 * place) }
        return length + 1
    }

    private static func copy(_ tag: UInt8, _ reader: inout ByteReader) throws(Flaw) -> (
        offset: Int, count: Int
    ) {
        if tag & 3 == 1 {
            return (Int(tag >> 5) << 8 | Int(try reader.byte()), Int(tag >> 2 & 7) + 4)
        }
        let width = tag & 3 == 2 ? 2 : 4
        let bytes = try reader.take(width)
        var offset = 0
        for place in 0..<width { offset |= Int(bytes[place]) << (8 * place) }
        return (offset, Int(tag >> 2) + 1)
    }

    /// Copies bytes of the output to its end; where both overlap, what is copied first is copied again.
    private static func repeatBytes(
        _ count: Int, from offset: Int, at end: Int, in output: UnsafeMutableRawBufferPointer
    ) {
        guard let base = output.baseAddress else { return }
        if offset >= count {
            (base + end).copyMemory(from: base + (end - offset), byteCount: count)
        } else {
            for place in end..<(end + count) { output[place] = output[place - offset] }
        }
    }
}
