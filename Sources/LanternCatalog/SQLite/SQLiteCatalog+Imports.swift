import AccessModel
import GRDB
import Spreadsheets

/// A file that has arrived and is kept.
public struct ReceivedFile: Sendable {
    /// The name it had where it came from.
    public let name: String
    /// Its size in bytes.
    public let size: Int64
    /// The SHA-256 of its bytes, in hexadecimal.
    public let sha256: String

    /// A file whose bytes are kept under `sha256`.
    public init(name: String, size: Int64, sha256: String) {
        self.name = name
        self.size = size
        self.sha256 = sha256
    }
}

/// How a file is to be imported.
public struct ImportOrder: Sendable {
    /// Who asked for it.
    public var actor: String
    /// How the file came: `upload`, `api`, `command line`.
    public var transport: String
    /// Whether somebody wants to see what would change, before it does.
    public var wantsPreview = false
    /// Whether it may take away whatever it doesn't have.
    public var replacesEverything = false
    /// The sync of the file that is wanted, finished or not; empty for the newest finished one.
    public var sync = ""

    /// An order to apply the file as soon as it was compared.
    public init(by actor: String, through transport: String) {
        self.actor = actor
        self.transport = transport
    }
}

extension SQLiteCatalog {
    /// Puts a file that was received in line; those of the same data source that still wait are skipped for it.
    public func enqueue(_ file: ReceivedFile, for source: String, _ order: ImportOrder) async throws -> ImportRun {
        let id = KSUID(at: now()).description
        let time = now()
        try await pool.write { db in
            guard
                let key = try Int64.fetchOne(
                    db, sql: "SELECT id FROM data_sources WHERE public_id = ? AND removed_at IS NULL",
                    arguments: [source])
            else { throw CatalogError.noDataSource(source) }
            _ = try Self.insertImport(id, of: file, for: key, order, at: time, db)
        }
        return try await importRun(id)
    }

    /// - Parameter source: the key of a data source that is there.
    /// - Returns: the key of the import.
    static func insertImport(
        _ id: String, of file: ReceivedFile, for source: Int64, _ order: ImportOrder, at time: Int64, _ db: Database
    ) throws -> Int64 {
        try db.execute(
            sql: """
                UPDATE imports SET state = 'skipped', finished_at = ?, error = ?
                WHERE data_source_id = ? AND state IN ('waiting', 'paused')
                """, arguments: [time, overtaken, source])
        try db.execute(
            sql: """
                INSERT INTO imports (public_id, data_source_id, state, actor, transport, file_name, size, sha256,
                    sync_id, wants_preview, replaces_everything, created_at, mapping)
                VALUES (?, ?, 'waiting', ?, ?, ?, ?, ?, ?, ?, ?, ?,
                    (SELECT mapping FROM data_sources WHERE id = ?))
                """,
            arguments: [
                id, source, order.actor, order.transport, file.name, file.size, file.sha256, order.sync,
                order.wantsPreview, order.replacesEverything, time, source,
            ])
        return db.lastInsertedRowID
    }

    /// The import with an id.
    public func importRun(_ id: String) async throws -> ImportRun {
        try await pool.read { db in
            guard
                let row = try Row.fetchOne(
                    db, sql: Self.selectImports + " WHERE run.public_id = ?", arguments: [id])
            else { throw CatalogError.noImport(id) }
            return ImportRun(row)
        }
    }

    /// The imports of an application or data source, the newest first.
    public func importRuns(
        of application: String, source: String? = nil, _ page: PageRequest
    ) async throws -> Page<ImportRun> {
        let place = try page.place(columns: 1)
        return try await pool.read { db in
            var arguments: StatementArguments = [
                "application": application, "source": source, "limit": page.size + 1,
            ]
            arguments += place.arguments
            let rows = try Row.fetchAll(
                db,
                sql: Self.selectImports + """
                     WHERE application.public_id = :application AND (:source IS NULL OR source.public_id = :source)
                        \(place.condition(["run.id"], descending: true))
                    ORDER BY \(place.order(["run.id"], descending: true)) LIMIT :limit
                    """, arguments: arguments)
            return Page(rows, page, at: place, cursor: { [.number($0["key"])] }, ImportRun.init)
        }
    }

