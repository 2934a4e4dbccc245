import AccessModel
import WireForm

extension SyncState {
    /// The token that stands for this state: version 2 when an action carries a marker that version 1 doesn't know.
    var token: String {
        var members: [(name: String, value: JSONValue)] = []
        if !stack.isEmpty {
            members.append(("actions_map", .object(stack.map { ($0.id, $0.json) })))
            members.append(("action_order", .array(stack.map { .string($0.id) })))
        }
        members.add("current_action_id", nextID)
        members.add("needs_expansion", needsExpansion)
        members.add("has_external_resource_grants", hasExternalGrants)
        members.add("should_fetch_related_resources", fetchesRelatedResources)
        members.add("should_skip_entitlements_and_grants", skipsEntitlementsAndGrants)
        members.add("should_skip_grants", skipsGrants)
        members.add("completed_actions_count", completed)
        if let quality { members.append(("ingest_quality", quality.json)) }
        members += carried
        let own = ownMembers
        if !own.isEmpty { members.append((Self.ownName, .object(own))) }
        let hasMarker = stack.contains { $0.isSpawned || $0.isTypeScoped || $0.hasPlannedTypeScoped }
        members.append(("version", .number(hasMarker ? "2" : "1")))
        return JSONValue.object(members).text
    }

    /// Reads a token of any version.
    ///
    /// - Throws: `WireError` when it is no JSON object, `ServiceError` when it plans a step that isn't known.
    init(token: String) throws {
        guard !token.isEmpty else {
            self.init()
            return
        }
        let json = try JSONValue(parsing: Array(token.utf8))
        guard case .object = json else { throw WireError(offset: 0, problem: "the token is no JSON object") }
        let isCurrent = [1, 2].contains(json["version"]?.integer ?? 0)
        let stack = try isCurrent ? Self.stack(of: json) : Self.oldStack(of: json)
        let stated = isCurrent ? UInt64(clamping: json["current_action_id"]?.integer ?? 0) : UInt64(stack.count)
        // An id that is on the stack must never be handed out again.
        let used = stack.compactMap { UInt32($0.id) }.max().map { UInt64($0) + 1 }
        let next = max(stated, used ?? 0)
        self.init(
            stack: stack, nextID: next, completed: UInt64(clamping: json["completed_actions_count"]?.integer ?? 0))
        needsExpansion = json["needs_expansion"]?.isTrue ?? false
        hasExternalGrants = json["has_external_resource_grants"]?.isTrue ?? false
        fetchesRelatedResources = json["should_fetch_related_resources"]?.isTrue ?? false
        skipsEntitlementsAndGrants = json["should_skip_entitlements_and_grants"]?.isTrue ?? false
        skipsGrants = json["should_skip_grants"]?.isTrue ?? false
        quality = json["ingest_quality"].map { IngestQuality(json: $0) }
        carried = json.members.filter { Self.carriedNames.contains($0.name) }
        if let own = json[Self.ownName] { takeOwn(own) }
    }

    /// The token of the finished sync: nothing in it but what the ecosystem's tokens hold.
    var finalToken: String {
        var copy = SyncState(stack: [], nextID: nextID, completed: completed)
        copy.needsExpansion = needsExpansion
        copy.hasExternalGrants = hasExternalGrants
        copy.fetchesRelatedResources = fetchesRelatedResources
        copy.skipsEntitlementsAndGrants = skipsEntitlementsAndGrants
        copy.skipsGrants = skipsGrants
        copy.quality = quality
        copy.carried = carried
        return copy.token
    }

    /// The member for what other programs neither write nor read; they ignore names they don't know (sync-engine §3.3).
    private static let ownName = "lantern"
    private static let warningsKept = 25

    private var ownMembers: [(name: String, value: JSONValue)] {
        var members: [(name: String, value: JSONValue)] = []
        if !resourceTypes.isEmpty {
            members.append(("resource_types", .array(resourceTypes.map { .string($0) })))
        }
        if !targets.isEmpty { members.append(("targets", .array(targets.map { .string($0.text) }))) }
        if !external.isEmpty { members.append(("external", .array(external.map { .string($0) }))) }
        if let verdict { members.add("verdict", verdict) }
        members.add("is_collected", isCollected)
        members.add("warning_count", warningCount)
        if !warnings.isEmpty {
            members.append(("warnings", .array(warnings.prefix(Self.warningsKept).map { .string($0) })))
        }
        return members
    }

