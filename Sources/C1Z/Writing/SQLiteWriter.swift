import AccessModel
import CSQLite

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Writes files of both versions: until one is saved, its working copy is an SQLite database.
final class SQLiteWriter: C1ZWriter {
    let file: String
    let engine: StorageEngine
    let isContinuation: Bool

    let database: Database
    let clock: @Sendable () -> StoredTime
    let environment: [String: String]
    let folder: WorkFolder
    let isResumable: Bool
    /// The file as it was when it was opened.
    let state: String
    var workingCopy: String? { folder.path }
    let reader: SQLiteReader
    private var insertions: [RecordKind: Insertion] = [:]
    private var derivedInsertion: Insertion?
    private(set) var sync: String?
    private var isInTransaction = false
    /// The version of the file as it was opened; nil when there was none.
    let version: Envelope?
    /// Whether the records of the version 3 file are still only there: many a run begins with a sync that replaces them.
    var lacksContent: Bool

    /// Opens `file` for writing.
    ///
    /// - Parameter isResumable: whether the next process goes on with the working copy when this one is killed. Otherwise
    ///   there is nothing left of it then, and one that a killed process left is not touched.
    init(_ path: String, options: C1ZWriterOptions, isResumable: Bool = true) throws {
        // What a link leads to is written, so that the link stays one.
        guard let file = LinkTarget.path(of: path) else { throw C1ZError.system(path, "open", ELOOP) }
        self.file = file
        self.isResumable = isResumable
        clock = options.clock
        environment = options.environment
        state = try fileState(of: file)
        folder =
            isResumable
            ? try WorkFolder(for: file, in: options.temporaryFolder)
            : try WorkFolder(forOnceBeside: file)
        isContinuation = folder.holdsWork(on: state)
        do {
            version = state == "none" || state.hasPrefix("0 ") ? nil : try C1ZFile.version(of: file)
            engine = version == .v3 ? .pebble : options.engine ?? .sqlite
            if !isContinuation {
                try folder.start(from: state) { [version] path in
                    try Self.unpack(file, version, to: path, options.environment)
                }
            }
            database = try Self.opened(folder.database, of: file, journal: isResumable ? "TRUNCATE" : "OFF")
            if !isResumable { folder.hide() }
            reader = try SQLiteReader(database)
            lacksContent = try version == .v3 && PebbleImport.isPending(in: database)
        } catch {
            // A working copy of a file that can't be used serves nobody; one with work in it may yet.
            if !isContinuation { folder.remove() }
            throw error
        }
    }

    private static func unpack(
        _ file: String, _ version: Envelope?, to path: String, _ environment: [String: String]
    ) throws {
        let target = try FileDescriptor(creating: path)
        guard let version else { return }
        guard version == .v1 else {
            let database = try opened(path, of: file, journal: "MEMORY")
            return try PebbleImport(from: PebbleReader(file, environment: environment), into: database).begin()
        }
        var header: [UInt8] = []
        try Unpacking(file, environment: environment).run { piece in
            if header.count < 20 { header.append(contentsOf: piece.prefix(20 - header.count)) }
            try target.write(piece)
        }
        // SQLite would take a few stray bytes for a new database.
        guard header.isEmpty || header.starts(with: Array("SQLite format 3\0".utf8)) && header.count == 20 else {
            throw C1ZError(.corrupt, file, "holds no database. It is damaged: fetch it again, or sync again.")
        }
        // Some connectors saved their database as one that wants a write-ahead log; all of it is in the file.
        for place in 18...19 where header.count == 20 && header[place] == 2 {
            try target.overwrite(1, at: Int64(place))
        }
        try target.sync()
    }

    /// Rows come in by ids that are in no order: keeping pages saves reading them again.
    private static let pageCache = "PRAGMA cache_size = -16384"
    /// What is read from end to end needs no more.
    private static let smallPageCache = "PRAGMA cache_size = -4096"

