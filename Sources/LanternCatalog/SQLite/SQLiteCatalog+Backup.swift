import AccessModel
import GRDB

extension SQLiteCatalog {
    /// Copies the database as it is at one moment, while others go on reading and writing.
    ///
    /// - Throws: `DatabaseError` when the copy can't be written.
    public func copyDatabase(to path: String) throws {
        // Made before SQLite makes it, because it would let others read it.
        folder.makePrivateFile(path)
        let copy = try DatabaseQueue(path: path)
        try pool.backup(to: copy)
        try copy.close()
    }

    /// What is wrong with the database, by SQLite's own check; nothing when it is sound.
    public func integrityProblems() async throws -> [String] {
        try await pool.read { db in
            try String.fetchAll(db, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
        }
    }

    /// How many imports are in each state.
    public func importStates() async throws -> [(state: String, count: Int64)] {
        try await pool.read { db in
            try Row.fetchAll(db, sql: "SELECT state, count(*) AS count FROM imports GROUP BY state ORDER BY state").map
            {
                ($0["state"], $0["count"])
            }
        }
    }
}
