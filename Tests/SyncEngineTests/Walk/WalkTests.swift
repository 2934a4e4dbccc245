import AccessModel
import BatonWire
import C1Z
import ConnectorKit
import ConnectorRuntime
import SwiftProtobuf
import SyncEngine
import Testing

private let types = [
    ResourceType("org", displayName: "Org"), ResourceType("team", displayName: "Team"),
    ResourceType("repo", displayName: "Repo"),
]

/// Orgs hold teams, teams hold repos, and one repo says that it holds teams again.
private func tree(_ calls: Notes<String> = Notes()) -> ScriptedClient {
    var client = ScriptedClient()
    client.types = { _ in .init(rows: types) }
    client.resources = { call in
        calls.add("\(call.type) under \(call.resource?.description ?? "-")")
        func child(_ type: String, _ id: String, holding children: String...) -> Resource {
            var resource = Resource(ResourceID(type, id), name: id, under: call.resource)
            resource.addChildren(ofTypes: children)
            return resource
        }
        switch (call.type, call.resource?.value) {
        case ("org", nil): return .init(rows: [child("org", "o1", holding: "team", "team", "repo")])
        case ("team", "o1"): return .init(rows: [child("team", "t1", holding: "repo"), child("team", "t2")])
        case ("repo", "o1"): return .init(rows: [child("repo", "r0")])
        case ("repo", "t1"): return .init(rows: [child("repo", "r1", holding: "team")])
        case ("team", "r1"): return .init(rows: [child("team", "t1", holding: "repo"), child("team", "t3")])
        default: return .init()
        }
    }
    return client
}

@Suite struct `the walk over resources` {
    @Test func `goes down to children of any depth, each list once`() async throws {
        let calls = Notes<String>()
        let contents = try await TestSync().contents(of: tree(calls))
        #expect(contents.ids(.resource) == ["org/o1", "repo/r0", "repo/r1", "team/t1", "team/t2", "team/t3"])
        #expect(
            calls.all.sorted() == [
                "org under -", "repo under -", "repo under org/o1", "repo under team/t1", "team under -",
                "team under org/o1", "team under repo/r1",
            ])
        // The later observation won.
        #expect(try contents.resource("team/t1")?.parent == ResourceID("repo", "r1"))
    }

    @Test func `goes down only to types of the filter`() async throws {
        let calls = Notes<String>()
        var sync = try TestSync()
        sync.types = ["org", "repo"]
        let contents = try await sync.contents(of: tree(calls))
        #expect(contents.ids(.resource) == ["org/o1", "repo/r0"])
        #expect(contents.ids(.resourceType) == ["org", "repo"])
        #expect(calls.all.allSatisfy { !$0.hasPrefix("team") })
    }

    @Test func `refuses a filter with a type that isn't there, and names those that are`() async throws {
        var sync = try TestSync()
        sync.types = ["org", "rope"]
        let error = try await sync.failure(of: tree())
        #expect("\(error)".contains("invalid resource type 'rope' in filter"))
        #expect("\(error)".contains("org"))
        #expect(StatusCode(of: error) == .unknown)
    }

    @Test(arguments: [
        (AccessModel.Trait.user, "UserTrait"), (.group, "GroupTrait"), (.role, "RoleTrait"), (.app, "AppTrait"),
        (.secret, "SecretTrait"),
    ]) func `refuses a resource without the trait of its type`(trait: AccessModel.Trait, name: String) async throws {
        var client = ScriptedClient()
        client.types = { _ in .init(rows: [ResourceType("thing", displayName: "Thing", traits: [trait])]) }
        client.resources = { _ in .init(rows: [Resource(ResourceID("thing", "t1"), name: "One")]) }
        let error = try await TestSync().failure(of: client)
        #expect("\(error)".contains("resource was missing expected trait \(name)"))
        #expect("\(error)".contains("thing/t1"))
    }

    @Test func `doesn't ask for traits that only newer programs know`() async throws {
        var client = ScriptedClient()
        client.types = { _ in .init(rows: [ResourceType("thing", displayName: "Thing", traits: [.agent])]) }
        client.resources = { _ in .init(rows: [Resource(ResourceID("thing", "t1"), name: "One")]) }
        #expect(try await TestSync().contents(of: client).ids(.resource) == ["thing/t1"])
    }

    @Test func `refuses a resource with the annotation that only the sync may set`() async throws {
        var client = tree()
        client.resources = { _ in
            .init(rows: [Resource(ResourceID("org", "o1"), name: "One", annotations: [C1_Connector_V2_BatonID()])])
        }
        let error = try await TestSync().failure(of: client)
        #expect(StatusCode(of: error) == .internal)
        #expect("\(error)".contains("BatonID") && "\(error)".contains("org/o1"))
    }

    @Test func `skips a list with a resource of a type that isn't stored`() async throws {
        var client = tree()
        client.resources = { call in
            guard call.type == "org" else { return .init() }
            return .init(rows: [Resource(ResourceID("planet", "p1"), name: "One")])
        }
        let sync = try TestSync()
        let outcome = try await sync.run(client)
        #expect(outcome.warnings.count == 1)
        #expect(sync.log.lines("skipping sync action").count == 1)
        #expect(sync.log.lines("sync completed with warnings").first?.text("warning_count") == "1")
    }

    @Test func `leaves out what has no type or id, and counts it`() async throws {
        var client = ScriptedClient()
        client.types = { _ in .init(rows: [types[0], ResourceType("", displayName: "Nothing")]) }
        client.resources = { _ in
            .init(rows: [
                Resource(ResourceID("org", "o1"), name: "One"), Resource(ResourceID("org", ""), name: "Two"),
                Resource(ResourceID("", "o3"), name: "Three"), Resource(),
            ])
        }
        client.entitlements = { call in
            let whole = Entitlement.permission("admin", on: call.whole)
            var (nameless, homeless) = (whole, whole)
            nameless.id = ""
            homeless.clearResource()
            return .init(rows: [whole, nameless, homeless])
        }
        let sync = try TestSync()
        let contents = try await sync.contents(of: client)
        #expect(contents.ids(.resourceType) == ["org"])
        #expect(contents.ids(.resource) == ["org/o1"])
        #expect(contents.ids(.entitlement) == ["org:o1:admin"])
        let lines = sync.log.lines("connector returned invalid data; skipped records")
        #expect(lines.count == 1)
        #expect(lines.first?.text("invalid_resource_types_observed") == "1")
        #expect(lines.first?.text("invalid_resources_observed") == "3")
        #expect(lines.first?.text("invalid_entitlements_observed") == "2")
        #expect(contents.run.token.contains(#""invalid_resources_observed":3"#))
        // What the log counts is what was listed.
        #expect(sync.log.lines("Synced resources").first?.text("count") == "4")
    }
}