    static func opened(_ path: String, of file: String, journal: String) throws -> Database {
        let database = try Database(path, flags: SQLITE_OPEN_READWRITE, of: file)
        // What can't be opened for writing SQLite opens for reading, and complains only when it is too late to say why.
        guard sqlite3_db_readonly(database.handle, "main") == 0 else {
            throw C1ZError(.failed, file, "its working copy can't be written. Check its folder and the disk.")
        }
        try database.run(
            """
            PRAGMA page_size = 4096; PRAGMA encoding = 'UTF-8'; PRAGMA journal_mode = \(journal);
            PRAGMA synchronous = NORMAL; PRAGMA locking_mode = EXCLUSIVE; PRAGMA secure_delete = FAST
            """)
        try database.run(pageCache)
        try database.limitWork()
        try database.requireUTF8()
        try Migration(database: database).run()
        return database
    }

    // MARK: Syncs

    func startSync(_ type: SyncType, parent: String) throws -> SyncRun {
        if let sync {
            let run = try self.sync(sync)
            guard run.type == type else {
                throw C1ZError(.conflict, file, "a \(run.typeName) sync is being written. End it before the next.")
            }
            return run
        }
        guard parent.isEmpty || type != .full && type != .resourcesOnly else {
            throw C1ZError(.conflict, file, "a \(type.rawValue) sync can't add to another")
        }
        try requireRoom(for: type)
        let now = clock()
        let id = KSUID(at: now.seconds).description
        try database.run(Self.pageCache)
        try beginTransaction()
        if engine == .pebble { try removeEverything() }
        try database.run(
            """
            INSERT INTO v1_sync_runs (sync_id, started_at, sync_token, sync_type, parent_sync_id, grants_backfilled)
            VALUES (?, ?, '', ?, ?, 1)
            """, .text(id), .text(now.stored), .text(type.rawValue), .text(parent))
        try begin(id)
        return try sync(id)
    }

    func resumeSync(_ id: String) throws -> SyncRun {
        let run = try sync(id)
        guard !run.isFinished else {
            throw C1ZError(.conflict, file, "sync \(id) is finished, so it can't be gone on with")
        }
        try begin(id)
        return run
    }

    func reopenSync(_ id: String) throws -> SyncRun {
        let run = try sync(id)
        guard run.isFinished else {
            throw C1ZError(.conflict, file, "sync \(id) is not finished, so nothing follows from it yet")
        }
        try begin(id)
        return run
    }

    /// Makes a sync the one that is written.
    func begin(_ id: String) throws {
        try loadContent()
        try beginTransaction()
        for index in TableDefinitions.grantIndexes { try database.run("DROP INDEX IF EXISTS \(index.name)") }
        sync = id
        insertions = [:]
        derivedInsertion = nil
    }

    func currentSync() throws(C1ZError) -> String {
        guard let sync else { throw C1ZError(.conflict, file, "no sync is being written") }
        return sync
    }

    // MARK: Records

    func put(_ batch: RecordBatch) throws {
        guard batch.count > 0 else { return }
        if engine == .pebble { try requireKeys(of: batch) }
        let sync = try currentSync()
        try beginTransaction()
        let insertion = try insertions[batch.kind] ?? Insertion(batch.kind, .replace, into: sync, of: database)
        insertions[batch.kind] = insertion
        try insertion.run(batch, discoveredAt: clock().stored)
    }

    func putDerived(_ grants: RecordBatch) throws {
        guard grants.count > 0 else { return }
        let sync = try currentSync()
        try beginTransaction()
        let insertion = try derivedInsertion ?? Insertion(.grant, .preserve, into: sync, of: database)
        derivedInsertion = insertion
        try insertion.run(grants, discoveredAt: clock().stored)
    }

    func putAsset(_ id: String, contentType: String, data: [UInt8]) throws {
        guard !data.isEmpty else { return }
        let sync = try currentSync()
        try beginTransaction()
        try database.run(
            """
            INSERT INTO v1_assets (external_id, content_type, data, sync_id, discovered_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (external_id, sync_id) DO UPDATE SET data = excluded.data
            """, .text(id), .text(contentType.isEmpty ? "unknown" : contentType), .blob(data), .text(sync),
            .text(clock().stored))
    }

    func commit(reaching token: String) throws {
        let sync = try currentSync()
        try beginTransaction()
        try database.run("UPDATE v1_sync_runs SET sync_token = ? WHERE sync_id = ?", .text(token), .text(sync))
        try commitTransaction()
    }

