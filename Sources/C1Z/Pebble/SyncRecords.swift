import AccessModel
import WireForm

extension SyncRun {
    /// Reads the record of the sync in a Pebble file (c1z-v3 §8.6).
    init(record: UnsafeRawBufferPointer, stats: SyncStats?) throws {
        func text(_ number: Int) throws -> String { try record.wireBytes(number)?.text ?? "" }
        func time(_ number: Int) throws -> StoredTime? {
            // A time that is there counts, whatever it says: a sync with an end is finished.
            try record.wireBytes(number).map { StoredTime(timestamp: $0) ?? StoredTime(seconds: 0, nanos: 0) }
        }
        let type = SyncType(number: try record.wireNumber(2))
        var coverage: [JSONValue] = []
        var reader = WireReader(record)
        while let field = try reader.next() {
            if field.number == 11, field.wireType == 2 { coverage.append(.string(field.bytes.text)) }
        }
        self.init(
            id: try text(1), type: type, typeName: type?.rawValue ?? "", startedAt: try time(4), endedAt: try time(5),
            token: try text(6), parentID: try text(3), linkedID: try text(8),
            supportsDiff: try record.wireFlag(7), areGrantsBackfilled: true, storedStats: stats?.stored,
            verification: SyncVerification(
                generation: try text(10), coverage: coverage.isEmpty ? "" : JSONValue.array(coverage).text,
                mode: try text(12)))
    }
}

extension SyncStats {
    /// Reads the record of a sync's counts in a Pebble file (c1z-v3 §8.6).
    init(record: UnsafeRawBufferPointer) throws {
        self.init()
        var durations: [(name: String, value: JSONValue)] = []
        var calls: [(name: String, value: JSONValue)] = []
        var sessionCalls: [(name: String, value: JSONValue)] = []
        var reader = WireReader(record)
        while let field = try reader.next() {
            switch field.number {
            case 2: resourceTypes = Int64(bitPattern: field.scalar)
            case 3: resources = Int64(bitPattern: field.scalar)
            case 4: entitlements = Int64(bitPattern: field.scalar)
            case 5: grants = Int64(bitPattern: field.scalar)
            case 6: assets = Int64(bitPattern: field.scalar)
            case 7: try Self.count(field.bytes, into: &resourcesByType)
            case 8: try Self.count(field.bytes, into: &grantsByType)
            case 9: try Self.count(field.bytes, into: &entitlementsByType)
            case 10:
                let milliseconds = Int64(bitPattern: try field.bytes.wireNumber(2))
                durations.append((try field.bytes.wireBytes(1)?.text ?? "", .number(String(milliseconds))))
            case 11: calls.append(try Self.call(field.bytes))
            case 12: sessionCalls.append(try Self.call(field.bytes))
            default: continue
            }
        }
        for (name, members) in zip(Self.timingNames, [durations, calls, sessionCalls]) where !members.isEmpty {
            timings.append((name, .object(members)))
        }
    }

    private static func count(_ entry: UnsafeRawBufferPointer, into counts: inout [ByteKey: Int64]) throws {
        counts[ByteKey(try entry.wireBytes(1) ?? .nothing)] = Int64(bitPattern: try entry.wireNumber(2))
    }

    private static let callNames = ["count", "total_ms", "max_ms", "errors", "timeouts"]

    private static func call(_ entry: UnsafeRawBufferPointer) throws -> (name: String, value: JSONValue) {
        let stat = try entry.wireBytes(2) ?? .nothing
        var members: [(name: String, value: JSONValue)] = []
        for (place, name) in callNames.enumerated() {
            let number = Int64(bitPattern: try stat.wireNumber(place + 1))
            // Errors and timeouts are left out when there were none, as in the syncer's own state.
            if place < 3 || number != 0 { members.append((name, .number(String(number)))) }
        }
        return (try entry.wireBytes(1)?.text ?? "", .object(members))
    }
}

