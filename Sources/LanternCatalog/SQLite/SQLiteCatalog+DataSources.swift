import AccessModel
import GRDB

extension SQLiteCatalog {
    /// Adds a data source to an application.
    public func addDataSource(
        to application: String, kind: DataSource.Kind, named name: String
    ) async throws -> DataSource {
        let name = try Self.checked(name: name)
        let id = KSUID(at: now()).description
        let time = now()
        try await pool.write { db in
            let key = try Self.key(ofApplication: application, db)
            try db.execute(
                sql: """
                    INSERT INTO data_sources (public_id, application_id, kind, name, created_at)
                    VALUES (?, ?, ?, ?, ?)
                    """, arguments: [id, key, kind.rawValue, name, time])
        }
        return try await dataSource(id)
    }

    /// The data sources of an application, the oldest first.
    public func dataSources(of application: String) async throws -> [DataSource] {
        let key = try await pool.read { try Self.key(ofApplication: application, $0) }
        return try await dataSources(where: "source.application_id = ? ORDER BY source.id", [key])
    }

    /// The data sources that are there and fulfil a condition, in an order that follows it.
    func dataSources(where condition: String, _ arguments: StatementArguments) async throws -> [DataSource] {
        try await pool.read { db in
            try Row.fetchAll(
                db, sql: Self.selectDataSources + " WHERE source.removed_at IS NULL AND \(condition)",
                arguments: arguments
            ).map { try Self.dataSource($0, db) }
        }
    }

    /// The data source of an application that a file is most likely meant for: of those that files of its kind have fed, the one whose
    /// file had the same name, or the only one; nil when it needs one of its own.
    public func fittingSource(for file: ReceivedFile, of application: String) async throws -> DataSource? {
        let isC1Z = try FileFormat(of: folder.upload(file.sha256), named: file.name) == .c1z
        let fitting = try await dataSources(of: application).filter { source in
            guard source.kind == .file else { return false }
            let format = source.lastApplied?.format ?? ""
            return format.isEmpty || format.hasPrefix("c1z") == isC1Z
        }
        return fitting.first { $0.fileName == file.name } ?? (fitting.count == 1 ? fitting[0] : nil)
    }

    /// The data source with an id.
    public func dataSource(_ id: String) async throws -> DataSource {
        try await pool.read { db in
            guard
                let row = try Row.fetchOne(
                    db, sql: Self.selectDataSources + " WHERE source.public_id = ? AND source.removed_at IS NULL",
                    arguments: [id])
            else { throw CatalogError.noDataSource(id) }
            return try Self.dataSource(row, db)
        }
    }

    /// Sets how a data source is treated.
    public func updateDataSource(
        _ id: String, name: String? = nil, checksAnomalies: Bool? = nil
    ) async throws {
        let name = try name.map(Self.checked)
        try await pool.write { db in
            try db.execute(
                sql: """
                    UPDATE data_sources SET name = coalesce(?, name), checks_anomalies = coalesce(?, checks_anomalies)
                    WHERE public_id = ? AND removed_at IS NULL
                    """, arguments: [name, checksAnomalies, id])
            guard db.changesCount == 1 else { throw CatalogError.noDataSource(id) }
        }
    }

    /// Puts the removal of a data source in line: what only it told of goes, as if a file had come that holds nothing.
    ///
    /// What was told before stays in the history.
    public func removeDataSource(_ id: String, by actor: String) async throws -> ImportRun {
        let source = try await dataSource(id)
        if source.feed != nil { try await updateFeed(of: id, isPaused: true) }
        let order = ImportOrder(by: actor, through: ImportRun.removal)
        return try await enqueue(ReceivedFile(name: source.name, size: 0, sha256: ""), for: id, order)
    }

    private static let selectDataSources = """
        SELECT source.*, source.id AS key, application.public_id AS application_public_id,
            external.public_id AS external_public_id, external.name AS external_name
        FROM data_sources AS source JOIN applications AS application ON application.id = source.application_id
            LEFT JOIN external_sources AS external ON external.id = source.external_source_id
        """

    private static func dataSource(_ row: Row, _ db: Database) throws -> DataSource {
        let key: Int64 = row["key"]
        let newest = try Row.fetchOne(
            db,
            sql: selectImports + """
                 WHERE run.data_source_id = ? AND run.state NOT IN ('skipped', 'cancelled') ORDER BY run.id DESC LIMIT 1
                """, arguments: [key]
        ).map(ImportRun.init)
        let applied = try Row.fetchOne(
            db,
            sql: selectImports + " WHERE run.data_source_id = ? AND run.state = 'done' ORDER BY run.id DESC LIMIT 1",
            arguments: [key]
        ).map(ImportRun.init)
        let feed = feed(row)
        var states = newest.map { [$0.state.rawValue] } ?? []
        if feed?.error.isEmpty == false { states.append(ImportRun.State.error.rawValue) }
        return DataSource(
            id: row["public_id"], applicationID: row["application_public_id"],
            kind: DataSource.Kind(rawValue: row["kind"]) ?? .file, name: row["name"],
            fileName: (newest ?? applied)?.fileName ?? row["file_name"], checksAnomalies: row["checks_anomalies"],
            mapping: row["mapping"], createdAt: row["created_at"],
            status: DataStatus(sources: 1, states: states, lastAppliedAt: applied?.finishedAt),
            lastApplied: applied, newest: newest, feed: feed, key: key)
    }

    private static func feed(_ row: Row) -> Feed? {
        guard let externalSource: String = row["external_public_id"] else { return nil }
        // A time zone that this machine doesn't know, after a move, must not hide the data source.
        var schedule = Schedule.hourly
        var problem: String = row["check_error"]
        do { schedule = try Schedule(row["schedule"]) } catch {
            problem = "\(error.description) Until that is mended it is looked at every hour. \(problem)"
        }
        return Feed(
            externalSourceID: externalSource, externalSourceName: row["external_name"], key: row["object_key"],
            schedule: schedule, nextCheckAt: row["next_check_at"],
            checkedAt: row["checked_at"],
            error: problem, failures: row["failures"], objectState: row["object_state"],
            revision: row["feed_revision"])
    }
}
