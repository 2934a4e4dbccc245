import Pebble

/// Room for the files of a database while they are read: in memory as long as they are small, then in a file without a name.
final class DecodedStore {
    /// Up to this many bytes stay in memory.
    static let memoryLimit = 4 << 20

    private let spill: SpillFile
    private var memory: [UInt8] = []
    private(set) var size: Int64 = 0

    init(of file: String, environment: [String: String]) {
        spill = SpillFile(folder: environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp", of: file)
    }

    /// Adds bytes behind those that are there.
    func append(_ bytes: UnsafeRawBufferPointer) throws {
        size += Int64(bytes.count)
        if !spill.isOpen {
            guard memory.count + bytes.count > Self.memoryLimit else {
                memory.append(contentsOf: bytes)
                return
            }
            try spill.open()
            try memory.withUnsafeBytes { try spill.write($0) }
            memory = []
        }
        try spill.write(bytes)
    }

    /// Fills `buffer` with the bytes from `offset` on, which must be there.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws {
        if spill.isOpen { return try spill.read(into: buffer, at: offset) }
        memory.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[Int(offset)..<(Int(offset) + buffer.count)]))
        }
    }
}

/// A file of the database that lies in one stretch somewhere.
final class Stretch: StoredFile {
    let size: Int
    private let start: Int64
    private let readBytes: (UnsafeMutableRawBufferPointer, Int64) throws -> Void

    /// The `size` bytes that `read` has from `start` on.
    init(
        from start: Int64, size: Int, reading read: @escaping (UnsafeMutableRawBufferPointer, Int64) throws -> Void
    ) {
        self.start = start
        self.size = size
        readBytes = read
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
        guard offset >= 0, offset <= size, buffer.count <= size - offset else {
            throw PebbleError(.corrupt, "byte \(offset)", "it ends before \(buffer.count) bytes more")
        }
        try readBytes(buffer, start + Int64(offset))
    }
}