    /// What an import counted, in the order in which people want to see it.
    public func counts(of run: ImportRun) async throws -> [ImportCount] {
        let counts = try await pool.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM import_counts WHERE import_id = ? ORDER BY name", arguments: [run.key]
            ).compactMap(ImportCount.init)
        }
        return ImportCount.Kind.allCases.flatMap { kind in counts.filter { $0.kind == kind } }
    }

    /// What an import warned of; the first hundred.
    public func warnings(of run: ImportRun) async throws -> [String] {
        try await pool.read { db in
            try String.fetchAll(
                db, sql: "SELECT text FROM import_warnings WHERE import_id = ? ORDER BY number", arguments: [run.key])
        }
    }

    /// Says no to an import that waits.
    public func cancelImport(_ id: String) async throws {
        let time = now()
        try await pool.write { db in
            try db.execute(
                sql: """
                    UPDATE imports SET state = 'cancelled', finished_at = ?
                    WHERE public_id = ? AND state IN ('waiting', 'paused')
                    """, arguments: [time, id])
            guard db.changesCount == 1 else {
                throw CatalogError(.failedPrecondition, "import \(id): doesn't wait for a decision.")
            }
        }
        StagingArea.remove(at: stagingPath(id))
    }

    /// Says yes to an import that waits for it.
    public func confirmImport(_ id: String) async throws {
        try await pool.write { db in
            try db.execute(
                sql: """
                    UPDATE imports SET state = 'waiting', wants_preview = 0, replaces_everything = 1
                    WHERE public_id = ? AND state = 'paused'
                    """, arguments: [id])
            guard db.changesCount == 1 else {
                throw CatalogError(.failedPrecondition, "import \(id): doesn't wait for a decision.")
            }
        }
    }

    // MARK: For who performs them

    /// Takes what a crash interrupted up again: nothing of it was applied, and its file is kept.
    public func recoverImports() async throws {
        try await putBackInterrupted()
        try await pool.write { db in
            try db.execute(
                sql: "UPDATE imports SET state = 'waiting', stage = '', rows_read = 0 WHERE state = 'paused'")
        }
        folder.clean()
        try await removeUnknownUploads()
    }

    /// Puts imports back in line that a program was performing when it ended; only for who has the folder's lock.
    public func putBackInterrupted() async throws {
        let time = now()
        try await pool.write { db in
            try db.execute(
                sql: """
                    UPDATE imports SET state = 'error', stage = '', finished_at = :time, error = :error
                    WHERE state IN ('running', 'applying') AND attempts >= :most
                    """,
                arguments: [
                    "time": time, "most": Self.mostAttempts,
                    "error":
                        "the program ended \(Self.mostAttempts) times while it was imported. Sync again, and report the file.",
                ])
            try db.execute(
                sql: """
                    UPDATE imports SET state = 'waiting', stage = '', rows_read = 0
                    WHERE state IN ('running', 'applying')
                    """)
        }
    }

    /// How often an import is begun that ends the program each time.
    private static let mostAttempts = 3

    /// The next import in line, from now on running; nil when none waits.
    func takeImport() async throws -> ImportRun? {
        let time = now()
        return try await pool.write { db in
            try db.execute(
                sql: """
                    UPDATE imports SET state = 'skipped', finished_at = ?, error = 'its data source was removed'
                    WHERE state = 'waiting' AND data_source_id IN (
                        SELECT id FROM data_sources WHERE removed_at IS NOT NULL)
                    """, arguments: [time])
            guard
                let row = try Row.fetchOne(
                    db, sql: Self.selectImports + " WHERE run.state = 'waiting' ORDER BY run.id LIMIT 1")
            else { return nil }
            let key: Int64 = row["key"]
            try db.execute(
                sql: """
                    UPDATE imports SET state = 'running', started_at = coalesce(started_at, ?), attempts = attempts + 1
                    WHERE id = ?
                    """, arguments: [time, key])
            return ImportRun(row)
        }
    }

    /// Puts an import back in line whose server was told to stop: that is no attempt that failed.
    ///
    /// Not asynchronous, because what is cancelled couldn't write then.
    func putBack(_ run: ImportRun) throws {
        try pool.write { db in
            try db.execute(
                sql: "UPDATE imports SET state = 'waiting', stage = '', attempts = attempts - 1 WHERE id = ?",
                arguments: [run.key])
        }
    }

    /// Lets an import wait for a decision, unless a newer one of its data source came meanwhile.
    ///
    /// - Returns: whether it waits.
    func pause(_ run: ImportRun, _ reason: String) async throws -> Bool {
        let time = now()
        return try await pool.write { db in
            let isOld =
                try Bool.fetchOne(
                    db, sql: "SELECT EXISTS (SELECT 1 FROM imports WHERE data_source_id = ? AND id > ?)",
                    arguments: [run.sourceKey, run.key]) ?? false
            if isOld {
                try Self.end(run, .skipped, error: Self.overtaken, at: time, db)
            } else {
                try Self.end(run, .paused, reason: reason, at: time, db)
            }
            return !isOld
        }
    }

    private static let overtaken = "a newer file came before its turn"

    /// Notes how far an import is.
    func note(_ stage: ImportRun.Stage, of run: ImportRun, read: Int64? = nil, of total: Int64? = nil) throws {
        try pool.write { db in
            try db.execute(
                sql: """
                    UPDATE imports SET stage = ?, rows_read = coalesce(?, rows_read),
                        rows_total = coalesce(?, rows_total)
                    WHERE id = ?
                    """, arguments: [stage.rawValue, read, total, run.key])
        }
    }

    /// Notes what was chosen from the file.
    func note(_ contents: ImportContents, of run: ImportRun) throws {
        try pool.write { db in
            try db.execute(
                sql: """
                    UPDATE imports SET format = ?, sync_id = ?, sync_type = ?, sync_ended_at = ?, rows_total = ?
                    WHERE id = ?
                    """,
                arguments: [
                    contents.format, contents.syncID, contents.syncType, contents.endedAt, contents.rows, run.key,
                ])
        }
    }

    /// Notes how the dates of a spreadsheet were read.
    func note(dateOrder: DateOrder?, of run: ImportRun) throws {
        try pool.write {
            try $0.execute(
                sql: "UPDATE imports SET date_order = ? WHERE id = ?", arguments: [dateOrder?.rawValue ?? "", run.key])
        }
    }

    /// Notes how an import came to its end.
    func end(_ run: ImportRun, _ state: ImportRun.State, error: String = "", reason: String = "") async throws {
        let time = now()
        try await pool.write { try Self.end(run, state, error: error, reason: reason, at: time, $0) }
    }

    private static func end(
        _ run: ImportRun, _ state: ImportRun.State, error: String = "", reason: String = "", at time: Int64,
        _ db: Database
    ) throws {
        try db.execute(
            sql: """
                UPDATE imports SET state = ?, stage = '', error = ?, pause_reason = ?, finished_at = ?, attempts = 0
                WHERE id = ?
                """, arguments: [state.rawValue, error, reason, state.isOver ? time : nil, run.key])
    }

    func stagingPath(_ id: String) -> String { "\(folder.work)/\(id).stage" }

    static let selectImports = """
        SELECT run.*, run.id AS key, source.id AS source_key, source.public_id AS source_public_id,
            source.name AS source_name, application.id AS application_key, application.public_id AS application_public_id
        FROM imports AS run
            JOIN data_sources AS source ON source.id = run.data_source_id
            JOIN applications AS application ON application.id = source.application_id
        """
}

