import AccessModel
import WireForm

/// Reads version 1 files.
final class SQLiteReader: C1ZReader {
    let file: String
    let engine = StorageEngine.sqlite

    private let database: Database
    private let schema: StoredSchema
    private var finders: [RecordKind: Statement] = [:]
    private var backfilled: [ByteKey: Bool]?

    init(_ file: String, environment: [String: String]) throws {
        self.file = file
        database = try ExtractedDatabase(of: file, environment: environment).database
        schema = try StoredSchema(of: database)
    }

    /// Reads a database that is open already.
    init(_ database: Database) throws(C1ZError) {
        file = database.file
        self.database = database
        schema = try StoredSchema(of: database)
    }

    func syncRuns() throws -> [SyncRun] {
        let table = "v1_sync_runs"
        guard schema.has(table) else { return [] }
        func column(_ name: String, _ expression: String) -> String {
            schema.column(name, of: table, otherwise: expression)
        }
        let statement = try database.prepare(
            """
            SELECT sync_id, \(column("sync_type", "'full'")), started_at, ended_at, sync_token,
                \(column("parent_sync_id", "''")), \(column("linked_sync_id", "''")), \(column("supports_diff", "0")),
                \(column("grants_backfilled", "0")), \(column("stats", "NULL")),
                \(column("ingest_invariant_generation", "''")), \(column("ingest_invariant_coverage", "''")),
                \(column("ingest_invariant_mode", "''"))
            FROM \(table) ORDER BY id
            """)
        var runs: [SyncRun] = []
        while try statement.step() { runs.append(SyncRun(statement)) }
        return runs
    }

    func read(
        _ kind: RecordKind, of sync: String?, where filter: RecordFilter, _ body: (StoredRecord) throws -> Void
    ) throws {
        guard schema.has(kind.table) else { return }
        var conditions = kind.conditions(for: filter)
        if let sync { conditions.append(("sync_id", sync)) }
        let clause =
            conditions.isEmpty ? "" : "WHERE " + conditions.map { "\($0.column) = ?" }.joined(separator: " AND ")
        let columns = kind == .grant ? grantColumns : "data, discovered_at, id"
        let place: Int32 = kind == .grant ? 10 : 2
        let statement = try database.prepare("SELECT \(columns) FROM \(kind.table) \(clause) ORDER BY id")
        try statement.bind(conditions.map { .text($0.value) })
        defer { statement.reset() }
        var form = GrantForm(of: file)
        var last = Int64.min
        while try statement.step() {
            // A table whose pages go round in circles has no end, but its ids fall back.
            guard statement.int(place) > last else {
                throw C1ZError(
                    .corrupt, file,
                    "its table \(kind.table) is out of order. It is damaged: fetch it again, or sync again.")
            }
            last = statement.int(place)
            if kind == .grant {
                try grant(statement, with: &form, body)
            } else {
                try body(
                    StoredRecord(
                        data: statement.bytes(0), expansion: nil, needsExpansion: false,
                        discoveredAt: DiscoveryTime(text: statement.bytes(1))))
            }
        }
    }

    private var grantColumns: String {
        let expansion = schema.column("expansion", of: "v1_grants", otherwise: "NULL")
        let needsExpansion = schema.column("needs_expansion", of: "v1_grants", otherwise: "0")
        return """
            data, discovered_at, resource_type_id, resource_id, entitlement_id, principal_resource_type_id,
            principal_resource_id, \(expansion), \(needsExpansion), sync_id, id
            """
    }

    private func grant(_ row: Statement, with form: inout GrantForm, _ body: (StoredRecord) throws -> Void) throws {
        let columns = GrantForm.Columns(
            resourceType: row.bytes(2), resource: row.bytes(3), entitlement: row.bytes(4), principalType: row.bytes(5),
            principal: row.bytes(6))
        let stored = row.bytes(7)
        let isBackfilled = try !stored.isEmpty || areGrantsBackfilled(in: row.bytes(9))
        var separation = GrantForm(of: file)
        try form.hydrate(row.bytes(0), from: columns) { data in
            guard !isBackfilled else {
                // A migration that was interrupted leaves empty expansions behind: they mean none.
                let expansion = stored.isEmpty ? nil : stored
                return try body(
                    StoredRecord(
                        data: data, expansion: expansion, needsExpansion: expansion != nil && row.int(8) != 0,
                        discoveredAt: DiscoveryTime(text: row.bytes(1))))
            }
            try separation.separate(data) { data, expansion in
                try body(
                    StoredRecord(
                        data: data, expansion: expansion, needsExpansion: expansion != nil,
                        discoveredAt: DiscoveryTime(text: row.bytes(1))))
            }
        }
    }

