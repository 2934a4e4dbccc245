import AccessModel
import GRDB

extension SQLiteCatalog {
    /// What there was before counts only from this many on: small things may well halve.
    private static let smallest: Int64 = 20

    /// Why an import looks like an accident: it takes away half of what its application has, or more.
    ///
    /// Nil when it doesn't, when it is the first one, or when the data source is told not to look.
    func anomaly(in counts: [ImportCount], of run: ImportRun) throws -> String? {
        let facts = try pool.read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT source.checks_anomalies, application.accounts, application.resources, application.grants,
                        EXISTS (SELECT 1 FROM imports JOIN data_sources AS other ON other.id = imports.data_source_id
                            WHERE other.application_id = application.id AND other.id <> source.id
                                AND other.removed_at IS NULL AND imports.revision IS NOT NULL) AS has_others
                    FROM data_sources AS source JOIN applications AS application ON application.id = source.application_id
                    WHERE source.id = ?
                    """, arguments: [run.sourceKey])
        }
        guard let facts, facts["checks_anomalies"] == true else { return nil }
        // What others tell doesn't hide that this one has lost most of its own.
        let own = facts["has_others"] == true ? try ownCounts(of: run) : nil
        let losses = [ImportCount.Kind.account, .resource, .grant].compactMap { kind -> String? in
            let before: Int64 = own?[kind] ?? facts[kind.rawValue]
            let removed = counts.filter { $0.kind == kind }.reduce(0) { $0 + $1.removed }
            let isSmall = before < Self.smallest || removed * 2 < before
            return isSmall ? nil : "\(removed) of \(before) \(kind.rawValue)"
        }
        return losses.isEmpty ? nil : "it would remove \(losses.joined(separator: ", "))"
    }

    /// How much a data source tells now.
    private func ownCounts(of run: ImportRun) throws -> [ImportCount.Kind: Int64] {
        try pool.read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT count(*) FILTER (WHERE kind = 0) AS accounts, count(*) FILTER (WHERE kind <> 0) AS resources,
                        (SELECT count(*) FROM entitlements AS entitlement
                                CROSS JOIN grants AS held ON held.entitlement_id = entitlement.id
                            WHERE entitlement.application_id = :application AND held.data_source_id = :source
                                AND held.until IS NULL) AS grants
                    FROM resource_versions
                    WHERE application_id = :application AND data_source_id = :source AND until IS NULL
                    """, arguments: ["application": run.applicationKey, "source": run.sourceKey])
            return [.account: row?["accounts"] ?? 0, .resource: row?["resources"] ?? 0, .grant: row?["grants"] ?? 0]
        }
    }

    /// When the newest sync ended that was applied of a data source, in seconds since 1970; nil when that isn't told.
    func newestSyncEnd(before run: ImportRun) throws -> Int64? {
        try pool.read { db in
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT sync_ended_at FROM imports WHERE data_source_id = ? AND state = 'done' ORDER BY id DESC LIMIT 1
                    """, arguments: [run.sourceKey])
        }
    }

    /// Refuses a spreadsheet where connectors' files came before, and the other way round: ids would have nothing in common.
    func check(_ format: FileFormat, of run: ImportRun) throws {
        let last = try pool.read { db in
            try String.fetchOne(
                db,
                sql: """
                    SELECT format FROM imports WHERE data_source_id = ? AND revision IS NOT NULL ORDER BY id DESC LIMIT 1
                    """, arguments: [run.sourceKey])
        }
        guard let last, !last.isEmpty, (format == .c1z) != last.hasPrefix("c1z") else { return }
        let (given, expected) =
            format == .c1z ? ("a connector's file", "spreadsheets") : ("a spreadsheet", "connectors' files")
        throw CatalogError(
            .invalidArgument,
            "\(run.fileName): is \(given), and this data source was fed by \(expected). Add a data source for it.")
    }

    /// Gives an import of a file that is known already the counts of the last one, without changes.
    func copyCounts(to run: ImportRun) async throws {
        try await pool.write { db in
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO import_counts (import_id, kind, name, total)
                    SELECT :run, kind, name, total FROM import_counts WHERE import_id = (
                        SELECT max(id) FROM imports WHERE data_source_id = :source AND state = 'done' AND id <> :run)
                    """, arguments: ["run": run.key, "source": run.sourceKey])
            try db.execute(
                sql: """
                    UPDATE imports SET (format, sync_id, sync_type, sync_ended_at, rows_total) = (
                        SELECT format, sync_id, sync_type, sync_ended_at, rows_total FROM imports
                        WHERE data_source_id = :source AND state = 'done' AND id <> :run ORDER BY id DESC LIMIT 1)
                    WHERE id = :run
                    """, arguments: ["run": run.key, "source": run.sourceKey])
        }
    }
}
