/// An open file that several readers share; each says where it reads.
final class SharedFile {
    private let descriptor: FileDescriptor
    let path: String
    /// How long it is, in bytes.
    let size: Int64

    init(_ path: String) throws(C1ZError) {
        let descriptor = try FileDescriptor(reading: path)
        size = try descriptor.size()
        self.path = path
        self.descriptor = descriptor
    }

    /// Fills `buffer` with the bytes from `offset` on; false when the file ends before.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(C1ZError) -> Bool {
        try descriptor.read(into: buffer, at: offset)
    }

    /// Some of its bytes; when there are fewer, `failure` is thrown.
    func bytes(at offset: Int64, count: Int, or failure: @autoclosure () -> C1ZError) throws -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= size, Int64(count) <= size - offset else { throw failure() }
        var isWhole = false
        let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            isWhole = try read(into: UnsafeMutableRawBufferPointer(buffer).prefix(count), at: offset)
            filled = isWhole ? count : 0
        }
        guard isWhole else { throw failure() }
        return bytes
    }
}

extension UnsafeMutableRawBufferPointer {
    /// The first `count` bytes, as a buffer of their own.
    fileprivate func prefix(_ count: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: self[..<count])
    }
}