extension SyncRun {
    /// The record of the sync in a Pebble file.
    var record: [UInt8] {
        var record = WireWriter()
        record.field(1, id)
        record.field(2, number: type?.number ?? 0)
        if !parentID.isEmpty { record.field(3, parentID) }
        if let startedAt { record.field(4, startedAt.timestamp) }
        if let endedAt { record.field(5, endedAt.timestamp) }
        if !token.isEmpty { record.field(6, token) }
        record.field(7, supportsDiff)
        if !linkedID.isEmpty { record.field(8, linkedID) }
        if !verification.generation.isEmpty { record.field(10, verification.generation) }
        let coverage = try? JSONValue(parsing: Array(verification.coverage.utf8))
        for check in coverage?.elements ?? [] { record.field(11, check.string ?? check.text) }
        if !verification.mode.isEmpty { record.field(12, verification.mode) }
        return record.bytes
    }

    /// What the manifest says of it.
    func summary(_ stats: SyncStats?) -> [UInt8] {
        var summary = WireWriter()
        summary.field(1, id)
        summary.field(2, number: type?.number ?? 0)
        if let startedAt { summary.field(3, startedAt.timestamp) }
        if let endedAt { summary.field(4, endedAt.timestamp) }
        if !parentID.isEmpty { summary.field(5, parentID) }
        if let stats { summary.field(6, stats.record(of: self)) }
        return summary.bytes
    }
}

extension SyncStats {
    /// The record of a sync's counts in a Pebble file.
    func record(of run: SyncRun) -> [UInt8] {
        var record = WireWriter()
        record.field(1, run.id)
        for (place, count) in [resourceTypes, resources, entitlements, grants, assets].enumerated() {
            record.field(place + 2, number: UInt64(bitPattern: count))
        }
        for (number, map) in [(7, resourcesByType), (8, grantsByType), (9, entitlementsByType)] {
            // Types without any are left out.
            for (type, count) in map.sorted(by: { $0.key < $1.key }) where count != 0 {
                record.field(number, Self.entry(type.bytes) { $0.field(2, number: UInt64(bitPattern: count)) })
            }
        }
        for (place, name) in Self.timingNames.enumerated() {
            let members = timings.last { $0.name == name }?.value.members ?? []
            for member in members.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
                record.field(place + 10, Self.timing(member))
            }
        }
        if let quality = Self.quality(in: run.token) { record.field(13, quality) }
        if let end = run.endedAt { record.field(100, end.timestamp) }
        return record.bytes
    }

    /// By number, from 1 on.
    private static let qualityNames = [
        "source_cache_replay_blocked", "entitlements_dropped", "grants_dropped", "grant_resources_dropped",
        "expansion_resource_types_dropped", "expansions_dropped", "reason_flags", "invalid_resource_types_observed",
        "invalid_resources_observed", "invalid_entitlements_observed",
    ]

    /// The record of what was wrong with the data of a sync, from its syncer's state; nil when that says nothing of it.
    private static func quality(in token: String) -> [UInt8]? {
        guard let quality = (try? JSONValue(parsing: Array(token.utf8)))?["ingest_quality"] else { return nil }
        var record = WireWriter()
        for (place, name) in qualityNames.enumerated() {
            guard let member = quality[name] else { continue }
            if case .bool(let flag) = member { record.field(place + 1, flag) }
            record.field(place + 1, number: UInt64(bitPattern: member.integer ?? 0))
        }
        return record.bytes
    }

    private static func timing(_ member: (name: String, value: JSONValue)) -> [UInt8] {
        entry(Array(member.name.utf8)) { entry in
            guard case .object = member.value else {
                // In an entry of a map the value stands also when it is 0.
                entry.varint(2 << 3)
                return entry.varint(UInt64(bitPattern: member.value.integer ?? 0))
            }
            var stat = WireWriter()
            for (place, name) in callNames.enumerated() {
                stat.field(place + 1, number: UInt64(bitPattern: member.value[name]?.integer ?? 0))
            }
            entry.field(2, stat.bytes)
        }
    }

    private static func entry(_ key: [UInt8], _ value: (inout WireWriter) -> Void) -> [UInt8] {
        var entry = WireWriter()
        entry.field(1, key)
        value(&entry)
        return entry.bytes
    }
}
