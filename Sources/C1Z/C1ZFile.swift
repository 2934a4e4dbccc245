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
