import AccessModel
import WireForm

/// Counts the records of a sync (c1z-v1 §9).
struct StatsCount {
    let database: Database
    let schema: StoredSchema

    func stats(of run: SyncRun) throws(C1ZError) -> SyncStats {
        var stats = SyncStats()
        let types = try types(in: run.id)
        stats.resourceTypes = Int64(types.count)
        let resources = try counts(.resource, in: run.id)
        for type in types { stats.resourcesByType[type] = resources[type] ?? 0 }
        stats.resources = stats.resourcesByType.values.reduce(0, +)
        if run.type != .resourcesOnly {
            stats.entitlementsByType = try counts(.entitlement, in: run.id)
            stats.entitlements = stats.entitlementsByType.values.reduce(0, +)
            stats.grantsByType = try counts(.grant, in: run.id)
            stats.grants = stats.grantsByType.values.reduce(0, +)
        }
        if schema.has("v1_assets") {
            stats.assets = try database.number("SELECT count(*) FROM v1_assets WHERE sync_id = ?", .text(run.id))
        }
        stats.timings = SyncStats.timings(in: run.token)
        return stats
    }

    private func types(in sync: String) throws(C1ZError) -> [ByteKey] {
        guard schema.has(RecordKind.resourceType.table) else { return [] }
        let statement = try database.prepare("SELECT external_id FROM v1_resource_types WHERE sync_id = ?")
        try statement.bind([.text(sync)])
        var types: [ByteKey] = []
        while try statement.step() { types.append(ByteKey(statement.bytes(0))) }
        return types
    }

    private func counts(_ kind: RecordKind, in sync: String) throws(C1ZError) -> [ByteKey: Int64] {
        guard schema.has(kind.table) else { return [:] }
        let statement = try database.prepare(
            "SELECT resource_type_id, count(*) FROM \(kind.table) WHERE sync_id = ? GROUP BY resource_type_id")
        try statement.bind([.text(sync)])
        var counts: [ByteKey: Int64] = [:]
        while try statement.step() { counts[ByteKey(statement.bytes(0))] = statement.int(1) }
        return counts
    }
}
