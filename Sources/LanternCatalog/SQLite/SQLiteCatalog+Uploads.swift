import AccessModel
import GRDB

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension SQLiteCatalog {
    /// How many files of each data source are kept.
    private static let keptFiles = 5
    /// How many imports of each data source, and for how long others, keep what was wrong with their rows.
    private static let keptDetails = (imports: 50, seconds: Int64(90 * 86_400))

    /// Imports with files: each with its place among those of its data source, the newest first.
    private static let numbered = """
        SELECT id, sha256, state, data_source_id, created_at,
            row_number() OVER (PARTITION BY data_source_id ORDER BY id DESC) AS number
        FROM imports WHERE sha256 <> ''
        """

    private static let isKept = "number <= \(keptFiles) OR state IN ('waiting', 'running', 'applying', 'paused')"

    /// The hashes of the files that are kept.
    public func uploadHashes() async throws -> Set<String> {
        try await pool.read { db in
            try Set(String.fetchAll(db, sql: "SELECT sha256 FROM (\(Self.numbered)) WHERE \(Self.isKept)"))
        }
    }

    /// Removes the files of a data source's imports but the newest five, unless another import needs them, and the details of old ones.
    ///
    /// - Parameter age: how old a file is at least, in seconds: the same bytes may have arrived again just now.
    func removeOldUploads(of source: Int64, olderThan age: Int64 = 86_400) throws {
        let time = now()
        let old = try pool.write { db in
            try db.execute(
                sql: """
                    DELETE FROM import_problems WHERE import_id IN (
                        SELECT id FROM (\(Self.numbered))
                        WHERE data_source_id = ? AND number > ? AND created_at < ?)
                    """, arguments: [source, Self.keptDetails.imports, time - Self.keptDetails.seconds])
            return try String.fetchAll(
                db,
                sql: """
                    WITH numbered AS (\(Self.numbered))
                    SELECT sha256 FROM numbered WHERE data_source_id = ?
                    EXCEPT SELECT sha256 FROM numbered WHERE \(Self.isKept)
                    """, arguments: [source])
        }
        for sha256 in old { folder.removeUpload(sha256, olderThan: age) }
    }

    /// Removes files that no import names: what arrived, and was refused afterwards.
    func removeUnknownUploads(olderThan age: Int64 = 86_400) async throws {
        let known = try await pool.read { Set(try String.fetchAll($0, sql: "SELECT DISTINCT sha256 FROM imports")) }
        for name in DataFolder.entries(folder.uploads) where !known.contains(name) {
            folder.removeUpload(name, olderThan: age)
        }
    }
}

extension DataFolder {
    /// Whether the file with this SHA-256 is still there.
    public func keeps(_ sha256: String) -> Bool { access(upload(sha256), F_OK) == 0 }

    fileprivate func removeUpload(_ sha256: String, olderThan age: Int64) {
        let path = upload(sha256)
        var facts = stat()
        guard stat(path, &facts) == 0, Int64(facts.st_mtim.tv_sec) <= Int64(time(nil)) - age else { return }
        unlink(path)
    }
}
