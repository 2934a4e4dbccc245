import AccessModel

extension SQLiteWriter {
    /// Deletes syncs beyond the number to keep, oldest first (c1z-v1 §6.5).
    func deleteOldSyncs() throws -> [String] {
        // A file that holds one sync has no old ones.
        guard engine == .sqlite else { return [] }
        guard !isTrue(environment["BATON_SKIP_CLEANUP"]) else { return [] }
        // A partial sync takes no full one's place: least of all that of the one it adds to.
        let isPartial = try sync.map { try self.sync($0).type == .partial } ?? false
        let doomed = Retention(limit: keptSyncs, present: isPartial ? nil : sync).doomed(among: try syncRuns())
        guard !doomed.isEmpty else { return [] }
        for id in doomed { try delete(id) }
        return doomed
    }

    private var keptSyncs: Int {
        guard let text = environment["BATON_KEEP_SYNC_COUNT"], let count = Int(text), count > 0 else {
            return Retention.defaultLimit
        }
        return count
    }

    private func isTrue(_ text: String?) -> Bool {
        ["1", "t", "T", "TRUE", "true", "True"].contains(text ?? "")
    }

    /// Deletes a sync in bounded transactions, its row last, so that an interrupted deletion goes on next time.
    func delete(_ id: String) throws {
        if let sync, sync.hasSameBytes(as: id) {
            throw C1ZError(.conflict, file, "sync \(id) is being written, so it can't be deleted")
        }
        try loadContent()
        try commitTransaction()
        try deleteRows(of: id)
    }

    /// Deletes the rows of a sync.
    func deleteRows(of id: String) throws {
        let tables = [
            "v1_resource_types", "v1_resources", "v1_entitlements", "v1_grants", "v1_assets", "v1_connector_sessions",
            "v1_sync_runs",
        ]
        for table in tables {
            repeat {
                try database.run(
                    "DELETE FROM \(table) WHERE id IN (SELECT id FROM \(table) WHERE sync_id = ? LIMIT 50000)",
                    .text(id))
            } while database.changes > 0
        }
    }
}

/// Which syncs a file keeps.
struct Retention {
    /// The new one and the one before, which is what a comparison needs.
    static let defaultLimit = 2

    let limit: Int
    /// The sync that is being written, which counts but isn't deleted.
    let present: String?

    func doomed(among runs: [SyncRun]) -> [String] {
        let finished = runs.filter { run in run.isFinished && present.map { !$0.hasSameBytes(as: run.id) } ?? true }
        let differences = finished.filter { $0.type == .partialUpserts || $0.type == .partialDeletions }
        let parts = finished.filter { $0.type == .partial || $0.type == .resourcesOnly }
        let full = finished.filter { run in
            run.type != .partial && run.type != .resourcesOnly && run.type != .partialUpserts
                && run.type != .partialDeletions
        }
        return oldSnapshots(full, parts) + oldDifferences(differences)
    }

    private func oldSnapshots(_ full: [SyncRun], _ parts: [SyncRun]) -> [String] {
        let kept = present == nil ? limit : max(0, limit - 1)
        guard full.count > kept else { return [] }
        let over = full.count - kept
        var doomed = full.prefix(over).map(\.id)
        let place = present == nil ? over : over - 1
        if full.indices.contains(place), let start = full[place].startedAt {
            doomed += parts.filter { $0.endedAt.map { $0 < start } ?? false }.map(\.id)
        }
        return doomed
    }

    private func oldDifferences(_ differences: [SyncRun]) -> [String] {
        guard differences.count > 2, let last = differences.last else { return [] }
        return differences.map(\.id).filter { !$0.hasSameBytes(as: last.id) && !$0.hasSameBytes(as: last.linkedID) }
    }
}
