import AccessModel
import ConnectorKit

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The SQLite file with the example directory, opened when it is first needed.
actor DemoDatabase {
    private let path: String
    private let isCreatedAnew: Bool
    private var connection: SQLiteConnection?
    private let executor = QueueExecutor(label: "demo database")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameter isCreatedAnew: whether to create schema and example data the first time the file is opened.
    init(path: String, isCreatedAnew: Bool) {
        self.path = path
        self.isCreatedAnew = isCreatedAnew
    }

    /// Opens the file and looks whether it is ours.
    func check() throws {
        _ = try opened()
    }

    /// The records after a row, in the order they were added.
    func records<Stored: Record>(_ type: Stored.Type, after row: Int64, limit: Int) throws -> [Stored] {
        let columns = Stored.columns.joined(separator: ", ")
        return try opened().rows(
            "SELECT rowid, \(columns) FROM \(Stored.table) WHERE rowid > ? ORDER BY rowid LIMIT ?",
            [.integer(row), .integer(Int64(limit))], read: Stored.init(checking:))
    }

    /// The record with this id.
    func record<Stored: Record>(_ type: Stored.Type, id: String) throws -> Stored? {
        let columns = Stored.columns.joined(separator: ", ")
        return try opened().rows(
            "SELECT rowid, \(columns) FROM \(Stored.table) WHERE id = ? LIMIT 1", [.text(id)],
            read: Stored.init(checking:)
        ).first
    }

    func opened() throws -> SQLiteConnection {
        if let connection { return connection }
        let connection = isCreatedAnew ? try created() : try existing()
        self.connection = connection
        return connection
    }

    private func existing() throws -> SQLiteConnection {
        guard access(path, F_OK) == 0 else {
            throw ServiceError(
                .failedPrecondition, "\(path): no such database. Add --init-db to create it with example data.")
        }
        let connection = try SQLiteConnection(path: path)
        guard try !connection.tables().isEmpty else {
            throw ServiceError(
                .failedPrecondition, "\(path): the database is empty. Add --init-db to fill it with example data.")
        }
        for table in ExampleData.listedTables {
            guard try Set(connection.columns(of: table)).isSuperset(of: ExampleData.tables[table] ?? []) else {
                throw ServiceError(
                    .failedPrecondition,
                    "\(path): not a database of this connector (table \(table) is missing or different). Name another with --db-file."
                )
            }
        }
        return connection
    }

    private func created() throws -> SQLiteConnection {
        // Made here and not by SQLite, so that the passwords in it are the owner's alone.
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw ServiceError(
                .permissionDenied,
                "\(path): can't be created (\(String(cString: strerror(errno)))). Check its folder, or --db-file.")
        }
        close(file)
        let connection = try SQLiteConnection(path: path)
        try connection.replaceByExampleData()
        return connection
    }
}

extension SQLiteConnection {
    /// The names of the tables and views in the file.
    func tables() throws -> [String] {
        try rows(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        ) { try $0.text(0) }
    }

    /// The columns of a table; none when there is no such table or it is a view, whose query could run forever.
    fileprivate func columns(of table: String) throws -> [String] {
        try rows(
            """
            SELECT c.name FROM sqlite_master t, pragma_table_info(t.name) c
            WHERE t.type = 'table' AND t.name = ? ORDER BY c.cid
            """, [.text(table)]
        ) { try $0.text(0) }
    }

    /// Creates the schema anew, with its example rows; a file with other data in it is left alone.
    fileprivate func replaceByExampleData() throws {
        try inTransaction {
            let foreign = try tables().filter { try columns(of: $0) != ExampleData.tables[$0] }
            guard foreign.isEmpty else {
                throw ServiceError(
                    .failedPrecondition,
                    "\(path): holds other data (table \(foreign[0])), which --init-db would mix up. Name another file with --db-file."
                )
            }
            try run(ExampleData.schema)
            try run(ExampleData.rows)
        }
    }
}
