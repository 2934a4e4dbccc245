import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf
import SyncEngine
import Testing

@testable import ConnectorRuntime

/// The error that `work` ends with, as code and message.
func failure(_ work: () async throws -> Void) async -> String {
    do {
        try await work()
        return "nothing"
    } catch {
        return "\(StatusCode(of: error)): \(error)"
    }
}

func adapter(_ script: Script, types: [ResourceType] = []) throws -> ConnectorAdapter<ScriptedConnector> {
    try ConnectorAdapter(
        ScriptedConnector([PlainSyncer(script: script), FullSyncer(script: script)], script: script))
}

private func resources(of type: String = "user", token: String = "", under parent: ResourceID? = nil)
    -> C1_Connector_V2_ResourcesServiceListResourcesRequest
{
    .with {
        $0.resourceTypeID = type
        $0.pageToken = token
        $0.activeSyncID = "sync"
        if let parent { $0.parentResourceID = parent.message }
    }
}

private func grants(_ resource: Resource, token: String = "", whole: Bool = false)
    -> C1_Connector_V2_GrantsServiceListGrantsRequest
{
    .with {
        $0.resource = resource
        $0.pageToken = token
        if whole { $0.annotations.append(carrying: C1_Connector_V2_TypeScopedGrants()) }
    }
}

private func entitlements(_ resource: Resource, token: String = "", whole: Bool = false)
    -> C1_Connector_V2_EntitlementsServiceListEntitlementsRequest
{
    .with {
        $0.resource = resource
        $0.pageToken = token
        if whole { $0.annotations.append(carrying: C1_Connector_V2_TypeScopedEntitlements()) }
    }
}

private let user = Resource(ResourceID("user", "u1"), name: "One")
private let group = Resource(ResourceID("group", "g1"), name: "Team")

@Suite struct `a connector behind the adapter` {
    @Test func `is asked for what the request says`() async throws {
        let calls = Notes<(ResourceID?, PageRequest)>()
        var script = Script()
        script.resources = { parent, page in
            calls.add((parent, page))
            return Page([user], next: "2", annotations: [Annotation(carrying: C1_Connector_V2_RequestId())])
        }
        let parent = ResourceID("team", "t1")
        let answer = try await adapter(script).listResources(resources(token: "1", under: parent))
        #expect(answer.list == [user])
        #expect(answer.nextPageToken == "2")
        #expect(answer.annotations.count == 1)
        let call = try #require(calls.all.first)
        #expect(call.0 == parent)
        #expect(call.1.token == "1")
        #expect(call.1.syncID == "sync")
        #expect(call.1.size == nil)
    }

    @Test func `lists its types and says which SDK it is`() async throws {
        let adapter = try adapter(Script())
        #expect(try await adapter.listResourceTypes(.init()).list.map(\.id) == ["user", "group"])
        #expect(try await adapter.validate().sdkVersion == "v0.25.0")
        #expect(try await adapter.getAsset("x") == nil)
    }

