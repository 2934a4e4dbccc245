import AccessModel
import BatonWire
import ConnectorKit
import Logging
import SwiftProtobuf
import Testing

@testable import ConnectorRuntime

private func text(_ length: Int) -> String { String(repeating: "x", count: length) }

@Suite struct `a request` {
    private func listResources(
        _ adjust: (inout C1_Connector_V2_ResourcesServiceListResourcesRequest) -> Void
    ) async throws -> String {
        var request = C1_Connector_V2_ResourcesServiceListResourcesRequest.with { $0.resourceTypeID = "user" }
        adjust(&request)
        let adapter = try adapter(Script())
        return await failure { _ = try await adapter.listResources(request) }
    }

    @Test func `has ids of 1 to 1024 bytes`() async throws {
        #expect(try await listResources { _ in } == "nothing")
        #expect(try await listResources { $0.resourceTypeID = "" }.hasPrefix("invalidArgument: resource type id"))
        #expect(try await listResources { $0.resourceTypeID = text(1025) }.hasPrefix("invalidArgument"))
        #expect(
            try await listResources { $0.parentResourceID = .init() }
                == "invalidArgument: parent resource: type: has 0 bytes, allowed are 1 to 1024")
        #expect(
            try await listResources { $0.parentResourceID = ResourceID("t", text(1025)).message }
                == "invalidArgument: parent resource: id: has 1025 bytes, allowed are 1 to 1024")
        #expect(try await listResources { $0.parentResourceID = ResourceID("t", text(1024)).message } == "nothing")
        #expect(try await listResources { $0.activeSyncID = text(1025) }.hasPrefix("invalidArgument: sync id"))
    }

    @Test func `counts bytes, not letters`() async throws {
        let umlauts = String(repeating: "ü", count: 513)
        #expect(try await listResources { $0.resourceTypeID = umlauts }.contains("has 1026 bytes"))
    }

    @Test func `has a token of at most a mebibyte and small pages`() async throws {
        #expect(try await listResources { $0.pageToken = text(1 << 20) } == "nothing")
        #expect(try await listResources { $0.pageToken = text((1 << 20) + 1) }.hasPrefix("invalidArgument: page token"))
        #expect(try await listResources { $0.pageSize = 250 } == "nothing")
        #expect(try await listResources { $0.pageSize = 251 }.hasPrefix("invalidArgument: page size"))
    }

    @Test func `for access names a resource of a size that may be sent`() async throws {
        let adapter = try adapter(Script())
        func complaint(_ resource: Resource?) async -> [String] {
            [
                await failure {
                    _ = try await adapter.listGrants(.with { if let resource { $0.resource = resource } })
                },
                await failure {
                    _ = try await adapter.listEntitlements(.with { if let resource { $0.resource = resource } })
                },
            ]
        }
        let id = ResourceID("user", "u1")
        for complaint in await complaint(nil) { #expect(complaint.hasPrefix("invalidArgument: resource: is missing")) }
        for complaint in await complaint(Resource(id, name: text(1025))) {
            #expect(complaint == "invalidArgument: display name of user/u1: has 1025 bytes, allowed are at most 1024")
        }
        for complaint in await complaint(Resource(id, name: "", description: text(2049))) {
            #expect(complaint.hasPrefix("invalidArgument: description of user/u1"))
        }
        let fitting = Resource(id, name: text(1024), description: text(2048))
        for complaint in await complaint(fitting) { #expect(complaint == "nothing") }
        var orphan = fitting
        orphan.parentResourceID = .init()
        for complaint in await complaint(orphan) { #expect(complaint.hasPrefix("invalidArgument: parent resource")) }
    }
}

@Suite struct `an answer` {
    private func listed(_ resource: Resource) async throws -> String {
        var script = Script()
        script.resources = { _, _ in Page([resource]) }
        script.one = { _, _ in resource }
        let adapter = try adapter(script)
        let listed = await failure { _ = try await adapter.listResources(.with { $0.resourceTypeID = "user" }) }
        let fetched = await failure {
            _ = try await adapter.getResource(.with { $0.resourceID = ResourceID("group", "g").message })
        }
        #expect(listed == fetched)
        return listed
    }

    @Test func `with an over-long value fails at once, with the name of the resource`() async throws {
        let id = ResourceID("user", "u1")
        #expect(try await listed(Resource(id, name: text(1024), description: text(2048))) == "nothing")
        #expect(
            try await listed(Resource(id, name: text(1025)))
                == "invalidArgument: resource user/u1: its display name has 1025 bytes, allowed are 1024. Shorten it in the connector."
        )
        #expect(
            try await listed(Resource(id, name: "", description: text(2049)))
                .hasPrefix("invalidArgument: resource user/u1: its description has 2049 bytes"))
        let long = try await listed(Resource(ResourceID("user", text(1025)), name: ""))
        #expect(long.contains("its id has 1025 bytes"))
        #expect(long.utf8.count < 300)
        #expect(
            try await listed(Resource(id, name: "", under: ResourceID("t", text(2000)))).contains("its parent's id has")
        )
    }

    @Test func `puts an entitlement into one exclusion group at most`() async throws {
        var entitlement = Entitlement.assignment("m", on: Resource(ResourceID("group", "g1"), name: ""))
        entitlement.annotations.append(
            carrying: C1_Connector_V2_EntitlementExclusionGroup.with { $0.exclusionGroupID = "a" })
        let single = entitlement
        entitlement.annotations.append(
            carrying: C1_Connector_V2_EntitlementExclusionGroup.with { $0.exclusionGroupID = "b" })
        for (row, start) in [
            (single, "nothing"), (entitlement, "invalidArgument: entitlement group:g1:m: belongs to 2"),
        ] {
            var script = Script()
            script.entitlements = { _, _ in Page([row]) }
            script.templates = { _ in Page([row]) }
            let adapter = try adapter(script)
            #expect(
                await failure {
                    _ = try await adapter.listEntitlements(
                        .with { $0.resource = Resource(ResourceID("user", "u1"), name: "") })
                }.hasPrefix(start))
            #expect(
                await failure { _ = try await adapter.listStaticEntitlements(.with { $0.resourceTypeID = "group" }) }
                    .hasPrefix(start))
        }
    }

    @Test func `has a next token that can be sent back`() async throws {
        var script = Script()
        script.resources = { _, _ in Page([], next: text((1 << 20) + 1)) }
        let adapter = try adapter(script)
        #expect(
            await failure { _ = try await adapter.listResources(.with { $0.resourceTypeID = "user" }) }
                .hasPrefix("invalidArgument: next page token"))
    }
}

