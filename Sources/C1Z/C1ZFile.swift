/// Opens c1z files.
public enum C1ZFile {
    /// Opens a file of any version for reading.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - environment: where the decoder's limits are looked up.
    /// - Throws: ``C1ZError`` naming the file, what is wrong with it and what to do.
    public static func open(_ path: String, environment: [String: String] = [:]) throws -> any C1ZReader {
        switch try version(of: path) {
        case .v1: return try SQLiteReader(path, environment: environment)
        case .v3:
            throw C1ZError(
                .unsupported, path,
                "is a version 3 (Pebble) file, which this version can't read yet. Sync with --storage-engine sqlite.")
        }
    }

    /// Opens a file for writing, or begins a new one.
    ///
    /// The working copy is a folder beside the file until the file is saved.
    ///
    /// - Throws: ``C1ZError`` when the file is damaged, can't be written or is being written by another process.
    public static func write(_ path: String, options: C1ZWriterOptions = C1ZWriterOptions()) throws -> any C1ZWriter {
        let state = try fileState(of: path)
        if state != "none", !state.hasPrefix("0 "), case .v3 = try version(of: path) {
            throw C1ZError(
                .unsupported, path,
                "is a version 3 (Pebble) file, which this version can't write yet. Name another --file.")
        }
        return try SQLiteWriter(path, options: options)
    }

    /// Hands out the database inside a version 1 file, piece by piece.
    ///
    /// - Throws: ``C1ZError`` when it is another file or damaged, and what `body` throws.
    public static func unpack(
        _ path: String, environment: [String: String] = [:], _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard case .v1 = try version(of: path) else {
            throw C1ZError(.unsupported, path, "is a version 3 (Pebble) file, which holds no single database.")
        }
        try Unpacking(path, environment: environment).run(body)
    }

    static func version(of path: String) throws(C1ZError) -> Envelope {
        let file = try FileDescriptor(reading: path)
        var start = [UInt8](repeating: 0, count: Envelope.size)
        var filled = 0
        while filled < start.count {
            var count = 0
            var failure: C1ZError?
            start.withUnsafeMutableBytes { buffer in
                do throws(C1ZError) {
                    count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
                } catch { failure = error }
            }
            if let failure { throw failure }
            if count == 0 { break }
            filled += count
        }
        return try Envelope(Array(start.prefix(filled)), of: path)
    }
}
