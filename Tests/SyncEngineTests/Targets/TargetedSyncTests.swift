import AccessModel
import BatonWire
import C1Z
import Foundation
import Logging
import SwiftProtobuf
import SyncEngine
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Orgs with teams, teams with repos; who is asked for what is written down.
private func nestedTeams(_ calls: Notes<String>) -> ScriptedClient {
    var client = ScriptedClient()
    let types = ["org", "team", "repo"].map { ResourceType($0, displayName: $0) }
    @Sendable func make(_ id: ResourceID, under parent: ResourceID? = nil, holding children: [String] = []) -> Resource
    {
        var resource = Resource(id, name: id.value, under: parent)
        resource.addChildren(ofTypes: children)
        return resource
    }
    client.types = { _ in .init(rows: types) }
    client.resource = { id, parent in
        calls.add("get \(id) under \(parent?.description ?? "-")")
        switch id {
        case ResourceID("org", "o1"): return make(id, holding: ["team", "repo"])
        case ResourceID("team", "t1"): return make(id, under: parent, holding: ["repo"])
        case ResourceID("org", "gone"): return nil
        case ResourceID("org", "lost"): throw ServiceError(.notFound, "lost")
        case ResourceID("org", "whole"): throw ServiceError(.unimplemented, "only whole types")
        default: return make(id)
        }
    }
    client.resources = { call in
        calls.add("\(call.type) under \(call.resource?.description ?? "-")")
        switch (call.type, call.resource?.value) {
        case ("team", "o1"):
            return .init(rows: [make(ResourceID("team", "t1"), under: call.resource, holding: ["repo"])])
        case ("repo", "t1"): return .init(rows: [make(ResourceID("repo", "r1"), under: call.resource)])
        default: return .init()
        }
    }
    client.entitlements = { call in
        calls.add("entitlements of \(call.whole.identity)")
        return .init(rows: [.permission("admin", on: call.whole)])
    }
    client.grants = { call in
        calls.add("grants on \(call.whole.identity)")
        return .init(rows: [Grant("admin", on: call.whole.identity, to: ResourceID("user", "u1"))])
    }
    return client
}

@Suite struct `a targeted sync` {
    private func sync(_ targets: String...) throws -> TestSync {
        var sync = try TestSync()
        sync.targets = try targets.map { try SyncTarget(parsing: $0) }
        return sync
    }

