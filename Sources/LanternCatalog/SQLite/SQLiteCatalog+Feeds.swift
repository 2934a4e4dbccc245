import AccessModel
import GRDB

extension SQLiteCatalog {
    /// How many looks of each data source are remembered.
    private static let keptChecks = 200

    /// Adds a data source to an application that is fetched from an external data source, at once and then by its schedule.
    ///
    /// - Parameter key: the key of the object, or the path within the folder.
    public func addDataSource(
        to application: String, fetching key: String, from externalSource: String, _ schedule: Schedule,
        named name: String
    ) async throws -> DataSource {
        let name = try Self.checked(name: name)
        let id = KSUID(at: now()).description
        let time = now()
        try await pool.write { db in
            try db.execute(
                sql: """
                    INSERT INTO data_sources (public_id, application_id, kind, name, file_name, created_at,
                        external_source_id, object_key, schedule, next_check_at)
                    SELECT :id, :application, 'bucket', :name, :key, :time, external.id, :key, :schedule, :time
                    FROM external_sources AS external
                    WHERE external.public_id = :external AND external.removed_at IS NULL
                    """,
                arguments: [
                    "id": id, "application": try Self.key(ofApplication: application, db), "name": name, "key": key,
                    "time": time, "schedule": schedule.text, "external": externalSource,
                ])
            guard db.changesCount == 1 else { throw CatalogError.noExternalSource(externalSource) }
        }
        return try await dataSource(id)
    }

    /// Changes what a data source fetches, or when.
    ///
    /// - Parameter isPaused: whether it is left alone until somebody says otherwise.
    public func updateFeed(
        of id: String, key: String? = nil, schedule: Schedule? = nil, isPaused: Bool? = nil
    ) async throws {
        let source = try await dataSource(id)
        guard let feed = source.feed else { throw Self.isNotFetched(source) }
        let time = now()
        // Somewhere else is another content, which is looked at at once.
        let isMoved = key.map { $0 != feed.key } ?? false
        let isPaused = isPaused ?? (feed.nextCheckAt == nil)
        let resumes = !isPaused && feed.nextCheckAt == nil
        let due = (schedule ?? feed.schedule).next(after: time, anchor: source.createdAt)
        let next: Int64? = isPaused ? nil : isMoved || resumes ? time : due
        try await pool.write { db in
            try db.execute(
                sql: """
                    UPDATE data_sources SET object_key = coalesce(:key, object_key),
                        schedule = coalesce(:schedule, schedule), next_check_at = :next,
                        object_state = iif(:moved, '', object_state), check_error = iif(:moved, '', check_error),
                        failures = iif(:moved, 0, failures), feed_revision = feed_revision + :moved
                    WHERE public_id = :id AND removed_at IS NULL
                    """,
                arguments: [
                    "key": key, "schedule": schedule?.text, "next": next, "moved": isMoved, "id": id,
                ])
            guard db.changesCount == 1 else { throw CatalogError.noDataSource(id) }
        }
    }

    /// Has a data source looked at now, and then by its schedule, also when it was paused.
    public func requestCheck(of id: String) async throws {
        let source = try await dataSource(id)
        guard source.feed != nil else { throw Self.isNotFetched(source) }
        let time = now()
        try await pool.write { db in
            try db.execute(
                sql: "UPDATE data_sources SET next_check_at = ? WHERE public_id = ? AND removed_at IS NULL",
                arguments: [time, id])
        }
    }