    private mutating func takeOwn(_ own: JSONValue) {
        resourceTypes = (own["resource_types"]?.elements ?? []).compactMap(\.string)
        // One that doesn't read back is none that anybody can ask for again.
        targets = (own["targets"]?.elements ?? []).compactMap { $0.string.flatMap { try? SyncTarget(parsing: $0) } }
        external = (own["external"]?.elements ?? []).compactMap(\.string)
        verdict = own["verdict"]?.string
        isCollected = own["is_collected"]?.isTrue ?? false
        takeWarnings(
            (own["warnings"]?.elements ?? []).compactMap(\.string),
            count: UInt64(clamping: own["warning_count"]?.integer ?? 0))
    }

    private static let carriedNames = [
        "step_durations_ms", "connector_call_stats", "session_store_stats", "compaction",
    ]

    private static func stack(of json: JSONValue) throws -> [SyncAction] {
        var known: [ByteKey: SyncAction] = [:]
        for member in json["actions_map"]?.members ?? [] {
            known[ByteKey(member.name)] = try SyncAction(json: member.value, id: member.name)
        }
        // Each action once, even if the order names it twice: two workers must never run the same one.
        return (json["action_order"]?.elements ?? []).compactMap { element in
            element.string.flatMap { known.removeValue(forKey: ByteKey($0)) }
        }
    }

    /// Version 0 has no ids: they are numbered from the bottom, and the current action is the top.
    private static func oldStack(of json: JSONValue) throws -> [SyncAction] {
        var all = json["actions"]?.elements ?? []
        if let current = json["current_action"], case .object = current { all.append(current) }
        return try all.enumerated().map { index, value in
            try SyncAction(json: value, id: SyncState.id(UInt64(index)))
        }
    }
}

extension SyncAction {
    var json: JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            ("id", .string(id)), ("operation", .string(operation.rawValue)),
        ]
        // Without its graph, which is rebuilt from the grants, a page token of the expansion has no meaning.
        members.add("page_token", operation == .expandGrants ? "" : pageToken)
        members.add("resource_type_id", resourceType)
        members.add("resource_id", resource)
        members.add("parent_resource_type_id", parentType)
        members.add("parent_resource_id", parent)
        members.add("spawned", isSpawned)
        members.add("type_scoped", isTypeScoped)
        members.add("type_scoped_planned", hasPlannedTypeScoped)
        return .object(members)
    }

    init(json: JSONValue, id: String) throws(ServiceError) {
        let name = json["operation"]?.string ?? ""
        guard let operation = Operation(rawValue: name) else {
            throw ServiceError(
                .unknown,
                "unexpected sync step \"\(name.prefix(80))\" in the unfinished sync. Finish it with the program that began it, "
                    + "or name another --file.")
        }
        self.init(operation)
        self.id = id
        pageToken = operation == .expandGrants ? "" : json["page_token"]?.string ?? ""
        resourceType = json["resource_type_id"]?.string ?? ""
        resource = json["resource_id"]?.string ?? ""
        parentType = json["parent_resource_type_id"]?.string ?? ""
        parent = json["parent_resource_id"]?.string ?? ""
        isSpawned = json["spawned"]?.isTrue ?? false
        isTypeScoped = json["type_scoped"]?.isTrue ?? false
        hasPlannedTypeScoped = json["type_scoped_planned"]?.isTrue ?? false
    }
}

extension IngestQuality {
    var json: JSONValue {
        var members: [(name: String, value: JSONValue)] = []
        for count in Count.allCases { members.add(count.rawValue, counts[count, default: 0]) }
        members.add("source_cache_replay_blocked", isReplayBlocked)
        members.add("reason_flags", reasons)
        return .object(members)
    }

    init(json: JSONValue) {
        for count in Count.allCases {
            if let number = json[count.rawValue]?.integer { counts[count] = UInt64(clamping: number) }
        }
        isReplayBlocked = json["source_cache_replay_blocked"]?.isTrue ?? false
        reasons = UInt64(clamping: json["reason_flags"]?.integer ?? 0)
    }
}

extension [(name: String, value: JSONValue)] {
    fileprivate mutating func add(_ name: String, _ number: UInt64) {
        if number != 0 { append((name, .number(String(number)))) }
    }

    fileprivate mutating func add(_ name: String, _ flag: Bool) {
        if flag { append((name, .bool(true))) }
    }

    fileprivate mutating func add(_ name: String, _ text: String) {
        if !text.isEmpty { append((name, .string(text))) }
    }
}
