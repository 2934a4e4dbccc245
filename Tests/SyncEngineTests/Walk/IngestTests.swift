import AccessModel
import BatonWire
import C1Z
import FoundationEssentials
import SwiftProtobuf
import SyncEngine
import Testing

@Suite struct `what comes in` {
    /// The example, in which `group/g1` grants what `change` makes of a membership of alice.
    private func client(
        annotations: [any Message] = [], _ change: @escaping @Sendable (inout Grant) -> Void
    ) -> ScriptedClient {
        var client = SmallDirectory.example.client
        let packed = annotations.map { Annotation(carrying: $0) }
        client.grants = { call in
            guard call.resource == ResourceID("group", "g1") else { return .init() }
            var grant = Grant("member", on: ResourceID("group", "g1"), to: ResourceID("user", "alice"))
            change(&grant)
            return .init(rows: [grant], annotations: packed)
        }
        return client
    }

    private func expansion(_ types: String...) -> GrantExpandable {
        .with {
            $0.entitlementIds = ["user:alice:x"]
            $0.resourceTypeIds = types
        }
    }

    @Test func `loses grants to types that aren't stored, and says so`() async throws {
        let sync = try TestSync()
        let contents = try await sync.contents(of: client { $0.principal.id.resourceType = "robot" })
        #expect(contents.rows(.grant).isEmpty)
        #expect(
            contents.run.token.contains(
                #""ingest_quality":{"grants_dropped":1,"source_cache_replay_blocked":true,"reason_flags":34}"#))
        let lines = sync.log.lines("fresh ingest filtered references into resource types not scheduled for this sync")
        #expect(lines.first?.text("grants_dropped") == "1")
    }

    @Test func `loses grants on types that aren't stored`() async throws {
        let contents = try await TestSync().contents(of: client { $0.entitlement.resource.id.resourceType = "planet" })
        #expect(contents.rows(.grant).isEmpty)
    }

    @Test(arguments: [true, false]) func `keeps a grant that is to be matched, whatever its principal's type`(
        isMatch: Bool
    ) async throws {
        let contents = try await TestSync().contents(
            of: client {
                $0.principal.id.resourceType = "robot"
                if isMatch {
                    $0.annotations.append(carrying: C1_Connector_V2_ExternalResourceMatchID.with { $0.id = "x" })
                }
            })
        #expect(contents.rows(.grant).count == (isMatch ? 1 : 0))
        #expect(contents.run.token.contains("has_external_resource_grants") == isMatch)
    }

    @Test func `keeps grants that lack ids, for readers to judge`() async throws {
        let contents = try await TestSync().contents(of: client { $0.principal.clearID() })
        #expect(contents.rows(.grant).count == 1)
    }

    @Test func `loses entitlements on types that aren't stored`() async throws {
        var client = SmallDirectory.example.client
        client.entitlements = { call in
            .init(rows: [.permission("x", on: Resource(ResourceID("planet", "mars"), name: "Mars"))])
        }
        let contents = try await TestSync().contents(of: client)
        #expect(contents.rows(.entitlement).isEmpty)
        #expect(contents.run.token.contains(#""entitlements_dropped":5"#))
    }

    @Test func `has expansions without the types that aren't stored`() async throws {
        let contents = try await TestSync().contents(
            of: client { [self] in $0.annotations.append(carrying: expansion("user", "robot")) })
        let row = try #require(contents.rows(.grant).first)
        #expect(try GrantExpandable(serializedBytes: row.expansion ?? []).resourceTypeIds == ["user"])
        #expect(row.needsExpansion)
        #expect(contents.run.token.contains(#""expansion_resource_types_dropped":1"#))
        #expect(!contents.run.token.contains(#""expansions_dropped""#))
    }

    @Test func `loses an expansion none of whose types is stored, for an empty list would mean all`() async throws {
        let contents = try await TestSync().contents(
            of: client { [self] in $0.annotations.append(carrying: expansion("robot", "planet")) })
        let row = try #require(contents.rows(.grant).first)
        #expect(row.expansion == nil)
        #expect(!row.needsExpansion)
        #expect(contents.run.token.contains(#""expansion_resource_types_dropped":2,"expansions_dropped":1"#))
        #expect(!contents.run.token.contains("needs_expansion"))
    }

    @Test func `has an expansion without types as it is`() async throws {
        let contents = try await TestSync().contents(
            of: client { [self] in $0.annotations.append(carrying: expansion()) })
        #expect(contents.rows(.grant).first?.needsExpansion == true)
    }

    @Test func `brings the resources of its grants along when the page says so`() async throws {
        let contents = try await TestSync().contents(
            of: client(annotations: [C1_Connector_V2_InsertResourceGrants()]) {
                $0.entitlement.resource = .group(ResourceID("group", "hidden"), name: "Hidden")
            })
        #expect(try contents.resource("group/hidden")?.displayName == "Hidden")
        let grants = try contents.grants
        #expect(grants.first?.annotations.contains(C1_Connector_V2_InsertResourceGrants.self) == true)
    }

    @Test func `brings no resources along whose type isn't stored or that have no id`() async throws {
        for id in [ResourceID("planet", "mars"), ResourceID("", "x"), ResourceID("group", "")] {
            let contents = try await TestSync().contents(
                of: client(annotations: [C1_Connector_V2_InsertResourceGrants()]) {
                    $0.entitlement.resource = Resource(id, name: "Odd")
                })
            #expect(contents.rows(.grant).isEmpty, "\(id)")
            #expect(contents.rows(.resource).count == 5)
            #expect(contents.run.token.contains(#""grant_resources_dropped":1"#))
        }
    }

    @Test func `carries the mark once, also when the grant had it`() async throws {
        let contents = try await TestSync().contents(
            of: client(annotations: [C1_Connector_V2_InsertResourceGrants()]) {
                $0.annotations.append(carrying: C1_Connector_V2_InsertResourceGrants())
            })
        #expect(try contents.grants.first?.annotations.count == 1)
    }

    @Test func `may repeat, be out of order and be empty pages`() async throws {
        var client = SmallDirectory.example.client
        client.resources = { call in
            guard call.type == "user", call.resource == nil else { return .init() }
            let pages = [["b", "a"], [], ["a", "c", "a"], [], ["b"]]
            let page = Int(call.token) ?? 0
            let rows = pages[page].map { Resource.user(ResourceID("user", $0), name: "\($0)\(page)", email: "") }
            return .init(rows: rows, next: page + 1 < pages.count ? "\(page + 1)" : "")
        }
        let contents = try await TestSync().contents(of: client)
        #expect(contents.ids(.resource) == ["user/a", "user/b", "user/c"])
        #expect(try contents.resource("user/b")?.displayName == "b4")
    }
}

@Suite struct `an exclusion group` {
    private func failure(_ mark: @escaping @Sendable (Int, inout Entitlement) -> Void, count: Int) async throws -> (
        any Error
    )? {
        var client = SmallDirectory.example.client
        client.entitlements = { call in
            guard call.resource == ResourceID("group", "g1") else { return .init() }
            return .init(
                rows: (0..<count).map { number in
                    var entitlement = Entitlement.permission("p\(number)", on: call.whole)
                    mark(number, &entitlement)
                    return entitlement
                })
        }
        let sync = try TestSync()
        do {
            try await sync.run(client)
            return nil
        } catch {
            #expect(try sync.unfinished() != nil)
            return error
        }
    }

