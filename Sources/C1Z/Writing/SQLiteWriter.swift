import AccessModel
import CSQLite

/// Writes version 1 files.
final class SQLiteWriter: C1ZWriter {
    let file: String
    let engine = StorageEngine.sqlite
    let isContinuation: Bool

    let database: Database
    let clock: @Sendable () -> StoredTime
    let environment: [String: String]
    private let folder: WorkFolder
    var workingCopy: String? { folder.path }
    private let reader: SQLiteReader
    private var insertions: [RecordKind: Insertion] = [:]
    private var derivedInsertion: Insertion?
    private(set) var sync: String?
    private var isInTransaction = false

    init(_ file: String, options: C1ZWriterOptions) throws {
        self.file = file
        clock = options.clock
        environment = options.environment
        let state = try fileState(of: file)
        folder = try WorkFolder(for: file, in: options.temporaryFolder)
        isContinuation = folder.holdsWork(on: state)
        if !isContinuation {
            let size = state == "none" || state.hasPrefix("0 ") ? 0 : 1
            try folder.start(from: state) { try Self.unpack(file, isEmpty: size == 0, to: $0, options.environment) }
        }
        database = try Database(folder.database, flags: SQLITE_OPEN_READWRITE, of: file)
        try database.run(
            """
            PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = NORMAL; PRAGMA locking_mode = EXCLUSIVE;
            PRAGMA cache_size = -32768
            """)
        try Migration(database: database).run()
        reader = try SQLiteReader(database)
    }

    private static func unpack(_ file: String, isEmpty: Bool, to path: String, _ environment: [String: String]) throws {
        let target = try FileDescriptor(creating: path)
        guard !isEmpty else { return }
        try Unpacking(file, environment: environment).run { try target.write($0) }
    }

    // MARK: Syncs

    func startSync(_ type: SyncType, parent: String) throws -> SyncRun {
        let now = clock()
        let id = KSUID(at: now.seconds).description
        try beginTransaction()
        try database.run(
            """
            INSERT INTO v1_sync_runs (sync_id, started_at, sync_token, sync_type, parent_sync_id, grants_backfilled)
            VALUES (?, ?, '', ?, ?, 1)
            """, .text(id), .text(now.stored), .text(type.rawValue), .text(parent))
        return try begin(id)
    }

    func resumeSync(_ id: String) throws -> SyncRun {
        try begin(id)
    }

    private func begin(_ id: String) throws -> SyncRun {
        sync = id
        try beginTransaction()
        for index in TableDefinitions.grantIndexes { try database.run("DROP INDEX IF EXISTS \(index.name)") }
        return try sync(id)
    }

    func currentSync() throws(C1ZError) -> String {
        guard let sync else { throw C1ZError(.conflict, file, "no sync is being written") }
        return sync
    }

    // MARK: Records

    func put(_ batch: RecordBatch) throws {
        guard batch.count > 0 else { return }
        let sync = try currentSync()
        try beginTransaction()
        let insertion = try insertions[batch.kind] ?? Insertion(batch.kind, .replace, in: database)
        insertions[batch.kind] = insertion
        try insertion.run(batch, sync: sync, discoveredAt: clock().stored)
    }

    func putDerived(_ grants: RecordBatch) throws {
        guard grants.count > 0 else { return }
        let sync = try currentSync()
        try beginTransaction()
        let insertion = try derivedInsertion ?? Insertion(.grant, .preserve, in: database)
        derivedInsertion = insertion
        try insertion.run(grants, sync: sync, discoveredAt: clock().stored)
    }

    func putAsset(_ id: String, contentType: String, data: [UInt8]) throws {
        guard !data.isEmpty else { return }
        try beginTransaction()
        try database.run(
            """
            INSERT INTO v1_assets (external_id, content_type, data, sync_id, discovered_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (external_id, sync_id) DO UPDATE SET data = excluded.data
            """, .text(id), .text(contentType.isEmpty ? "unknown" : contentType), .blob(data), .text(try currentSync()),
            .text(clock().stored))
    }

    func commit(reaching token: String) throws {
        try beginTransaction()
        try database.run(
            "UPDATE v1_sync_runs SET sync_token = ? WHERE sync_id = ?", .text(token), .text(try currentSync()))
        try commitTransaction()
    }

