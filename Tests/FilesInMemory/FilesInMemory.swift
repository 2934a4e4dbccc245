public import Pebble

/// The files of a database that is only in memory, for tests that write one, change it and read it.
public final class FilesInMemory: StoredFiles, StoredFilesSink {
    /// Their bytes, by name.
    public var files: [String: [UInt8]]
    private var present = ""

    /// These files.
    public init(_ files: [String: [UInt8]] = [:]) {
        self.files = files
    }

    /// Their sizes, by name.
    public var sizes: [String: Int] { files.mapValues(\.count) }

    /// Opens one of them.
    public func open(_ name: String) throws -> any StoredFile {
        guard let bytes = files[name] else { throw PebbleError(.corrupt, name, "it is missing") }
        return FileInMemory(bytes)
    }

    /// Begins a file.
    public func begin(_ name: String) {
        present = name
        files[name] = []
    }

    /// Adds bytes to the file that was begun last.
    public func write(_ bytes: UnsafeRawBufferPointer) {
        files[present]?.append(contentsOf: bytes)
    }

    /// Ends it.
    public func end() {}
}

/// One file that is only in memory.
public final class FileInMemory: StoredFile {
    private let bytes: [UInt8]

    /// A file of these bytes.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// How many there are.
    public var size: Int { bytes.count }

    /// Fills `buffer` with the bytes from `offset` on.
    public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
        guard offset >= 0, buffer.count <= bytes.count - offset else {
            throw PebbleError(.corrupt, "byte \(offset)", "it ends before")
        }
        buffer.copyBytes(from: bytes[offset..<(offset + buffer.count)])
    }
}