@Suite struct `the plan for access` {
    /// One resource a type, whose type and itself carry these annotations; what is asked for.
    private func asked(
        onType: [any Message] = [], onResource: [any Message] = [], skips: Bool = false
    ) async throws -> [String] {
        let calls = Notes<String>()
        var client = ScriptedClient()
        client.types = { _ in .init(rows: [ResourceType("org", displayName: "Org", annotations: onType)]) }
        client.resources = { _ in
            .init(rows: [Resource(ResourceID("org", "o1"), name: "One", annotations: onResource)])
        }
        client.entitlements = { call in
            calls.add("entitlements \(call.resource?.description ?? "")\(call.isTypeScoped ? " scoped" : "")")
            return .init()
        }
        client.grants = { call in
            calls.add("grants \(call.resource?.description ?? "")\(call.isTypeScoped ? " scoped" : "")")
            return .init()
        }
        var sync = try TestSync()
        sync.skipsEntitlementsAndGrants = skips
        try await sync.run(client)
        return calls.all
    }

    @Test func `asks for both by default`() async throws {
        #expect(try await asked() == ["entitlements org/o1", "grants org/o1"])
    }

    @Test func `asks for nothing in a sync of resources only`() async throws {
        #expect(try await asked(skips: true) == [])
    }

    @Test func `obeys SkipEntitlementsAndGrants on the type and on the resource`() async throws {
        #expect(try await asked(onType: [SkipEntitlementsAndGrants()]) == [])
        #expect(try await asked(onResource: [SkipEntitlementsAndGrants()]) == [])
    }

    @Test func `obeys SkipEntitlements on the type and on the resource`() async throws {
        #expect(try await asked(onType: [SkipEntitlements()]) == ["grants org/o1"])
        #expect(try await asked(onResource: [SkipEntitlements()]) == ["grants org/o1"])
    }

    @Test func `obeys SkipGrants on the resource only`() async throws {
        #expect(try await asked(onResource: [SkipGrants()]) == ["entitlements org/o1"])
        #expect(try await asked(onType: [SkipGrants()]) == ["entitlements org/o1", "grants org/o1"])
    }