    @Test func `answers unknown types with NotFound`() async throws {
        let adapter = try adapter(Script())
        let stranger = Resource(ResourceID("x", "1"), name: "")
        #expect(
            await failure { _ = try await adapter.listResources(resources(of: "x")) }
                == "notFound: error: list resources with unknown resource type x")
        #expect(
            await failure { _ = try await adapter.listEntitlements(entitlements(stranger)) }
                == "notFound: error: list entitlements with unknown resource type x")
        #expect(
            await failure { _ = try await adapter.listGrants(grants(stranger)) }
                == "notFound: error: list grants with unknown resource type x")
        #expect(
            await failure { _ = try await adapter.listStaticEntitlements(.with { $0.resourceTypeID = "x" }) }
                == "notFound: error: list static entitlements with unknown resource type x")
        #expect(
            await failure { _ = try await adapter.getResource(.with { $0.resourceID = stranger.id }) }
                == "notFound: error: get resource with unknown resource type x")
    }

    @Test func `fails when a page repeats itself`() async throws {
        var script = Script()
        script.resources = { _, page in Page([], next: page.token) }
        script.entitlements = { _, page in Page([], next: page.token) }
        script.grants = { _, page in Page([], next: page.token) }
        script.templates = { page in Page([], next: page.token) }
        let adapter = try adapter(script)
        let end = "next page token unchanged - likely a connector bug"
        #expect(
            await failure { _ = try await adapter.listResources(resources(token: "t")) }
                == "internal: listing resources failed: next page token unchanged (token=t, type=user, parent=<nil>) - likely a connector bug"
        )
        #expect(
            await failure { _ = try await adapter.listEntitlements(entitlements(user, token: "t")) }
                == "internal: listing entitlements failed: \(end)")
        #expect(
            await failure { _ = try await adapter.listGrants(grants(user, token: "t")) }
                == "internal: listing grants for resource user/u1 failed: \(end)")
        #expect(
            await failure {
                _ = try await adapter.listStaticEntitlements(
                    .with {
                        $0.resourceTypeID = "group"
                        $0.pageToken = "t"
                    })
            } == "internal: listing static entitlements failed: \(end)")
        #expect(try await adapter.listResources(resources()).nextPageToken == "")
    }

    @Test func `keeps the code and the rate limit of an error and says where it was`() async throws {
        struct Odd: Error, CustomStringConvertible { let description = "odd" }
        var script = Script()
        script.resources = { _, _ in throw ServiceError(.permissionDenied, "denied", rateLimit: .with { $0.limit = 7 })
        }
        script.entitlements = { _, _ in throw Odd() }
        script.grants = { _, _ in throw CancellationError() }
        script.one = { _, _ in throw ServiceError(.unavailable, "gone") }
        script.templates = { _ in throw ServiceError(.unavailable, "gone") }
        let adapter = try adapter(script)
        let denied = await #expect(throws: ServiceError.self) { try await adapter.listResources(resources()) }
        #expect(denied?.message == "error: listing resources failed: denied")
        #expect(denied?.code == .permissionDenied)
        #expect(denied?.rateLimit?.limit == 7)
        #expect(
            await failure { _ = try await adapter.listEntitlements(entitlements(user)) }
                == "unknown: error: listing entitlements failed: odd")
        // Nobody cancelled this call: the connector gave something of its own up.
        #expect(
            await failure { _ = try await adapter.listGrants(grants(user)) }
                == "cancelled: error: listing grants for resource user/u1 failed: CancellationError()")
        let cancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await adapter.listGrants(grants(user))
        }
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        #expect(
            await failure { _ = try await adapter.getResource(.with { $0.resourceID = group.id }) }
                == "unavailable: error: get resource failed: gone")
        #expect(
            await failure { _ = try await adapter.listStaticEntitlements(.with { $0.resourceTypeID = "group" }) }
                == "unavailable: error: listing static entitlements failed: gone")
        script.grants = { _, _ in throw ServiceError(.notFound, "no") }
        #expect(
            await failure {
                _ = try await ConnectorAdapter(ScriptedConnector([PlainSyncer(script: script)])).listGrants(
                    grants(user))
            }
                == "notFound: error: listing grants for resource user/u1 failed: no")
    }

    @Test func `routes whole-type requests to whole-type syncers`() async throws {
        var script = Script()
        script.templates = { _ in Page([.assignment("m", on: group)]) }
        let adapter = try adapter(script)
        #expect(try await adapter.listGrants(grants(group, whole: true)).list.map(\.id) == ["group:type:whole:user:u1"])
        #expect(try await adapter.listEntitlements(entitlements(group, whole: true)).list.count == 1)
        #expect(
            await failure { _ = try await adapter.listGrants(grants(user, whole: true)) }.hasPrefix("invalidArgument"))
        #expect(
            await failure { _ = try await adapter.listEntitlements(entitlements(user, whole: true)) }
                .hasPrefix("invalidArgument"))
    }

    @Test func `has static entitlements only where there are any`() async throws {
        var script = Script()
        script.templates = { _ in Page([.assignment("m", on: group)], next: "2") }
        let adapter = try adapter(script)
        let none = try await adapter.listStaticEntitlements(.with { $0.resourceTypeID = "user" })
        #expect(none.list.isEmpty && none.nextPageToken.isEmpty)
        let some = try await adapter.listStaticEntitlements(.with { $0.resourceTypeID = "group" })
        #expect(some.list.count == 1 && some.nextPageToken == "2")
    }

    @Test func `fetches single resources where it can`() async throws {
        var script = Script()
        script.one = { id, _ in id.value == "g1" ? group : nil }
        let adapter = try adapter(script)
        #expect(try await adapter.getResource(.with { $0.resourceID = group.id }).resource == group)
        #expect(
            await failure {
                _ = try await adapter.getResource(.with { $0.resourceID = ResourceID("group", "g2").message })
            }
            .hasPrefix("notFound"))
        #expect(
            await failure { _ = try await adapter.getResource(.with { $0.resourceID = user.id }) }
                .hasPrefix("unimplemented"))
    }
}

@Suite struct `the syncers of a connector` {
    @Test func `must exist`() async {
        #expect(
            await failure { _ = try ConnectorAdapter(ScriptedConnector([])) }
                == "failedPrecondition: no resource builders found")
    }

    @Test func `must not share a type`() async {
        #expect(
            await failure { _ = try ConnectorAdapter(ScriptedConnector([PlainSyncer(), PlainSyncer()])) }
                == "unknown: error: duplicate resource type found for resource builder user")
    }

    @Test func `are told apart by bytes`() async throws {
        let composed = PlainSyncer(type: ResourceType("caf\u{E9}", displayName: ""))
        let decomposed = PlainSyncer(type: ResourceType("cafe\u{301}", displayName: ""))
        #expect(try ConnectorAdapter(ScriptedConnector([composed, decomposed])).syncers.types.count == 2)
    }

    @Test func `must keep what their type promises`() async {
        let promising = ResourceType(
            "user", displayName: "", annotations: [C1_Connector_V2_TypeScopedGrants()])
        #expect(
            await failure { _ = try ConnectorAdapter(ScriptedConnector([PlainSyncer(type: promising)])) }
                == "unknown: resource type user carries the TypeScopedGrants annotation but its syncer does not implement TypeScopedGrantSyncer"
        )
        let entitled = ResourceType(
            "user", displayName: "", annotations: [C1_Connector_V2_TypeScopedEntitlements()])
        #expect(
            await failure { _ = try ConnectorAdapter(ScriptedConnector([PlainSyncer(type: entitled)])) }
                .hasSuffix("does not implement TypeScopedEntitlementSyncer"))
    }
}