    @Test func `holds what was asked for with its access, and what lives under it without`() async throws {
        let calls = Notes<String>()
        let contents = try await sync("bid:r:org/o1").contents(of: nestedTeams(calls))
        #expect(contents.run.type == .partial)
        #expect(contents.ids(.resourceType) == ["org", "repo", "team"])
        #expect(contents.ids(.resource) == ["org/o1", "repo/r1", "team/t1"])
        #expect(contents.ids(.entitlement) == ["org:o1:admin"])
        #expect(contents.ids(.grant) == ["org:o1:admin:user:u1"])
        #expect(
            calls.all == [
                "get org/o1 under -", "team under org/o1", "repo under org/o1", "repo under team/t1",
                "entitlements of org/o1", "grants on org/o1",
            ])
    }

    @Test func `tells the connector the parent it was given`() async throws {
        let calls = Notes<String>()
        let contents = try await sync("bid:r:org/o1/team/t1").contents(of: nestedTeams(calls))
        #expect(calls.all.first == "get team/t1 under org/o1")
        #expect(try contents.resource("team/t1")?.parent == ResourceID("org", "o1"))
    }

    @Test func `asks for each target once, and for none outside the filter`() async throws {
        let calls = Notes<String>()
        var sync = try sync("bid:r:org/o2", "bid:r:team/t9", "bid:r:org/o2", "bid:r:org/o3")
        sync.types = ["org"]
        let contents = try await sync.contents(of: nestedTeams(calls))
        #expect(contents.ids(.resource) == ["org/o2", "org/o3"])
        // The last target is the first.
        #expect(calls.all.filter { $0.hasPrefix("get") } == ["get org/o3 under -", "get org/o2 under -"])
    }

    @Test func `of nothing but other types is refused, before the file is touched`() async throws {
        var sync = try sync("bid:r:team/t1")
        sync.types = ["org"]
        let error = try await sync.failure(of: nestedTeams(Notes()))
        #expect("\(error)".contains("--sync-resources") && "\(error)".contains("--sync-resource-types"))
        #expect(throws: C1ZError.self) { try C1ZFile.open(sync.file) }
    }

    @Test(arguments: [
        ("bid:r:org/gone", "skipping resource due to not found"),
        ("bid:r:org/lost", "skipping resource due to not found"),
        ("bid:r:org/whole", "skipping resource due to unimplemented connector"),
    ]) func `goes on without what can't be had`(target: String, words: String) async throws {
        let sync = try sync(target, "bid:r:org/o2")
        let outcome = try await sync.run(nestedTeams(Notes()))
        #expect(outcome.stats.resources == 1)
        let lines = sync.log.lines(words)
        #expect(lines.count == 1)
        #expect(lines.first?.level == .warning)
        #expect(lines.first?.text("resource_type_id") == "org")
        #expect(lines.first?.text("resource_id") == target.split(separator: "/").last.map(String.init))
    }

    @Test func `counts a target of a type that isn't stored as a warning`() async throws {
        let outcome = try await sync("bid:r:planet/p1").run(nestedTeams(Notes()))
        #expect(outcome.warnings.count == 1)
        #expect(outcome.stats.resources == 0)
    }

    @Test func `ends with the connector's error`() async throws {
        var client = nestedTeams(Notes())
        client.resource = { _, _ in throw ServiceError(.permissionDenied, "no") }
        let error = try await sync("bid:r:org/o1").failure(of: client)
        #expect(StatusCode(of: error) == .permissionDenied)
        #expect("\(error)".contains("org/o1"))
    }

    @Test func `fetches the resource behind an entitlement that is granted elsewhere, once`() async throws {
        let calls = Notes<String>()
        var client = nestedTeams(calls)
        client.grants = { call in
            .init(rows: ["u1", "u2"].map { Grant("admin", on: ResourceID("repo", "r9"), to: ResourceID("user", $0)) })
        }
        let contents = try await sync("bid:r:org/o2").contents(of: client)
        #expect(contents.ids(.resource) == ["org/o2", "repo/r9"])
        #expect(contents.ids(.grant) == ["repo:r9:admin:user:u1", "repo:r9:admin:user:u2"])
        #expect(calls.all.filter { $0 == "get repo/r9 under -" }.count == 1)
        // Neither the holders nor the other resource's access are asked for.
        #expect(!calls.all.contains { $0.contains("user") || $0.contains("of repo/r9") })
    }

    @Test func `keeps the grants of a page beside one on a resource of a type that isn't stored`() async throws {
        let calls = Notes<String>()
        var client = nestedTeams(calls)
        client.grants = { call in
            .init(
                rows: [ResourceID("planet", "mars"), ResourceID("planet", "mars"), ResourceID("repo", "r9")]
                    .enumerated().map {
                        Grant("admin", on: $1, to: ResourceID("user", "u\($0)"))
                    })
        }
        let sync = try sync("bid:r:org/o2")
        let outcome = try await sync.run(client)
        #expect(outcome.warnings.isEmpty)
        let contents = try Contents(of: sync.file)
        #expect(contents.ids(.resource) == ["org/o2", "repo/r9"])
        #expect(
            contents.ids(.grant) == ["planet:mars:admin:user:u0", "planet:mars:admin:user:u1", "repo:r9:admin:user:u2"])
        #expect(contents.run.token.contains(#""grant_resources_dropped":1"#))
        #expect(!calls.all.contains { $0.contains("planet") })
    }

    @Test func `keeps the grants of a page whose resource turns out to be another`() async throws {
        var client = nestedTeams(Notes())
        let other = client.resource
        client.resource = { id, parent in
            id.type == "repo" ? Resource(ResourceID("planet", "mars"), name: "Mars") : try await other(id, parent)
        }
        client.grants = { call in
            .init(rows: [Grant("admin", on: ResourceID("repo", "r9"), to: ResourceID("user", "u"))])
        }
        let contents = try await sync("bid:r:org/o2").contents(of: client)
        #expect(contents.ids(.resource) == ["org/o2"])
        #expect(contents.ids(.grant) == ["repo:r9:admin:user:u"])
    }

    @Test func `takes the resources that come with grants, whatever their type`() async throws {
        let calls = Notes<String>()
        var client = nestedTeams(calls)
        client.grants = { call in
            var grants = [ResourceID("planet", "mars"), ResourceID("", "x")].map {
                Grant("admin", on: $0, to: ResourceID("user", "u1"))
            }
            grants[0].entitlement.resource.displayName = "Mars"
            return .init(rows: grants, annotations: [Annotation(carrying: C1_Connector_V2_InsertResourceGrants())])
        }
        let contents = try await sync("bid:r:org/o2").contents(of: client)
        #expect(try contents.resource("planet/mars")?.displayName == "Mars")
        #expect(contents.ids(.resource) == ["org/o2", "planet/mars"])
        #expect(contents.ids(.grant) == ["planet:mars:admin:user:u1"])
        #expect(contents.run.token.contains(#""grant_resources_dropped":1"#))
        #expect(!calls.all.contains { $0.hasPrefix("get planet") })
    }

    @Test func `leaves grants out, or entitlements too, when told to`() async throws {
        var withoutGrants = try sync("bid:r:org/o1")
        withoutGrants.skipsGrants = true
        let some = try await withoutGrants.contents(of: nestedTeams(Notes()))
        #expect(some.ids(.entitlement) == ["org:o1:admin"] && some.ids(.grant).isEmpty)
        #expect(some.run.token.contains(#""should_skip_grants":true"#))
        var withoutAccess = try sync("bid:r:org/o1")
        withoutAccess.skipsEntitlementsAndGrants = true
        let none = try await withoutAccess.contents(of: nestedTeams(Notes()))
        #expect(none.ids(.entitlement).isEmpty && none.ids(.grant).isEmpty)
        #expect(none.run.type == .partial)
    }

    @Test func `lists no access of types that are listed as a whole or skipped`() async throws {
        var client = nestedTeams(Notes())
        client.types = { _ in
            .init(rows: [
                ResourceType("org", displayName: "Org", annotations: [SkipEntitlementsAndGrants()]),
                ResourceType(
                    "team", displayName: "Team",
                    annotations: [C1_Connector_V2_TypeScopedGrants(), C1_Connector_V2_TypeScopedEntitlements()]),
            ])
        }
        let contents = try await sync("bid:r:org/o2", "bid:r:team/t2").contents(of: client)
        #expect(contents.ids(.resource) == ["org/o2", "team/t2"])
        #expect(contents.ids(.entitlement).isEmpty && contents.ids(.grant).isEmpty)
    }

    @Test func `expands nothing`() async throws {
        var sync = try sync("bid:r:group/g0", "bid:r:role/admin")
        sync.workers = 2
        let contents = try await sync.contents(of: SmallDirectory.nested.client)
        #expect(try contents.grants.allSatisfy { $0.sources.sources.isEmpty })
        #expect(contents.rows(.grant).contains { $0.needsExpansion })
    }

    @Test func `takes no full sync's place in the file`() async throws {
        var sync = try TestSync()
        sync.environment = ["BATON_KEEP_SYNC_COUNT": "1"]
        let full = try await sync.run(SmallDirectory.example.client)
        for _ in 0..<3 {
            sync.targets = [SyncTarget(ResourceID("group", "g1"))]
            try await sync.run(SmallDirectory.example.client)
        }
        let runs = try C1ZFile.open(sync.file).syncRuns()
        #expect(runs.first?.id == full.syncID)
        #expect(runs.dropFirst().allSatisfy { $0.parentID == full.syncID && $0.type == .partial })
        #expect(runs.count == 4)
    }
}