    private func areGrantsBackfilled(in sync: UnsafeRawBufferPointer) throws -> Bool {
        if backfilled == nil {
            var known: [ByteKey: Bool] = [:]
            for run in try syncRuns() { known[ByteKey(run.id)] = run.areGrantsBackfilled }
            backfilled = known
        }
        if let backfilled, backfilled.count == 1, let only = backfilled.first, only.key.bytes.elementsEqual(sync) {
            return only.value
        }
        return backfilled?[ByteKey(sync)] ?? false
    }

    func find(_ identity: RecordIdentity, in sync: String?) throws -> [UInt8]? {
        guard schema.has(identity.kind.table) else { return nil }
        if identity.kind == .grant { return try findGrant(identity, in: sync) }
        let statement = try finder(of: identity.kind)
        try bind(identity, sync, to: statement)
        defer { statement.reset() }
        return try statement.step() ? Array(statement.bytes(0)) : nil
    }

    private func findGrant(_ identity: RecordIdentity, in sync: String?) throws -> [UInt8]? {
        let statement = try database.prepare(
            "SELECT \(grantColumns) FROM v1_grants WHERE external_id = ?1 AND (?2 IS NULL OR sync_id = ?2)")
        try bind(identity, sync, to: statement)
        guard try statement.step() else { return nil }
        var form = GrantForm(of: file)
        var found: [UInt8]?
        try grant(statement, with: &form) { found = Array($0.data) }
        statement.reset()
        return found
    }

    private func finder(of kind: RecordKind) throws -> Statement {
        if let finder = finders[kind] { return finder }
        let statement = try database.prepare(
            "SELECT data FROM \(kind.table) WHERE external_id = ?1 AND (?2 IS NULL OR sync_id = ?2)")
        finders[kind] = statement
        return statement
    }

    private func bind(_ identity: RecordIdentity, _ sync: String?, to statement: Statement) throws {
        try statement.bind(text: identity.externalID, at: 1)
        if let sync { try statement.bind(sync, at: 2) } else { try statement.bindNull(at: 2) }
    }

    func stats(of run: SyncRun) throws -> SyncStats {
        if let stored = run.storedStats.flatMap({ SyncStats(stored: $0) }) { return stored }
        return try countedStats(of: run)
    }

    /// Counts the records of a sync now.
    func countedStats(of run: SyncRun) throws -> SyncStats {
        try StatsCount(database: database, schema: schema).stats(of: run)
    }

    func readAssets(of sync: String?, _ body: (StoredAsset) throws -> Void) throws {
        guard schema.has("v1_assets") else { return }
        let statement = try database.prepare(
            """
            SELECT external_id, content_type, data, discovered_at FROM v1_assets
            WHERE ?1 IS NULL OR sync_id = ?1 ORDER BY id
            """)
        try statement.bind([sync.map { .text($0) } ?? .null])
        defer { statement.reset() }
        while try statement.step() {
            try body(
                StoredAsset(
                    id: statement.bytes(0), contentType: statement.bytes(1), data: statement.bytes(2),
                    discoveredAt: DiscoveryTime(text: statement.bytes(3))))
        }
    }

    func readSessions(of sync: String?, _ body: (StoredSession) throws -> Void) throws {
        guard schema.has("v1_connector_sessions") else { return }
        let statement = try database.prepare(
            "SELECT key, value FROM v1_connector_sessions WHERE ?1 IS NULL OR sync_id = ?1 ORDER BY id")
        try statement.bind([sync.map { .text($0) } ?? .null])
        defer { statement.reset() }
        while try statement.step() { try body(StoredSession(key: statement.bytes(0), value: statement.bytes(1))) }
    }
}

extension SyncRun {
    /// Reads a row of the query in ``SQLiteReader/syncRuns()``.
    fileprivate init(_ row: Statement) {
        id = row.text(0)
        typeName = row.text(1)
        type = SyncType(rawValue: row.text(1))
        startedAt = StoredTime(row.text(2))
        endedAt = row.isNull(3) ? nil : StoredTime(row.text(3))
        token = row.text(4)
        parentID = row.text(5)
        linkedID = row.text(6)
        supportsDiff = row.int(7) != 0
        areGrantsBackfilled = row.int(8) != 0
        storedStats = row.isNull(9) ? nil : row.text(9)
        verification = SyncVerification(generation: row.text(10), coverage: row.text(11), mode: row.text(12))
    }
}