    func markDiffable() throws {
        let sync = try currentSync()
        try beginTransaction()
        try database.run("UPDATE v1_sync_runs SET supports_diff = 1 WHERE sync_id = ?", .text(sync))
    }

    func beginTransaction() throws(C1ZError) {
        guard !isInTransaction else {
            // A full disk makes SQLite roll back by itself. To go on would vouch for records that are gone.
            guard sqlite3_get_autocommit(database.handle) == 0 else {
                throw C1ZError(
                    .conflict, file,
                    "what was written since the last checkpoint is lost. Run it again to go on from there.")
            }
            return
        }
        try database.run("BEGIN IMMEDIATE")
        isInTransaction = true
    }

    func commitTransaction() throws(C1ZError) {
        guard isInTransaction else { return }
        try database.run("COMMIT")
        isInTransaction = false
        try database.limitWork()
    }

    func rollBack() throws(C1ZError) {
        guard isInTransaction else { return }
        try database.rollBack()
        isInTransaction = false
        // A sync that was begun, and had made the records superfluous, may be gone again.
        if version == .v3 { lacksContent = try PebbleImport.isPending(in: database) }
    }

    // MARK: The end

    /// Builds the indexes of grants that aren't there yet.
    ///
    /// - Parameter only: the one to build; each that is there makes adding grants dearer.
    func buildIndexes(only: String? = nil) throws(C1ZError) {
        try database.limitWork()
        var missing: [(name: String, columns: String)] = []
        for index in TableDefinitions.grantIndexes where only == nil || index.name == only {
            let found = try database.number("SELECT count(*) FROM sqlite_schema WHERE name = '\(index.name)'")
            if found == 0 { missing.append(index) }
        }
        guard !missing.isEmpty else { return }
        // What is sorted comes on top of the pages that are kept, and may take as much memory again.
        try database.run(Self.smallPageCache)
        for index in missing { try database.run("CREATE INDEX \(index.name) ON v1_grants (\(index.columns))") }
        try database.run(Self.pageCache)
    }

    func endSync(reaching token: String?) throws {
        let id = try currentSync()
        try beginTransaction()
        // A file of version 3 has indexes of its own.
        if engine == .sqlite { try buildIndexes() }
        try database.run(Self.smallPageCache)
        try database.run(
            "UPDATE v1_sync_runs SET ended_at = ? WHERE sync_id = ? AND ended_at IS NULL", .text(clock().stored),
            .text(id))
        if let token {
            try database.run("UPDATE v1_sync_runs SET sync_token = ? WHERE sync_id = ?", .text(token), .text(id))
        }
        try storeStats(of: try sync(id))
        try commitTransaction()
        sync = nil
    }

    func mark(_ sync: String, _ verification: SyncVerification) throws {
        guard try self.sync(sync).isFinished else {
            throw C1ZError(.conflict, file, "sync \(sync) is not finished, so it can't be marked as checked")
        }
        try loadContent()
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
        try loadContent()
        insertions = [:]
        derivedInsertion = nil
        guard try fileState(of: file) == state else { throw isReplaced }
        let size = try engine == .sqlite ? packDatabase() : packRecords()
        folder.remove()
        return size
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
        try loadContent()
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
                StoredRecord(
                    data: rows.bytes(0), expansion: nil, needsExpansion: false,
                    discoveredAt: DiscoveryTime(text: rows.bytes(1))))
            count += 1
        }
        return ""
    }

    func find(_ identity: RecordIdentity, in sync: String?) throws -> [UInt8]? {
        try loadContent()
        return try reader.find(identity, in: sync)
    }

    func countedStats(of run: SyncRun) throws -> SyncStats {
        try loadContent()
        return try reader.countedStats(of: run)
    }

    func stats(of run: SyncRun) throws -> SyncStats {
        try reader.stats(of: run)
    }

    func readAssets(of sync: String?, _ body: (StoredAsset) throws -> Void) throws {
        try loadContent()
        try reader.readAssets(of: sync, body)
    }

    func readSessions(of sync: String?, _ body: (StoredSession) throws -> Void) throws {
        try loadContent()
        try reader.readSessions(of: sync, body)
    }
}
