import GRDB

extension SQLiteCatalog {
    /// What happened to an account or another resource, the newest first.
    public func history(ofResource id: String, _ page: PageRequest) async throws -> Page<HistoryEntry> {
        try await pool.read { db in
            try Self.history(of: "resource", try Self.key(ofResource: id, db), page, db)
        }
    }

    /// What happened to an entitlement, the newest first.
    public func history(ofEntitlement id: String, _ page: PageRequest) async throws -> Page<HistoryEntry> {
        try await pool.read { db in
            try Self.history(of: "entitlement", try Self.key(ofEntitlement: id, db), page, db)
        }
    }

    private static func history(
        of object: String, _ key: Int64, _ page: PageRequest, _ db: Database
    ) throws -> Page<HistoryEntry> {
        let keys = ["at", "class", "id"]
        let place = try page.place(columns: keys.count)
        var arguments: StatementArguments = ["key": key, "object": object, "limit": page.size + 1]
        arguments += place.arguments
        let rows = try Row.fetchAll(
            db,
            sql: """
                WITH told AS (
                    SELECT version.id, version.since, version.until, version.record, source.name AS source,
                        lag(version.until) OVER following AS until_before,
                        lag(version.record) OVER following AS record_before,
                        lag(source.name) OVER following AS source_before,
                        lead(version.since) OVER following AS since_after
                    FROM \(object)_versions AS version JOIN data_sources AS source ON source.id = version.data_source_id
                    WHERE version.\(object)_id = :key AND version.shown = 1
                    WINDOW following AS (ORDER BY version.since, version.id))
                SELECT * FROM (
                    SELECT revision.at, 0 AS class, told.id, run.public_id AS import, source, record, until_before,
                        since = until_before AS goes_on, record_before, source_before, NULL AS field
                    FROM told JOIN revisions AS revision ON revision.id = told.since
                        LEFT JOIN imports AS run ON run.id = revision.import_id
                    UNION ALL
                    SELECT revision.at, 1, told.id, run.public_id, source, NULL, NULL, 0, NULL, NULL, NULL
                    FROM told JOIN revisions AS revision ON revision.id = told.until
                        LEFT JOIN imports AS run ON run.id = revision.import_id
                    WHERE told.since_after IS NOT told.until
                    UNION ALL
                    SELECT at, 2, id, NULL, actor, after, NULL, 1, before, NULL, field
                    FROM edits WHERE object = :object AND object_id = :key)
                WHERE 1\(place.condition(keys, descending: true))
                ORDER BY \(place.order(keys, descending: true)) LIMIT :limit
                """, arguments: arguments)
        return Page(rows, page, at: place, cursor: { row in keys.map { .number(row[$0]) } }, HistoryEntry.init)
    }

    /// Notes what somebody set, beside what it was.
    static func note(
        _ changes: [FieldChange], of object: String, _ key: Int64, by actor: String, at time: Int64, _ db: Database
    ) throws {
        for change in changes {
            try db.execute(
                sql: """
                    INSERT INTO edits (at, actor, object, object_id, field, before, after) VALUES (?, ?, ?, ?, ?, ?, ?)
                    """, arguments: [time, actor, object, key, change.field, change.before, change.after])
        }
    }
}

extension HistoryEntry {
    fileprivate init(_ row: Row) {
        let goesOn: Bool = row["goes_on"] ?? false
        let before: String? = row["record_before"]
        let after: String? = row["record"]
        at = row["at"]
        importID = row["import"]
        origin = row["source"]
        switch row["class"] as Int64 {
        case 2:
            kind = .edited
            fields = [FieldChange(row["field"], before ?? "", after ?? "")]
        case 1:
            kind = .removed
            fields = []
        default:
            let isFirst = row["until_before"] as Int64? == nil
            kind = isFirst ? .added : goesOn ? .changed : .returned
            let sources = FieldChange("data source", row["source_before"] ?? "", row["source"])
            fields =
                isFirst
                ? []
                : FieldChange.between(before ?? "", after ?? "") + (sources.before == sources.after ? [] : [sources])
        }
    }
}
