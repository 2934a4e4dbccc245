import AccessModel
import GRDB

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The catalog on SQLite: one writer, any number of readers, none of whom waits for another.
public final class SQLiteCatalog: Sendable {
    let pool: DatabasePool
    /// Where its files are.
    public let folder: DataFolder
    let now: @Sendable () -> Int64

    /// What is done about tables of an older version.
    public enum Tables: Sendable {
        /// They are brought up to date.
        case broughtUpToDate
        /// They are refused.
        case upToDate
        /// They stay as they are; only copying knows how to treat them.
        case ofAnyVersion
    }

    /// Opens the catalog in `folder`.
    ///
    /// - Parameters:
    ///   - readers: how many may read at once.
    ///   - tables: what is done about tables of an older version.
    ///   - now: the time, in seconds since 1970.
    /// - Throws: `DatabaseError` when the database is damaged or can't be opened, ``CatalogError`` when a newer program wrote it.
    public init(
        in folder: DataFolder, readers: Int = 8, tables: Tables = .broughtUpToDate,
        now: @escaping @Sendable () -> Int64 = SQLiteCatalog.systemTime
    ) throws {
        self.folder = folder
        self.now = now
        var configuration = Configuration()
        configuration.label = "catalog"
        configuration.maximumReaderCount = readers
        configuration.busyMode = .timeout(30)
        configuration.prepareDatabase { db in
            try db.execute(
                sql: """
                    PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536;
                    PRAGMA mmap_size = 268435456
                    """)
            db.add(function: Self.newID(now))
            db.add(function: Self.folded)
        }
        // Made before SQLite makes it, because it would let others read it.
        folder.makePrivateFile(folder.catalog)
        pool = try DatabasePool(path: folder.catalog, configuration: configuration)
        let migrator = Schema.migrator
        try pool.read { db in
            guard try migrator.hasBeenSuperseded(db) else { return }
            throw CatalogError(
                .failedPrecondition, "\(folder.catalog): was written by a newer Lantern. Use that, or restore a backup."
            )
        }
        // A new folder has none yet.
        let isNew = try pool.read { try !$0.tableExists("grdb_migrations") }
        if tables == .broughtUpToDate || (tables == .upToDate && isNew) { try migrator.migrate(pool) }
        guard try tables == .ofAnyVersion || pool.read(migrator.hasCompletedMigrations) else {
            throw CatalogError(
                .failedPrecondition,
                "\(folder.catalog): was written by an older Lantern. The server brings it up to date when it starts.")
        }
    }

    /// The time of the system's clock.
    @Sendable public static func systemTime() -> Int64 { Int64(time(nil)) }

    /// `new_id()`: a fresh KSUID for each row.
    private static func newID(_ now: @escaping @Sendable () -> Int64) -> DatabaseFunction {
        DatabaseFunction("new_id", argumentCount: 0, pure: false) { _ in KSUID(at: now()).description }
    }

    /// `folded(text)`: in lower case in every script, as names are compared; SQLite's own function knows ASCII only.
    private static let folded = DatabaseFunction("folded", argumentCount: 1, pure: true) { values in
        String.fromDatabaseValue(values[0])?.lowercased()
    }

    /// What an error of the database amounts to, without the statement that met it; nil for another error.
    static func text(of error: any Error) -> String? {
        (error as? DatabaseError).map { "the server's database: \($0.message ?? "can't be read or written")." }
    }

    /// Closes the database once nobody uses it any more.
    public func close() throws { try pool.close() }

    /// The tables as SQL, for documentation.
    func schema() throws -> String {
        try pool.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT sql FROM sqlite_schema
                    WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search_%'
                        AND name <> 'grdb_migrations'
                    ORDER BY rowid
                    """
            ).joined(separator: ";\n\n") + ";\n"
        }
    }
}
