/// Reads numbers and byte strings one after the other.
struct ByteReader {
    let bytes: UnsafeRawBufferPointer
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func byte() throws(Flaw) -> UInt8 {
        guard position < bytes.count else { throw failure("it ends too early") }
        defer { position += 1 }
        return bytes[position]
    }

    /// A number of seven bits a byte, the lowest first.
    mutating func number() throws(Flaw) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte()
            guard shift < 63 || byte <= 1 else { throw failure("a number above 64 bits") }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    /// A number that counts bytes, or places among them.
    mutating func size() throws(Flaw) -> Int {
        guard let size = Int(exactly: try number()) else { throw failure("a size above 63 bits") }
        return size
    }

    mutating func take(_ count: Int) throws(Flaw) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= bytes.count - position else { throw failure("it ends too early") }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)])
    }

    /// A byte string after its length.
    mutating func counted() throws(Flaw) -> UnsafeRawBufferPointer {
        try take(try size())
    }

    mutating func fixed32() throws(Flaw) -> UInt32 {
        try take(4).loadUnaligned(as: UInt32.self).littleEndian
    }

    mutating func fixed64() throws(Flaw) -> UInt64 {
        try take(8).loadUnaligned(as: UInt64.self).littleEndian
    }

    func failure(_ problem: String) -> Flaw {
        Flaw(.corrupt, "\(problem) (byte \(position))")
    }
}
