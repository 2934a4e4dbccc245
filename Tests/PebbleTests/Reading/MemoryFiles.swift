@testable import Pebble

/// The files of a database in memory.
final class MemoryFiles: StoredFiles, StoredFilesSink {
    var files: [String: [UInt8]] = [:]
    private var present = ""

    var sizes: [String: Int] { files.mapValues(\.count) }

    func open(_ name: String) throws -> any StoredFile {
        guard let bytes = files[name] else { throw PebbleError(.corrupt, name, "it is missing") }
        return MemoryFile(bytes)
    }

    func begin(_ name: String) {
        present = name
        files[name] = []
    }

    func write(_ bytes: UnsafeRawBufferPointer) { files[present]?.append(contentsOf: bytes) }
    func end() {}
}

/// One of them.
final class MemoryFile: StoredFile {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var size: Int { bytes.count }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
        guard offset >= 0, buffer.count <= bytes.count - offset else {
            throw PebbleError(.corrupt, "byte \(offset)", "it ends before")
        }
        buffer.copyBytes(from: bytes[offset..<(offset + buffer.count)])
    }
}
