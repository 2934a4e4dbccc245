import AccessModel
import GRDB

extension SQLiteCatalog {
    /// Compares a staged file with what its data source said before, and counts the differences.
    func compare(_ run: ImportRun, _ scope: ImportScope, _ problems: StagingProblems) throws -> [ImportCount] {
        // A connection of its own: it writes to the staging area only, so nobody waits for it.
        let queue = try DatabaseQueue(path: folder.catalog, configuration: comparing)
        defer { try? queue.close() }
        var problems = problems
        let counts = try queue.writeWithoutTransaction { db in
            try db.execute(sql: "ATTACH ? AS stage", arguments: [stagingPath(run.id)])
            var unknown: Int64 = 0
            try db.inTransaction {
                unknown = try Comparison(application: run.applicationKey, source: run.sourceKey, scope: scope).run(
                    on: db)
                return .commit
            }
            if unknown > 0 {
                problems.note("grants to principals that neither the file nor the application knows", count: unknown)
            }
            let counts = try Self.counts(db, grants: problems.grants)
            for warning in try RenameWarning.warnings(db) { problems.note(warning) }
            try db.execute(sql: "DETACH stage")
            return counts
        }
        try pool.write { try Self.keep(counts, problems, of: run, $0) }
        return counts
    }

    private var comparing: Configuration {
        var configuration = Configuration()
        configuration.label = "comparison"
        configuration.busyMode = .timeout(30)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA cache_size = -65536; PRAGMA synchronous = OFF")
        }
        return configuration
    }

    /// Applies the differences that were found, as one revision; readers see all of them or none.
    ///
    /// - Parameter written: called when all is written, and nothing of it counts yet.
    func apply(
        _ run: ImportRun, _ scope: ImportScope, _ counts: [ImportCount], written: () -> Void = {}
    ) throws {
        let time = now()
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "ATTACH ? AS stage", arguments: [stagingPath(run.id)])
            defer { try? db.execute(sql: "DETACH stage") }
            try db.inTransaction(.immediate) {
                var revision: Int64?
                if try counts.contains(where: \.isChange) || Self.hasHiddenChanges(db, run, scope) {
                    revision = try Self.writeChanges(db, run, scope, at: time)
                }
                try db.execute(
                    sql: """
                        UPDATE imports SET state = 'done', stage = '', revision = ?, finished_at = ? WHERE id = ?
                        """, arguments: [revision, time, run.key])
                written()
                try db.execute(
                    sql: "UPDATE data_sources SET file_name = ?, removed_at = ? WHERE id = ?",
                    arguments: [run.fileName, run.isRemoval ? time : nil, run.sourceKey])
                return .commit
            }
        }
    }

    /// Types without resources, and expansions, aren't counted as changes but have to be written all the same.
    private static func hasHiddenChanges(_ db: Database, _ run: ImportRun, _ scope: ImportScope) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM stage.expansion_changes)
                    OR EXISTS (SELECT 1 FROM stage.resource_types AS staged
                        WHERE staged.is_reference = 0 AND NOT EXISTS (
                            SELECT 1 FROM main.resource_type_versions AS known
                            WHERE known.resource_type_id = staged.main AND known.data_source_id = :source
                                AND known.until IS NULL AND known.hash = staged.hash))
                    OR (:is_whole AND EXISTS (SELECT 1 \(ChangeWriter.goneTypes)))
                """, arguments: ["is_whole": scope == .everything, "source": run.sourceKey]) ?? false
    }

    private static func writeChanges(
        _ db: Database, _ run: ImportRun, _ scope: ImportScope, at time: Int64
    ) throws -> Int64 {
        let revision = (try Int64.fetchOne(db, sql: "SELECT max(id) FROM revisions") ?? 0) + 1
        try db.execute(
            sql: "INSERT INTO revisions (id, at, application_id, import_id) VALUES (?, ?, ?, ?)",
            arguments: [revision, time, run.applicationKey, run.key])
        let wasApplied = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM imports WHERE data_source_id = ? AND revision IS NOT NULL)",
            arguments: [run.sourceKey])
        let hasOthers = try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM imports JOIN data_sources AS source ON source.id = imports.data_source_id
                WHERE source.application_id = ? AND source.id <> ? AND imports.revision IS NOT NULL)
                """, arguments: [run.applicationKey, run.sourceKey])
        try ChangeWriter(
            db: db, application: run.applicationKey, source: run.sourceKey, revision: revision,
            isFirst: wasApplied != true, hasOthers: hasOthers == true, isWhole: scope == .everything
        ).write()
        return revision
    }

    // MARK: Counting

    private static func counts(_ db: Database, grants: Int64) throws -> [ImportCount] {
        var counts: [ImportCount] = []
        counts.append(
            ImportCount(
                kind: .resourceType, name: "",
                total: try Int64.fetchOne(db, sql: "SELECT count(*) FROM stage.resource_types WHERE is_reference = 0")
                    ?? 0,
                added: try Int64.fetchOne(db, sql: "SELECT count(*) FROM stage.resource_types WHERE main IS NULL") ?? 0,
                changed: 0, removed: 0))
        counts += try Row.fetchAll(db, sql: resourceCounts).map {
            count($0["is_account"] == true ? .account : .resource, named: $0["name"], $0)
        }
        counts += try Row.fetchAll(db, sql: entitlementCounts).map { count(.entitlement, named: "", $0) }
        counts += try Row.fetchAll(db, sql: grantCounts, arguments: [grants]).map { count(.grant, named: "", $0) }
        return counts
    }

    private static func count(_ kind: ImportCount.Kind, named name: String, _ row: Row) -> ImportCount {
        ImportCount(
            kind: kind, name: name, total: row["total"] ?? 0, added: row["added"] ?? 0, changed: row["changed"] ?? 0,
            removed: row["removed"] ?? 0)
    }

    private static let sums = """
        sum(op = 1) AS added, sum(op = 2) AS changed, sum(op = 3) AS removed
        """

    private static let resourceCounts = """
        SELECT name, is_account, sum(total) AS total, \(sums) FROM (
            SELECT name, kind = 0 AS is_account, 0 AS total, 0 AS op FROM stage.resource_types WHERE is_reference = 0
            UNION ALL
            SELECT type.name, type.kind = 0, 1, 0
            FROM stage.resources AS staged JOIN stage.resource_types AS type ON type.id = staged.type
            WHERE staged.is_reference = 0
            UNION ALL
            SELECT type.name, type.kind = 0, 0, change.op
            FROM stage.resource_changes AS change
                JOIN stage.resources AS staged ON staged.id = change.staged
                JOIN stage.resource_types AS type ON type.id = staged.type
            UNION ALL
            SELECT type.name, version.kind = 0, 0, 3
            FROM stage.resource_changes AS change
                JOIN main.resource_versions AS version ON version.id = change.version
                JOIN main.resource_types AS type ON type.id = version.resource_type_id
            WHERE change.op = 3)
        GROUP BY name, is_account ORDER BY name
        """

    private static let entitlementCounts = """
        SELECT (SELECT count(*) FROM stage.entitlements) AS total, \(sums) FROM stage.entitlement_changes
        """

    private static let grantCounts = """
        SELECT ? AS total, \(sums) FROM stage.grant_changes
        """

    private static func keep(
        _ counts: [ImportCount], _ problems: StagingProblems, of run: ImportRun, _ db: Database
    ) throws {
        try db.execute(sql: "DELETE FROM import_counts WHERE import_id = ?", arguments: [run.key])
        for count in counts {
            try db.execute(
                sql: """
                    INSERT INTO import_counts (import_id, kind, name, total, added, changed, removed)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    run.key, count.kind.rawValue, count.name, count.total, count.added, count.changed, count.removed,
                ])
        }
        try db.execute(sql: "DELETE FROM import_warnings WHERE import_id = ?", arguments: [run.key])
        for (number, text) in problems.texts.enumerated() {
            try db.execute(
                sql: "INSERT INTO import_warnings (import_id, number, text) VALUES (?, ?, ?)",
                arguments: [run.key, number, text])
        }
        try db.execute(sql: "UPDATE imports SET warnings = ? WHERE id = ?", arguments: [problems.total, run.key])
    }
}
