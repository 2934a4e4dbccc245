/// Walks over a block whose entries leave out what they share with the key before (c1z-v3 §7.5).
struct RowBlock: ~Copyable {
    private let bytes: UnsafeRawBufferPointer
    private let end: Int
    private var position = 0
    private var buffer = KeyBuffer()

    /// The value of the present entry.
    private(set) var value = UnsafeRawBufferPointer(start: nil, count: 0)

    /// No entries.
    init() {
        bytes = UnsafeRawBufferPointer(start: nil, count: 0)
        end = 0
    }

    init(_ bytes: UnsafeRawBufferPointer) throws(Flaw) {
        guard bytes.count >= 4 else { throw Flaw(.corrupt, "it is too short for a block") }
        let restarts = Int(bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self).littleEndian)
        guard restarts <= (bytes.count - 4) / 4 else {
            throw Flaw(.corrupt, "its list of restarts is longer than it")
        }
        self.bytes = bytes
        end = bytes.count - 4 * (restarts + 1)
    }

    /// The key of the present entry, its trailer included where the block has trailers.
    var key: UnsafeRawBufferPointer { buffer.bytes }

    /// Goes to the next entry; false after the last.
    mutating func next() throws(Flaw) -> Bool {
        guard position < end else { return false }
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: bytes[position..<end]))
        let shared = try reader.size()
        let unshared = try reader.size()
        let length = try reader.size()
        guard shared <= buffer.count else { throw reader.failure("a key shares more than the one before has") }
        buffer.truncate(to: shared)
        buffer.append(try reader.take(unshared))
        value = try reader.take(length)
        position += reader.position
        return true
    }
}
