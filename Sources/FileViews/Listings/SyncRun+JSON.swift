import AccessModel
import C1Z
import WireForm

extension SyncRun {
    /// The sync as JSON, with its counts when they are given.
    func json(stats: SyncStats?) -> JSONValue {
        var members: [(name: String, value: JSONValue)] = []
        func add(_ name: String, _ text: String?) {
            if let text, !text.isEmpty { members.append((name, .string(text))) }
        }
        add("id", id)
        add("startedAt", startedAt?.json)
        add("endedAt", endedAt?.json)
        add("syncToken", token)
        add("syncType", typeName)
        add("parentSyncId", parentID)
        if let stats { members.append(("stats", stats.json)) }
        return .object(members)
    }
}

extension SyncStats {
    /// The counts as JSON: strings, zeros and empty maps left out (`c1.reader.v2.SyncStats`).
    var json: JSONValue {
        var members: [(name: String, value: JSONValue)] = []
        let counts = [
            ("resourceTypes", resourceTypes), ("resources", resources), ("entitlements", entitlements),
            ("grants", grants),
        ]
        let maps = [
            ("resourcesByResourceType", resourcesByType), ("grantsByResourceType", grantsByType),
            ("entitlementsByResourceType", entitlementsByType),
        ]
        for (name, count) in counts where count != 0 { members.append((name, .string(String(count)))) }
        for (name, map) in maps where !map.isEmpty {
            let sorted = map.sorted { $0.key < $1.key }
            members.append((name, .object(sorted.map { ($0.key.text, .string(String($0.value))) })))
        }
        if assets != 0 { members.append(("assets", .string(String(assets)))) }
        for (name, key) in Self.timingKeys {
            guard let timing = timings.last(where: { $0.name == name })?.value, !timing.members.isEmpty else {
                continue
            }
            members.append((key, Self.json(timing)))
        }
        return .object(members)
    }

    private static let timingKeys = [
        ("step_durations_ms", "stepDurationsMs"), ("connector_call_stats", "connectorCallStats"),
        ("session_store_stats", "sessionStoreStats"),
    ]

    private static let callKeys = [
        ("count", "count"), ("total_ms", "totalMs"), ("max_ms", "maxMs"), ("errors", "errors"),
        ("timeouts", "timeouts"),
    ]

    /// A map of durations, or of call counts, with its keys in order.
    private static func json(_ timing: JSONValue) -> JSONValue {
        let sorted = timing.members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        return .object(
            sorted.map { member in
                guard case .object = member.value else { return (member.name, .string(member.value.text)) }
                let counts = callKeys.compactMap { name, key -> (name: String, value: JSONValue)? in
                    guard let count = member.value[name]?.integer, count != 0 else { return nil }
                    return (key, .string(String(count)))
                }
                return (member.name, .object(counts))
            })
    }
}

extension StoredTime {
    /// RFC 3339 in UTC with 0, 3, 6 or 9 digits of the second's fraction.
    var json: String {
        guard let civil = CivilTime(unixSeconds: seconds) else { return "" }
        guard nanos > 0 else { return civil.rfc3339() }
        let digits = String(String(1_000_000_000 + Int(nanos)).dropFirst())
        let count = nanos % 1_000_000 == 0 ? 3 : nanos % 1000 == 0 ? 6 : 9
        return civil.rfc3339(fraction: ".\(digits.prefix(count))")
    }
}