    func markDiffable() throws {
        try beginTransaction()
        try database.run("UPDATE v1_sync_runs SET supports_diff = 1 WHERE sync_id = ?", .text(try currentSync()))
    }

    func beginTransaction() throws(C1ZError) {
        guard !isInTransaction else { return }
        try database.run("BEGIN IMMEDIATE")
        isInTransaction = true
    }

    func commitTransaction() throws(C1ZError) {
        guard isInTransaction else { return }
        try database.run("COMMIT")
        isInTransaction = false
    }

    private func rollBack() throws(C1ZError) {
        guard isInTransaction else { return }
        // A full disk makes SQLite roll back by itself.
        if sqlite3_get_autocommit(database.handle) == 0 { try database.run("ROLLBACK") }
        isInTransaction = false
    }

    // MARK: The end

    func buildIndexes() throws(C1ZError) {
        for index in TableDefinitions.grantIndexes {
            try database.run("CREATE INDEX IF NOT EXISTS \(index.name) ON v1_grants (\(index.columns))")
        }
    }

    func endSync() throws {
        let id = try currentSync()
        try beginTransaction()
        try buildIndexes()
        try database.run(
            "UPDATE v1_sync_runs SET ended_at = ? WHERE sync_id = ? AND ended_at IS NULL", .text(clock().stored),
            .text(id))
        let run = try sync(id)
        try database.run(
            "UPDATE v1_sync_runs SET stats = ? WHERE sync_id = ?", .text(try reader.countedStats(of: run).stored),
            .text(id))
        try commitTransaction()
        sync = nil
    }

    func mark(_ sync: String, _ verification: SyncVerification) throws {
        try beginTransaction()
        try database.run(
            """
            UPDATE v1_sync_runs SET ingest_invariant_generation = ?, ingest_invariant_coverage = ?,
                ingest_invariant_mode = ? WHERE sync_id = ?
            """, .text(verification.generation), .text(verification.coverage), .text(verification.mode), .text(sync))
        try commitTransaction()
    }

    func save() throws -> (decoded: Int64, compressed: Int64) {
        try rollBack()
        try buildIndexes()
        insertions = [:]
        derivedInsertion = nil
        // Deleted rows must not travel in the file.
        if try database.number("PRAGMA freelist_count") > 0 { try database.run("VACUUM") }
        try Packing(database: folder.database, file: file).run()
        let decoded = try FileDescriptor(reading: folder.database).size()
        let compressed = try FileDescriptor(reading: file).size()
        folder.remove()
        return (decoded, compressed)
    }

    func discard() {
        folder.remove()
    }

    // MARK: Reading

    func syncRuns() throws -> [SyncRun] {
        try reader.syncRuns()
    }

    func read(
        _ kind: RecordKind, of sync: String?, where filter: RecordFilter, _ body: (StoredRecord) throws -> Void
    ) throws {
        try reader.read(kind, of: sync, where: filter, body)
    }

    func readPage(
        _ kind: RecordKind, of sync: String, after token: String, limit: Int, _ body: (StoredRecord) throws -> Void
    ) throws -> String {
        precondition(kind != .grant, "grants are read by their own queries")
        let rows = try database.prepare(
            "SELECT data, discovered_at, id FROM \(kind.table) WHERE sync_id = ? AND id >= ? ORDER BY id LIMIT ?")
        try rows.bind([.text(sync), .int(Int64(token) ?? 0), .int(Int64(limit) + 1)])
        defer { rows.reset() }
        var count = 0
        while try rows.step() {
            // The token is the row to begin with, as the reference has it.
            if count == limit { return String(rows.int(2)) }
            try body(
                StoredRecord(data: rows.bytes(0), expansion: nil, needsExpansion: false, discoveredAt: rows.bytes(1)))
            count += 1
        }
        return ""
    }

    func find(_ identity: RecordIdentity, in sync: String?) throws -> [UInt8]? {
        try reader.find(identity, in: sync)
    }

    func stats(of run: SyncRun) throws -> SyncStats {
        try reader.stats(of: run)
    }

    func readAssets(of sync: String?, _ body: (StoredAsset) throws -> Void) throws {
        try reader.readAssets(of: sync, body)
    }

    func readSessions(of sync: String?, _ body: (StoredSession) throws -> Void) throws {
        try reader.readSessions(of: sync, body)
    }
}
