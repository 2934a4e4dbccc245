import AccessModel

extension Database {
    /// Adds the row of a sync as it is.
    func insert(_ run: SyncRun) throws(C1ZError) {
        try self.run(
            """
            INSERT INTO v1_sync_runs (sync_id, started_at, ended_at, sync_token, sync_type, parent_sync_id, linked_sync_id,
                supports_diff, grants_backfilled, stats, ingest_invariant_generation, ingest_invariant_coverage,
                ingest_invariant_mode)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)
            """, .text(run.id), .text(run.startedAt?.stored ?? ""), run.endedAt.map { .text($0.stored) } ?? .null,
            .text(run.token), .text(run.typeName), .text(run.parentID), .text(run.linkedID),
            .int(run.supportsDiff ? 1 : 0), run.storedStats.map { .text($0) } ?? .null,
            .text(run.verification.generation), .text(run.verification.coverage), .text(run.verification.mode))
    }
}

extension SQLiteWriter {
    /// Adds the row of a sync as it is.
    func insert(_ run: SyncRun) throws {
        try beginTransaction()
        try database.insert(run)
    }

    /// Which sync a file that holds only one keeps: of those that collect, the one that was begun last; one that was given up
    /// only when there is no other (c1z-v3 §13.4).
    func runToKeep(now: Int64) throws -> SyncRun? {
        let types: [SyncType?] = [.full, .partial, .resourcesOnly]
        let runs = try syncRuns()
        return (runs.filter { types.contains($0.type) }.isEmpty ? runs : runs.filter { types.contains($0.type) })
            .max { left, right in
                let (leftStale, rightStale) = (left.isStale(now), right.isStale(now))
                guard leftStale == rightStale else { return leftStale }
                return (left.startedAt?.seconds ?? 0, left.startedAt?.nanos ?? 0)
                    < (right.startedAt?.seconds ?? 0, right.startedAt?.nanos ?? 0)
            }
    }

    /// Changes what can change of the row of a sync that is being copied.
    func update(_ run: SyncRun) throws {
        try beginTransaction()
        try database.run(
            "UPDATE v1_sync_runs SET ended_at = ?, sync_token = ?, sync_type = ?, stats = ? WHERE sync_id = ?",
            run.endedAt.map { .text($0.stored) } ?? .null, .text(run.token), .text(run.typeName),
            run.storedStats.map { .text($0) } ?? .null, .text(run.id))
    }

    /// Counts the records of a sync and stores the counts.
    func storeStats(of run: SyncRun) throws {
        try beginTransaction()
        try database.run(
            "UPDATE v1_sync_runs SET stats = ? WHERE sync_id = ?", .text(try countedStats(of: run).stored),
            .text(run.id))
    }
}

extension SyncRun {
    /// Whether nobody will go on with it.
    fileprivate func isStale(_ now: Int64) -> Bool {
        !isFinished && startedAt.map { $0.seconds < now - Self.resumableSeconds } ?? true
    }
}