    @Test func `asks once for a whole type that says so`() async throws {
        #expect(
            try await asked(onType: [C1_Connector_V2_TypeScopedGrants()]) == [
                "entitlements org/o1", "grants org/org scoped",
            ])
        #expect(
            try await asked(onType: [C1_Connector_V2_TypeScopedEntitlements()]) == [
                "entitlements org/org scoped", "grants org/o1",
            ])
    }

    @Test func `sends whole resources, and a bare stub for a whole type`() async throws {
        let seen = Notes<Resource>()
        var client = ScriptedClient()
        client.types = { _ in
            .init(rows: [
                ResourceType("org", displayName: "Org"),
                ResourceType("unit", displayName: "Unit", annotations: [C1_Connector_V2_TypeScopedGrants()]),
            ])
        }
        client.resources = { call in
            .init(rows: [Resource(ResourceID(call.type, "x"), name: "Name", description: "Long")])
        }
        client.grants = { call in
            seen.add(call.whole)
            return .init()
        }
        try await TestSync().run(client)
        #expect(seen.all.contains { $0.identity == ResourceID("org", "x") && $0.description_p == "Long" })
        #expect(seen.all.contains { $0 == Resource.with { $0.id = ResourceID("unit", "unit").message } })
        #expect(seen.count == 2)
    }

    @Test(arguments: [("v0.25.0", true), ("0.4.3", true), ("v0.4.2", false), ("", false), ("dev", false)])
    func `tells connectors their sync's id when they know what to do with it`(version: String, tells: Bool) async throws
    {
        let seen = Notes<String>()
        var client = SmallDirectory.example.client
        client.sdkVersion = version
        let plain = client
        client.grants = { call in
            seen.add(call.activeSync)
            return try await plain.grants(call)
        }
        client.cleaned = { seen.add($0) }
        let outcome = try await TestSync().run(client)
        #expect(Set(seen.all) == [tells ? outcome.syncID : ""])
    }
}

@Suite struct `static entitlements` {
    private func client() -> ScriptedClient {
        var client = SmallDirectory.example.client
        client.templates = { call in
            guard call.type == "group" else { return .init() }
            if call.token.isEmpty {
                return .init(rows: [Entitlement.with { $0.slug = "owner" }], next: "2")
            }
            let group = C1_Connector_V2_EntitlementExclusionGroup.with {
                $0.exclusionGroupID = "level"
                $0.scopeToResource = true
            }
            let template = Entitlement.with {
                $0.slug = "guest"
                $0.displayName = "Guest"
                $0.description_p = "May look"
                $0.purpose = .permission
                $0.grantableTo = [SmallDirectory.user]
                $0.annotations.append(carrying: group)
            }
            return .init(rows: [template])
        }
        return client
    }

    @Test func `are given to every resource of their type`() async throws {
        let contents = try await TestSync().contents(of: client())
        let found = try contents.rows(.entitlement).map { try Entitlement(serializedBytes: $0.data) }
        #expect(found.count == 3 + 4)
        let owner = try #require(found.first { $0.id == "group:g1:owner" })
        #expect(owner.displayName == "g1")
        #expect(owner.resource.identity == ResourceID("group", "g1"))
        #expect(owner.resource.displayName == "g1")
        let guest = try #require(found.first { $0.id == "group:g2:guest" })
        #expect(guest.displayName == "Guest")
        #expect(guest.description_p == "May look")
        #expect(guest.purpose == .permission)
        #expect(guest.grantableTo.map(\.id) == ["user"])
        #expect(
            try guest.annotations.first(C1_Connector_V2_EntitlementExclusionGroup.self)?.exclusionGroupID == "level-g2")
    }

    @Test func `are none when the connector doesn't know the question`() async throws {
        var client = SmallDirectory.example.client
        client.templates = { _ in throw ServiceError(.unimplemented, "unknown method") }
        let sync = try TestSync()
        let outcome = try await sync.run(client)
        #expect(outcome.warnings.isEmpty)
        #expect(outcome.stats.entitlements == 3)
    }

    @Test func `fail the sync with any other error`() async throws {
        var client = SmallDirectory.example.client
        client.templates = { _ in throw ServiceError(.permissionDenied, "no") }
        #expect(StatusCode(of: try await TestSync().failure(of: client)) == .permissionDenied)
    }
}