    private static func group(_ id: String, isDefault: Bool = false) -> C1_Connector_V2_EntitlementExclusionGroup {
        .with {
            $0.exclusionGroupID = id
            $0.isDefault = isDefault
        }
    }

    @Test func `has one default at most`() async throws {
        let error = try await failure({ $1.annotations.append(carrying: Self.group("G", isDefault: $0 < 2)) }, count: 3)
        #expect(
            error.map { "\($0)" } == """
                ingest invariant I5 violated: exclusion group "G" has multiple default entitlements \
                ("group:g1:p0" and "group:g1:p1"); at most one entitlement per exclusion group may set is_default=true
                """)
        #expect(
            try await failure({ $1.annotations.append(carrying: Self.group("G", isDefault: $0 < 1)) }, count: 3) == nil)
    }

    @Test func `has one resource type`() async throws {
        let error = try await failure(
            {
                $1.annotations.append(carrying: Self.group("G"))
                if $0 == 1 { $1.resource.id = ResourceID("role", "admin").message }
            }, count: 2)
        #expect(
            error.map { "\($0)" } == """
                ingest invariant I5 violated: exclusion group "G" is used on multiple resource types \
                ("group" and "role"); exclusion groups may span resources but must be scoped to a single resource type
                """)
    }

    @Test func `has 50 entitlements at most`() async throws {
        #expect(try await failure({ $1.annotations.append(carrying: Self.group("G")) }, count: 50) == nil)
        let error = try await failure({ $1.annotations.append(carrying: Self.group("G")) }, count: 51)
        #expect(
            error.map { "\($0)" } == """
                ingest invariant I5 violated: exclusion group "G" has too many entitlements (51); \
                at most 50 entitlements are allowed per exclusion group
                """)
    }

    @Test func `that can't be read fails the sync and names the entitlement`() async throws {
        let error = try await failure(
            { number, entitlement in
                var annotation = Annotation(carrying: Self.group("G"))
                annotation.value = .init([0xFF])
                entitlement.annotations.append(annotation)
            }, count: 1)
        #expect(error.map { "\($0)" }?.contains("ingest invariant I5 violated") == true)
        #expect(error.map { "\($0)" }?.contains("group:g1:p0") == true)
    }
}
