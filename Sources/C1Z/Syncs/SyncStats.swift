public import AccessModel
public import WireForm

/// How many records a sync has, and how long it took (c1z-v1 §9).
public struct SyncStats: Sendable {
    /// Resource types.
    public var resourceTypes: Int64 = 0
    /// Resources.
    public var resources: Int64 = 0
    /// Entitlements.
    public var entitlements: Int64 = 0
    /// Grants.
    public var grants: Int64 = 0
    /// Assets.
    public var assets: Int64 = 0
    /// Resources by type; types without any are there with 0.
    public var resourcesByType: [ByteKey: Int64] = [:]
    /// Entitlements by the type of their resource.
    public var entitlementsByType: [ByteKey: Int64] = [:]
    /// Grants by the type of their entitlement's resource.
    public var grantsByType: [ByteKey: Int64] = [:]
    /// Members of the stored JSON that are carried along: durations and call counts.
    public var timings: [(name: String, value: JSONValue)] = []

    /// No records.
    public init() {}

    /// Reads the stored form; nil when the text is none, holds what is no count, or says that nothing was counted.
    public init?(stored text: String) {
        guard let json = try? JSONValue(parsing: Array(text.utf8)), let types = json["resource_types"]?.integer,
            types > 0, json.members.allSatisfy(Self.isPlausible)
        else { return nil }
        resourceTypes = types
        resources = json["resources"]?.integer ?? 0
        entitlements = json["entitlements"]?.integer ?? 0
        grants = json["grants"]?.integer ?? 0
        assets = json["assets"]?.integer ?? 0
        resourcesByType = Self.counts(json["resources_by_resource_type"])
        entitlementsByType = Self.counts(json["entitlements_by_resource_type"])
        grantsByType = Self.counts(json["grants_by_resource_type"])
        timings = json.members.filter { Self.timingNames.contains($0.name) }
    }

    /// Names of the members that hold timings.
    static let timingNames = ["step_durations_ms", "connector_call_stats", "session_store_stats"]

    /// The timings in the state of a syncer; none when it isn't JSON.
    static func timings(in token: String) -> [(name: String, value: JSONValue)] {
        guard let token = try? JSONValue(parsing: Array(token.utf8)) else { return [] }
        return token.members.filter { timingNames.contains($0.name) && !$0.value.members.isEmpty }
    }

    private static let namesOfMaps = [
        "resources_by_resource_type", "entitlements_by_resource_type", "grants_by_resource_type", "step_durations_ms",
    ]
    private static let namesOfCounts = ["resources", "entitlements", "grants", "assets"]

    private static func isPlausible(_ member: (name: String, value: JSONValue)) -> Bool {
        if namesOfCounts.contains(member.name) { return member.value.integer != nil }
        guard namesOfMaps.contains(member.name) else { return true }
        return member.value.members.allSatisfy { $0.value.integer != nil }
    }

    private static func counts(_ json: JSONValue?) -> [ByteKey: Int64] {
        var counts: [ByteKey: Int64] = [:]
        for member in json?.members ?? [] { counts[ByteKey(member.name)] = member.value.integer ?? 0 }
        return counts
    }

    /// The form that is stored: zero counts and empty maps left out.
    public var stored: String {
        var members: [(name: String, value: JSONValue)] = []
        let counts = [
            ("resource_types", resourceTypes), ("resources", resources), ("entitlements", entitlements),
            ("grants", grants),
        ]
        for (name, count) in counts where count != 0 { members.append((name, .number(String(count)))) }
        let maps = [
            ("resources_by_resource_type", resourcesByType), ("grants_by_resource_type", grantsByType),
            ("entitlements_by_resource_type", entitlementsByType),
        ]
        for (name, map) in maps where !map.isEmpty {
            let sorted = map.sorted { $0.key < $1.key }
            members.append((name, .object(sorted.map { ($0.key.text, .number(String($0.value))) })))
        }
        if assets != 0 { members.append(("assets", .number(String(assets)))) }
        return JSONValue.object(members + timings).text
    }
}