@Suite struct `a validation` {
    private func run(
        failing errors: [ServiceError]
    ) async throws -> (outcome: String, waits: [Int64]) {
        let calls = Notes<Int>()
        let waits = Notes<Int64>()
        var script = Script()
        script.validate = {
            calls.add(1)
            if calls.all.count <= errors.count { throw errors[calls.all.count - 1] }
        }
        let retries = CallRetries(limit: 5, step: 1, now: { 1000 }, sleep: { waits.add($0) })
        let adapter = try ConnectorAdapter(
            ScriptedConnector([PlainSyncer()], script: script), retries: .init(validation: retries))
        let outcome = await failure { _ = try await adapter.validate() }
        return (outcome, waits.all)
    }

    @Test func `is tried again while the application is away, waiting longer each time`() async throws {
        let away = ServiceError(.unavailable, "away")
        let slow = ServiceError(.deadlineExceeded, "slow")
        #expect(try await run(failing: [away, slow, away]) == ("nothing", [1, 2, 3]))
        let lost = try await run(failing: Array(repeating: away, count: 9))
        #expect(lost == ("unavailable: validate failed: away", [1, 2, 3, 4, 5]))
    }

    @Test func `tells why it is tried again`() async throws {
        let lines = Notes<String>()
        var script = Script()
        let calls = Notes<Int>()
        script.validate = {
            calls.add(1)
            if calls.all.count == 1 { throw ServiceError(.unavailable, "away") }
        }
        let retries = CallRetries(limit: 5, step: 1, now: { 1000 }, sleep: { _ in })
        let log = Logger(label: "test") { _ in NotingHandler(lines: lines) }
        let adapter = try ConnectorAdapter(
            ScriptedConnector([PlainSyncer()], script: script), retries: .init(validation: retries), log: log)
        _ = try await adapter.validate()
        #expect(lines.all == ["warning: trying again after 1s because validate failed: away"])
    }

