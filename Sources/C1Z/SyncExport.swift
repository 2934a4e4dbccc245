import AccessModel

/// Copies one sync into a file of its own.
public enum SyncExport {
    /// Writes `sync` of `source` to a new file.
    ///
    /// - Throws: ``C1ZError`` when the file exists, or the sync isn't finished; nothing is left at `path` then.
    public static func write(
        _ sync: SyncRun, from source: any C1ZReader, to path: String, environment: [String: String] = [:]
    ) throws {
        guard try fileState(of: path) == "none" else { throw C1ZError.isTaken(path) }
        guard sync.isFinished else {
            throw C1ZError(.conflict, source.file, "sync \(sync.id) is not finished, so it can't be exported")
        }
        let copy = try SyncCopy(to: path, options: C1ZWriterOptions(environment: environment))
        do {
            try copy.begin(sync)
            for kind in RecordKind.allCases {
                try source.readNamingDamage(kind, of: sync.id) { record in
                    try copy.put(
                        kind, record.data, expansion: record.expansion, needsExpansion: record.needsExpansion,
                        discoveredAt: record.discoveredAt)
                }
            }
            try copy.putAttachments(of: sync.id, from: source)
            try copy.save()
        } catch {
            copy.discard()
            throw error
        }
    }
}
