import AccessModel

/// Copies one sync into a file of its own.
public enum SyncExport {
    /// Writes `sync` of `source` to a new file.
    ///
    /// - Throws: ``C1ZError`` when the file exists, or the sync isn't finished; nothing is left at `path` then.
    public static func write(
        _ sync: SyncRun, from source: any C1ZReader, to path: String, environment: [String: String] = [:]
    ) throws {
        guard try fileState(of: path) == "none" else {
            throw C1ZError.isTaken(path)
        }
        guard sync.isFinished else {
            throw C1ZError(.conflict, source.file, "sync \(sync.id) is not finished, so it can't be exported")
        }
        let writer = try SQLiteWriter(path, options: C1ZWriterOptions(environment: environment), isResumable: false)
        do {
            try writer.copy(sync, from: source)
            _ = try writer.save()
        } catch {
            writer.discard()
            throw error
        }
    }
}