/// What is to be imported from a file.
struct ImportContents {
    var format: String
    var syncID = ""
    var syncType = ""
    var endedAt: Int64?
    var rows: Int64?
    var scope = ImportScope.everything
}

extension ImportRun {
    init(_ row: Row) {
        id = row["public_id"]
        dataSourceID = row["source_public_id"]
        sourceName = row["source_name"]
        applicationID = row["application_public_id"]
        state = State(rawValue: row["state"]) ?? .error
        stage = Stage(rawValue: row["stage"])
        actor = row["actor"]
        transport = row["transport"]
        fileName = row["file_name"]
        size = row["size"]
        sha256 = row["sha256"]
        format = row["format"]
        syncID = row["sync_id"]
        syncType = row["sync_type"]
        syncEndedAt = row["sync_ended_at"]
        createdAt = row["created_at"]
        startedAt = row["started_at"]
        finishedAt = row["finished_at"]
        rowsRead = row["rows_read"]
        rowsTotal = row["rows_total"]
        revision = row["revision"]
        pauseReason = row["pause_reason"]
        error = row["error"]
        warnings = row["warnings"]
        wantsPreview = row["wants_preview"]
        key = row["key"]
        sourceKey = row["source_key"]
        applicationKey = row["application_key"]
        replacesEverything = row["replaces_everything"]
        dateOrder = DateOrder(rawValue: row["date_order"])
        mapping = row["mapping"]
    }
}

extension ImportCount {
    fileprivate init?(_ row: Row) {
        guard let kind = Kind(rawValue: row["kind"]) else { return nil }
        self.init(
            kind: kind, name: row["name"], total: row["total"], added: row["added"], changed: row["changed"],
            removed: row["removed"])
    }
}