    private struct NotingHandler: LogHandler {
        let lines: Notes<String>
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let said = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            lines.add("\(event.level): \(event.message) \(said.joined(separator: " "))")
        }
    }

    @Test func `is not tried again when the answer is no`() async throws {
        let outcome = try await run(failing: [ServiceError(.unauthenticated, "token: expired")])
        #expect(outcome == ("unauthenticated: validate failed: token: expired", []))
    }

    @Test(arguments: [(1030, 0, 30), (1500, 0, 60), (1010, 4, 3), (900, 0, 1), (Int64.min, 0, 1), (1010, Int64.max, 1)])
    func `waits as long as the application asks, a minute at most`(reset: Int64, remaining: Int64, wait: Int64)
        async throws
    {
        let limited = ServiceError(
            .unavailable, "busy",
            rateLimit: .with {
                $0.resetAt = .with { $0.seconds = reset }
                $0.remaining = remaining
            })
        #expect(try await run(failing: [limited]).waits == [wait])
    }
}

@Suite struct `granting` {
    /// A provisioner that fails as told before it grants.
    private struct Doorkeeper: GrantProvisioner {
        let type = ResourceType("group", displayName: "Group", traits: [.group])
        let calls: Notes<Int>
        let errors: [ServiceError]

        func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> { Page([]) }

        func grant(_ entitlement: Entitlement, to principal: Resource) async throws -> Provisioned {
            calls.add(1)
            if calls.all.count <= errors.count { throw errors[calls.all.count - 1] }
            return .changed
        }

        func revoke(_ grant: Grant) async throws -> Provisioned { .alreadySo }
    }

    private func attempt(_ errors: [ServiceError]) async throws -> (outcome: String, calls: Int, waits: [Int64]) {
        let waits = Notes<Int64>()
        let keeper = Doorkeeper(calls: Notes(), errors: errors)
        let adapter = try ConnectorAdapter(
            ScriptedConnector([keeper]),
            retries: .init(provisioning: CallRetries(limit: 3, step: 15, now: { 1000 }, sleep: { waits.add($0) })))
        let outcome = await failure {
            _ = try await adapter.grant(.with { $0.entitlement.resource.id = ResourceID("group", "g1").message })
        }
        return (outcome, keeper.calls.all.count, waits.all)
    }

    @Test func `is tried again while the application is away`() async throws {
        let away = ServiceError(.unavailable, "away")
        let patient = try await attempt([away, away, away])
        #expect(patient.outcome == "nothing")
        #expect(patient.waits == [15, 30, 45])
        let hopeless = try await attempt([away, away, away, away])
        #expect(hopeless.outcome == "unavailable: grant failed: away")
        #expect(hopeless.calls == 4)
    }

    @Test func `is not tried again when it was refused`() async throws {
        let refused = try await attempt([ServiceError(.permissionDenied, "no")])
        #expect(refused.outcome == "permissionDenied: grant failed: no")
        #expect(refused.calls == 1)
    }

    @Test func `says when nothing was there to revoke`() async throws {
        let adapter = try ConnectorAdapter(ScriptedConnector([Doorkeeper(calls: Notes(), errors: [])]))
        let answer = try await adapter.revoke(
            .with { $0.grant.entitlement.resource.id = ResourceID("group", "g1").message })
        #expect(answer.annotations.contains(C1_Connector_V2_GrantAlreadyRevoked.self))
    }
}
