import AccessModel
import WireForm

/// Counts the records of a Pebble file that says no counts itself (c1z-v3 §12.5).
struct PebbleStatsCount {
    let store: PebbleStore

    func stats(of run: SyncRun) throws -> SyncStats {
        var stats = SyncStats()
        stats.resourceTypes = try count(.resourceType)
        stats.resourcesByType = try countByType(.resource) { record throws(WireError) in try record.wireBytes(2) }
        stats.entitlementsByType = try countByType(.entitlement) { record throws(WireError) in
            try record.wireBytes(3)?.wireBytes(1)
        }
        stats.grantsByType = try countByType(.grant) { record throws(WireError) in
            try record.wireBytes(3)?.wireBytes(1)
        }
        stats.resources = stats.resourcesByType.values.reduce(0, +)
        stats.entitlements = stats.entitlementsByType.values.reduce(0, +)
        stats.grants = stats.grantsByType.values.reduce(0, +)
        stats.assets = try count(.asset)
        stats.timings = SyncStats.timings(in: run.token)
        return stats
    }

    private func count(_ family: TupleKey.Family) throws -> Int64 {
        var count: Int64 = 0
        let range = TupleKey.range(family)
        try store.read(from: range.from, upTo: range.upTo) { _, _ in
            count += 1
            return true
        }
        return count
    }

    private func countByType(
        _ family: TupleKey.Family, _ type: (UnsafeRawBufferPointer) throws(WireError) -> UnsafeRawBufferPointer?
    ) throws -> [ByteKey: Int64] {
        var counts: [ByteKey: Int64] = [:]
        var latest: (type: ByteKey, count: Int64) = (ByteKey([]), 0)
        let range = TupleKey.range(family)
        try store.read(from: range.from, upTo: range.upTo) { _, record in
            let type = try type(record) ?? .nothing
            // Neighbours mostly share their type.
            if latest.count > 0, type.elementsEqual(latest.type.bytes) {
                latest.count += 1
            } else {
                if latest.count > 0 { counts[latest.type, default: 0] += latest.count }
                latest = (ByteKey(type), 1)
            }
            return true
        }
        if latest.count > 0 { counts[latest.type, default: 0] += latest.count }
        return counts
    }
}