    /// The ids of the data sources that are to be looked at by now, and of what they are fetched from; the one that has waited longest
    /// first.
    public func dueDataSources() async throws -> [(id: String, externalSource: String)] {
        let time = now()
        return try await pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT source.public_id AS id, external.public_id AS external_id
                    FROM data_sources AS source
                        JOIN applications AS application ON application.id = source.application_id
                        JOIN external_sources AS external ON external.id = source.external_source_id
                    WHERE source.next_check_at <= ? AND source.removed_at IS NULL AND application.deleted_at IS NULL
                    ORDER BY source.next_check_at, source.id
                    """, arguments: [time]
            ).map { ($0["id"], $0["external_id"]) }
        }
    }

    /// Notes a look at which there was nothing new; a data source that failed before works again.
    public func noteUnchanged(_ source: DataSource) async throws {
        try await finishCheck(of: source, .unchanged) { _, _ in nil }
    }

    /// Notes how the import of a file that was fetched ended.
    ///
    /// - Parameter error: why it failed; empty when it didn't.
    /// - Returns: how often in a row the data source has failed now, or had failed until now.
    public func noteImport(of source: DataSource, error: String) async throws -> Int {
        try await pool.write { db in
            let before =
                try Int.fetchOne(db, sql: "SELECT failures FROM data_sources WHERE id = ?", arguments: [source.key])
                ?? 0
            let after = error.isEmpty ? 0 : before + 1
            try db.execute(
                sql: "UPDATE data_sources SET failures = ?, check_error = ? WHERE id = ?",
                arguments: [after, error, source.key])
            return error.isEmpty ? before : after
        }
    }

    /// Notes a look that failed.
    ///
    /// - Returns: how often in a row it has failed now.
    @discardableResult
    public func noteFailure(_ source: DataSource, _ error: String) async throws -> Int {
        try await finishCheck(of: source, .error, detail: error) { _, _ in nil }
    }

    /// Puts a file that was fetched in line, and notes which content it is.
    ///
    /// - Parameter state: what tells the content from others.
    public func noteFetched(_ source: DataSource, _ file: ReceivedFile, state: String) async throws -> ImportRun {
        let id = KSUID(at: now()).description
        let isFirst = source.feed?.objectState.isEmpty == true
        let order = ImportOrder(
            by: source.feed?.externalSourceName ?? "", through: isFirst ? ImportRun.firstFetch : ImportRun.fetch)
        try await finishCheck(of: source, .fetched, detail: file.name) { db, time in
            // A file that comes now would take the place of the removal.
            let isGoing = try Bool.fetchOne(
                db,
                sql: """
                    SELECT removed_at IS NOT NULL OR EXISTS (
                        SELECT 1 FROM imports WHERE data_source_id = data_sources.id AND transport = :removal
                            AND state IN ('waiting', 'running', 'applying'))
                    FROM data_sources WHERE id = :key
                    """, arguments: ["removal": ImportRun.removal, "key": source.key])
            guard isGoing == false else { throw FeedChanged(name: source.name) }
            try db.execute(
                sql: "UPDATE data_sources SET object_state = ? WHERE id = ?", arguments: [state, source.key])
            return try Self.insertImport(id, of: file, for: source.key, order, at: time, db)
        }
        return try await importRun(id)
    }

    /// A file that was fetched is no success yet: that is for its import to be.
    ///
    /// - Parameter work: what else is written in the same transaction; returns the import, if one was put in line.
    /// - Throws: ``FeedChanged``.
    @discardableResult
    private func finishCheck(
        of source: DataSource, _ outcome: Check.Outcome, detail: String = "",
        _ work: @escaping @Sendable (Database, Int64) throws -> Int64?
    ) async throws -> Int {
        guard let feed = source.feed else { throw Self.isNotFetched(source) }
        let time = now()
        let due = feed.schedule.next(after: time, anchor: source.createdAt)
        return try await pool.write { db in
            let revision = try Int64.fetchOne(
                db, sql: "SELECT feed_revision FROM data_sources WHERE id = ? AND removed_at IS NULL",
                arguments: [source.key])
            guard revision == feed.revision else { throw FeedChanged(name: source.name) }
            let run = try work(db, time)
            // Whoever paused it meanwhile, or asked for another look, has the last word.
            try db.execute(
                sql: """
                    UPDATE data_sources SET checked_at = :time,
                        check_error = CASE :outcome WHEN 'fetched' THEN check_error ELSE :error END,
                        failures = CASE :outcome WHEN 'fetched' THEN failures WHEN 'error' THEN failures + 1 ELSE 0 END,
                        next_check_at = iif(next_check_at IS :planned, :due, next_check_at)
                    WHERE id = :key
                    """,
                arguments: [
                    "time": time, "outcome": outcome.rawValue, "error": outcome == .error ? detail : "",
                    "planned": feed.nextCheckAt, "due": due,
                    "key": source.key,
                ])
            try db.execute(
                sql: "INSERT INTO checks (data_source_id, at, outcome, detail, import_id) VALUES (?, ?, ?, ?, ?)",
                arguments: [source.key, time, outcome.rawValue, detail, run])
            try db.execute(
                sql: """
                    DELETE FROM checks WHERE data_source_id = :key AND id <= (
                        SELECT id FROM checks WHERE data_source_id = :key ORDER BY id DESC LIMIT 1 OFFSET :kept)
                    """, arguments: ["key": source.key, "kept": Self.keptChecks])
            return try Int.fetchOne(
                db, sql: "SELECT failures FROM data_sources WHERE id = ?", arguments: [source.key]) ?? 0
        }
    }

    /// The looks at what a data source is fetched from, the newest first.
    public func checks(of source: DataSource, limit: Int) async throws -> [Check] {
        try await pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT looked.*, run.public_id AS run FROM checks AS looked
                        LEFT JOIN imports AS run ON run.id = looked.import_id
                    WHERE looked.data_source_id = ? ORDER BY looked.id DESC LIMIT ?
                    """, arguments: [source.key, limit]
            ).map { row in
                Check(
                    at: row["at"], outcome: Check.Outcome(rawValue: row["outcome"]) ?? .error, detail: row["detail"],
                    importID: row["run"])
            }
        }
    }

    private static func isNotFetched(_ source: DataSource) -> CatalogError {
        CatalogError(
            .failedPrecondition, "\(source.name): isn't fetched from an external data source; its files are uploaded.")
    }
}
