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

    /// Removes the files of a data source's imports but the newest five, unless another import needs them.
    ///
    /// - Parameter age: how old a file is at least, in seconds: the same bytes may have arrived again just now.
    func removeOldUploads(of source: Int64, olderThan age: Int64 = 86_400) throws {
        let old = try pool.read { db in
            try String.fetchAll(
                db,
                sql: """
                    WITH numbered AS (
                        SELECT sha256, state, data_source_id,
                            row_number() OVER (PARTITION BY data_source_id ORDER BY id DESC) AS number
                        FROM imports WHERE sha256 <> '')
                    SELECT sha256 FROM numbered WHERE data_source_id = :source
                    EXCEPT SELECT sha256 FROM numbered
                        WHERE number <= :kept OR state IN ('waiting', 'running', 'applying', 'paused')
                    """, arguments: ["source": source, "kept": Self.keptFiles])
        }
        for sha256 in old {
            let path = folder.upload(sha256)
            var facts = stat()
            guard stat(path, &facts) == 0, Int64(facts.st_mtim.tv_sec) <= Int64(time(nil)) - age else { continue }
            unlink(path)
        }
    }
}

extension DataFolder {
    /// Whether the file with this SHA-256 is still there.
    public func keeps(_ sha256: String) -> Bool { access(upload(sha256), F_OK) == 0 }
}
