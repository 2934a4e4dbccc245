import GRDB

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Where a file is laid out before it is compared: a database of its own, which is gone after the import.
///
/// Its rows have numbers of their own. A reference stands for what the file only mentions: the catalog has to know it already. Once it is compared, `main` tells which object of the catalog each of them is; it is NULL for what
/// the catalog has never seen.
final class StagingArea {
    let path: String
    private let queue: DatabaseQueue

    /// Makes the area, in place of one that an interrupted import left.
    init(at path: String) throws {
        self.path = path
        Self.remove(at: path)
        var configuration = Configuration()
        configuration.label = "staging"
        configuration.prepareDatabase { db in
            // What a crash leaves is thrown away, so nothing needs to be safe on disk.
            try db.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536")
        }
        queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { try $0.execute(sql: Self.tables) }
    }

    /// Fills the area within one transaction.
    ///
    /// - Parameter takesReferences: whether what the file mentions may be what only the catalog knows.
    func fill(takesReferences: Bool = false, _ body: (StagingWriter) throws -> Void) throws {
        try queue.write { db in
            try body(StagingWriter(db, takesReferences: takesReferences))
        }
    }

    func close() throws { try queue.close() }

    static func remove(at path: String) {
        for suffix in ["", "-journal", "-wal", "-shm"] { unlink(path + suffix) }
    }

    private static let tables = """
        CREATE TABLE resource_types (
            id INTEGER PRIMARY KEY, external_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, traits INTEGER NOT NULL,
            kind INTEGER NOT NULL, hash BLOB NOT NULL, record TEXT NOT NULL, main INTEGER,
            is_reference INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE TABLE resources (
            id INTEGER PRIMARY KEY, type INTEGER NOT NULL, external_id TEXT NOT NULL, name TEXT NOT NULL,
            sort_key TEXT NOT NULL, description TEXT NOT NULL, parent_type TEXT, parent_external_id TEXT, parent INTEGER,
            email TEXT NOT NULL, login TEXT NOT NULL, status INTEGER NOT NULL, status_details TEXT NOT NULL,
            account_type INTEGER NOT NULL, last_login INTEGER, created_at INTEGER, owner_email TEXT NOT NULL DEFAULT '',
            hash BLOB NOT NULL, record TEXT NOT NULL, main INTEGER, is_reference INTEGER NOT NULL DEFAULT 0, UNIQUE (type, external_id)
        ) STRICT;
        CREATE TABLE entitlements (
            id INTEGER PRIMARY KEY, external_id TEXT NOT NULL UNIQUE, resource INTEGER NOT NULL, slug TEXT NOT NULL,
            name TEXT NOT NULL, sort_key TEXT NOT NULL, description TEXT NOT NULL, purpose INTEGER NOT NULL,
            hash BLOB NOT NULL, record TEXT NOT NULL, main INTEGER
        ) STRICT;
        CREATE TABLE resource_aliases (
            staged INTEGER NOT NULL, external_id TEXT NOT NULL, PRIMARY KEY (staged, external_id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE entitlement_aliases (
            staged INTEGER NOT NULL, external_id TEXT NOT NULL, PRIMARY KEY (staged, external_id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE grants (
            entitlement INTEGER NOT NULL, principal INTEGER NOT NULL, flags INTEGER NOT NULL,
            PRIMARY KEY (entitlement, principal)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE expansions (
            entitlement INTEGER NOT NULL, source INTEGER NOT NULL, via INTEGER NOT NULL, is_shallow INTEGER NOT NULL,
            PRIMARY KEY (entitlement, source, via)
        ) STRICT, WITHOUT ROWID;
        """
}
