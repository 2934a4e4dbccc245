import AccessModel
import GRDB

extension SQLiteCatalog {
    /// Makes an application.
    ///
    /// - Throws: ``CatalogError`` when the name is empty or too long.
    public func createApplication(named name: String, description: String = "") async throws -> Application {
        let name = try Self.checked(name: name)
        let id = KSUID(at: now()).description
        let time = now()
        try await pool.write { db in
            try db.execute(
                sql: """
                    INSERT INTO applications (public_id, name, description, created_at, updated_at)
                    VALUES (?, ?, ?, ?, ?)
                    """, arguments: [id, name, description, time, time])
        }
        return try await application(id)
    }

    /// Gives an application another name or description.
    public func updateApplication(_ id: String, name: String? = nil, description: String? = nil) async throws {
        let name = try name.map(Self.checked)
        let time = now()
        try await pool.write { db in
            try db.execute(
                sql: """
                    UPDATE applications SET name = coalesce(?, name), description = coalesce(?, description),
                        updated_at = ?
                    WHERE public_id = ? AND deleted_at IS NULL
                    """, arguments: [name, description, time, id])
            guard db.changesCount == 1 else { throw CatalogError.noApplication(id) }
        }
    }

    /// Deletes an application; it can still be asked for by its id.
    public func deleteApplication(_ id: String) async throws {
        let time = now()
        try await pool.write { db in
            try db.execute(
                sql: "UPDATE applications SET deleted_at = ? WHERE public_id = ? AND deleted_at IS NULL",
                arguments: [time, id])
            guard db.changesCount == 1 else { throw CatalogError.noApplication(id) }
        }
    }

    /// The application with an id, even when it was deleted.
    public func application(_ id: String) async throws -> Application {
        try await pool.read { db in
            guard
                let row = try Row.fetchOne(
                    db, sql: Self.selectApplications + " WHERE application.public_id = ?", arguments: [id])
            else { throw CatalogError.noApplication(id) }
            return Application(row)
        }
    }

    /// Applications in the order of their names.
    ///
    /// - Parameters:
    ///   - text: only those in whose name it stands.
    ///   - ids: only those with these ids; all when nil.
    public func applications(
        _ page: PageRequest, matching text: String = "", among ids: Set<String>? = nil
    ) async throws -> Page<Application> {
        let list = ids.map { $0.sorted().jsonList }
        let keys = ["lower(application.name)", "application.id"]
        let place = try page.place(columns: keys.count)
        return try await pool.read { db in
            var arguments: StatementArguments = ["ids": list, "text": text, "limit": page.size + 1]
            arguments += place.arguments
            let rows = try Row.fetchAll(
                db,
                sql: Self.selectApplications + """
                     WHERE \(Self.isListed)
                        \(place.condition(keys))
                    ORDER BY \(place.order(keys)) LIMIT :limit
                    """, arguments: arguments)
            return Page(
                rows, page, at: place, cursor: { [.text($0["sort_key"]), .number($0["key"])] }, Application.init)
        }
    }

    /// How many applications there are.
    ///
    /// - Parameters:
    ///   - text: only those in whose name it stands.
    ///   - ids: only those with these ids; all when nil.
    public func applicationCount(matching text: String = "", among ids: Set<String>? = nil) async throws -> Int64 {
        let list = ids.map { $0.sorted().jsonList }
        return try await pool.read { db in
            try Int64.fetchOne(
                db, sql: "SELECT count(*) FROM applications AS application WHERE \(Self.isListed)",
                arguments: ["ids": list, "text": text]) ?? 0
        }
    }

    /// Whether an application that is there has one of `:ids` and `:text` in its name.
    private static let isListed = """
        application.deleted_at IS NULL
            AND (:ids IS NULL OR application.public_id IN (SELECT value FROM json_each(:ids)))
            AND (:text = '' OR instr(lower(application.name), lower(:text)) > 0)
        """

    /// The application with a name; nil when there is none.
    ///
    /// - Throws: ``CatalogError`` when several have it.
    public func application(named name: String) async throws -> Application? {
        let found = try await pool.read {
            try Row.fetchAll(
                $0,
                sql: Self.selectApplications + " WHERE application.deleted_at IS NULL AND application.name = ? LIMIT 2",
                arguments: [name]
            ).map(Application.init)
        }
        guard found.count < 2 else {
            throw CatalogError(.failedPrecondition, "application \(name): several have this name. Name it by its id.")
        }
        return found.first
    }

    static func checked(name: String) throws -> String {
        let trimmed = name.trimmingSpaces
        guard (1...256).contains(trimmed.count) else {
            throw CatalogError(.invalidArgument, "name: must have 1 to 256 characters.")
        }
        return trimmed
    }

    static func key(ofApplication id: String, _ db: Database) throws -> Int64 {
        guard let key = try Int64.fetchOne(db, sql: "SELECT id FROM applications WHERE public_id = ?", arguments: [id])
        else { throw CatalogError.noApplication(id) }
        return key
    }

    private static let selectApplications = """
        SELECT application.id AS key, lower(application.name) AS sort_key, application.*,
            (SELECT max(revision.at) FROM revisions AS revision
                WHERE revision.application_id = application.id) AS last_applied_at,
            (SELECT count(*) FROM data_sources AS source
                WHERE source.application_id = application.id AND source.removed_at IS NULL) AS source_count,
            (SELECT group_concat(DISTINCT source.kind) FROM data_sources AS source
                WHERE source.application_id = application.id AND source.removed_at IS NULL) AS source_kinds,
            (SELECT group_concat(newest.state) FROM (
                SELECT iif(source.check_error <> '', 'error,', '') || coalesce((
                    SELECT run.state FROM imports AS run
                    WHERE run.data_source_id = source.id AND run.state NOT IN ('skipped', 'cancelled')
                    ORDER BY run.id DESC LIMIT 1), '') AS state
                FROM data_sources AS source
                WHERE source.application_id = application.id AND source.removed_at IS NULL) AS newest) AS states
        FROM applications AS application
        """
}

extension Application {
    fileprivate init(_ row: Row) {
        id = row["public_id"]
        name = row["name"]
        description = row["description"]
        createdAt = row["created_at"]
        updatedAt = row["updated_at"]
        deletedAt = row["deleted_at"]
        iconAt = row["icon_at"]
        let kinds: String? = row["source_kinds"]
        sourceKinds = (kinds ?? "").split(separator: ",").compactMap { DataSource.Kind(rawValue: String($0)) }
        counts = ApplicationCounts(
            accounts: row["accounts"], resources: row["resources"], groups: row["groups"], secrets: row["secrets"],
            entitlements: row["entitlements"], grants: row["grants"])
        let states: String? = row["states"]
        status = DataStatus(
            sources: row["source_count"], states: states?.split(separator: ",").map(String.init) ?? [],
            lastAppliedAt: row["last_applied_at"])
        key = row["key"]
    }
}

extension DataStatus {
    /// How things stand, by the states of the newest import of each data source.
    init(sources: Int64, states: [String], lastAppliedAt: Int64?) {
        let states = Set(states.compactMap(ImportRun.State.init))
        self.init(
            summary: sources == 0
                ? .notConnected
                : !states.isDisjoint(with: [.waiting, .running, .applying])
                    ? .syncing
                    : states.contains(.paused)
                        ? .paused : states.contains(.error) ? .error : lastAppliedAt == nil ? .waiting : .connected,
            lastAppliedAt: lastAppliedAt)
    }
}

extension String {
    var trimmingSpaces: String {
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