@Suite struct `a targeted sync that was stopped` {
    private static let targets = ["bid:r:group/g0", "bid:r:group/g3", "bid:r:user/u1", "bid:r:role/admin"]

    private static func sync(into file: String? = nil, _ targets: [String] = targets) throws -> TestSync {
        var sync = try TestSync(into: file)
        sync.targets = try targets.map { try SyncTarget(parsing: $0) }
        return sync
    }

    @Test(arguments: [1, 2, 4, 6, 8, 10, 12]) func `goes on with the next run for the same`(failing: Int) async throws {
        let undisturbed = try await Self.sync().contents(of: SmallDirectory.nested.client)
        let calls = Mutex(0)
        let sync = try Self.sync()
        _ = try await sync.failure(
            of: SmallDirectory.nested.client.striking {
                let call = calls.withLock { count in
                    count += 1
                    return count
                }
                if call == failing { throw ServiceError(.internal, "boom") }
            })
        let unfinished = try #require(try sync.unfinished())
        let outcome = try await Self.sync(into: sync.file, Self.targets.reversed()).run(SmallDirectory.nested.client)
        #expect(outcome.isResumed && outcome.syncID == unfinished.id)
        expectSame(try Contents(of: sync.file, sync: outcome.syncID), as: undisturbed)
    }

    @Test(arguments: [1, 4]) func `by a kill at any moment goes on from there`(workers: Int) async throws {
        let undisturbed = try await Self.sync().contents(of: SmallDirectory.nested.client)
        let looks = Notes<Int>()
        var probe = try eventfulSync(into: Temporary.path()) { looks.add($0) }
        probe.targets = try Self.targets.map { try SyncTarget(parsing: $0) }
        try await probe.run(SmallDirectory.nested.client)
        #expect(looks.count > 20)
        for moment in stride(from: workers, through: looks.count, by: 3) {
            let file = try Temporary.path()
            await #expect(processExitsWith: .signal(SIGKILL), "at \(moment) of \(looks.count)") {
                [file = file as String, moment = moment as Int, workers = workers as Int] in
                var sync = try eventfulSync(into: file) { number in
                    if number == moment { kill(getpid(), SIGKILL) }
                }
                sync.targets = try Self.targets.map { try SyncTarget(parsing: $0) }
                sync.workers = workers
                try await sync.run(SmallDirectory.nested.client)
            }
            let again = try Self.sync(into: file)
            expectSame(
                try await again.contents(of: SmallDirectory.nested.client), as: undisturbed, "killed at \(moment)")
        }
    }

    @Test func `is left alone by one for others, and by one without grants`() async throws {
        var broken = SmallDirectory.nested.client
        broken.grants = { _ in throw ServiceError(.internal, "boom") }
        let first = try Self.sync()
        _ = try await first.failure(of: broken)
        let unfinished = try #require(try first.unfinished())
        let other = try await Self.sync(into: first.file, ["bid:r:group/g1"]).run(SmallDirectory.nested.client)
        #expect(!other.isResumed)
        var less = try Self.sync(into: first.file)
        less.skipsGrants = true
        #expect(try await !less.run(SmallDirectory.nested.client).isResumed)
        let again = try await Self.sync(into: first.file).run(SmallDirectory.nested.client)
        #expect(again.isResumed && again.syncID == unfinished.id)
    }
}
