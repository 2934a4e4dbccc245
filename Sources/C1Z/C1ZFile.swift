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
        case .v1: try SQLiteReader(path, environment: environment)
        case .v3: try PebbleReader(path, environment: environment)
        }
    }

    /// Opens a file for writing, or begins a new one.
    ///
    /// The working copy is a folder beside the file until the file is saved.
    ///
    /// - Throws: ``C1ZError`` when the file is damaged, can't be written or is being written by another process.
    public static func write(_ path: String, options: C1ZWriterOptions = C1ZWriterOptions()) throws -> any C1ZWriter {
        try SQLiteWriter(path, options: options)
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

    /// Writes the files of the database inside a version 3 file into a new folder.
    ///
    /// - Throws: ``C1ZError`` when it is another file or damaged, or the folder exists already.
    public static func extract(_ path: String, to folder: String, environment: [String: String] = [:]) throws {
        guard case .v3 = try version(of: path) else {
            throw C1ZError(.unsupported, path, "is a version 1 (SQLite) file, which holds one database file.")
        }
        try PebbleStore(of: path, environment: environment).extract(to: folder)
    }

    static func version(of path: String) throws(C1ZError) -> Envelope {
        try Envelope(of: SharedFile(path))
    }
}
