import AccessModel
import BatonWire
import C1Z
import SwiftProtobuf
import SyncEngine
import Synchronization
import Testing

/// An error that ends a sync between two pages.
private struct Cut: Error {}

@Suite struct `a sync that was stopped` {
    private let file: String

    init() throws {
        file = try Temporary.path()
    }

    private func sync(of types: [String] = []) throws -> TestSync {
        var sync = try TestSync(into: file)
        sync.types = types
        return sync
    }

    /// The directory, with a connector that breaks when grants are asked for.
    private var broken: ScriptedClient {
        var client = SmallDirectory.example.client
        client.grants = { _ in throw Cut() }
        return client
    }

    @Test func `is not finished by repeating a filter that can't be right`() async throws {
        for _ in 0..<2 {
            let error = try await sync(of: ["user", "grup"]).failure(of: SmallDirectory.example.client)
            #expect("\(error)".contains("invalid resource type 'grup' in filter"))
            #expect("\(error)".contains("can be: user, group, role."))
        }
        let outcome = try await sync(of: ["user", "group"]).run(SmallDirectory.example.client)
        #expect(outcome.stats.resourceTypes == 2)
        #expect(outcome.stats.resources == 4)
        #expect(outcome.stats.entitlements == 2)
        // What the wrong filter collected is of no use to anybody.
        #expect(try C1ZFile.open(file).syncRuns().map(\.id) == [outcome.syncID])
    }

    @Test(arguments: [([], ["user"]), (["user"], []), (["user", "group"], ["user"])] as [([String], [String])])
    func `is left alone by one of other types`(first: [String], second: [String]) async throws {
        _ = try await sync(of: first).failure(of: broken(for: first))
        let unfinished = try #require(try sync().unfinished())
        let outcome = try await sync(of: second).run(SmallDirectory.example.client)
        #expect(!outcome.isResumed)
        #expect(outcome.stats.resourceTypes == (second.isEmpty ? 3 : Int64(second.count)))
        // With the same types again it goes on, whatever their order.
        let again = try await sync(of: first.reversed()).run(SmallDirectory.example.client)
        #expect(again.isResumed)
        #expect(again.syncID == unfinished.id)
    }

    private func broken(for types: [String]) -> ScriptedClient {
        var client = broken
        guard types == ["user"] else { return client }
        client.resources = { _ in throw Cut() }
        return client
    }

    @Test func `starts anew when what it collected can't be expanded`() async throws {
        var wrong = SmallDirectory.example
        wrong.grants.append(
            Grant("assigned", on: ResourceID("role", "admin"), to: ResourceID("group", "g1")).expandingForeign())
        let log = try sync()
        let error = try await log.failure(of: wrong.client)
        #expect("\(error)".contains("did not match grant principal id"))
        #expect(log.log.lines("the sync stopped before its end; run the same command again to go on from here").isEmpty)
        var mended = SmallDirectory.example
        mended.nest("g1", into: "assigned", on: "role/admin")
        mended.grant("member", on: "group/g1", to: "user/alice")
        let outcome = try await sync().run(mended.client)
        #expect(!outcome.isResumed)
        let fresh = try await TestSync().contents(of: mended.client)
        expectSame(try Contents(of: file, sync: outcome.syncID), as: fresh)
    }

    @Test func `is not finished by running it again after too many warnings`() async throws {
        var directory = SmallDirectory()
        for number in 0..<40 { directory.addGroup("g\(number)") }
        var client = directory.client
        client.entitlements = { _ in throw ServiceError(.notFound, "gone") }
        for _ in 0..<3 {
            let error = try await sync().failure(of: client)
            #expect("\(error)".hasPrefix("too many warnings"))
        }
        #expect(try C1ZFile.open(file).syncRuns().allSatisfy { !$0.isFinished })
    }

    @Test func `keeps its warnings`() async throws {
        var directory = SmallDirectory.example
        directory.addGroup("lost")
        let whole = directory.client
        var client = whole
        client.entitlements = { call in
            if call.resource?.value == "lost" { throw ServiceError(.notFound, "lost is gone") }
            return try await whole.entitlements(call)
        }
        let resumable = client
        client.grants = { _ in throw Cut() }
        _ = try await sync().failure(of: client)
        let outcome = try await sync().run(resumable)
        #expect(outcome.isResumed)
        #expect(outcome.warnings.count == 1)
        #expect(try C1ZFile.open(file).sync(outcome.syncID).token.contains("lantern") == false)
    }
}

extension Grant {
    /// Expands an entitlement that isn't one of its principal's.
    fileprivate func expandingForeign() -> Grant {
        var grant = self
        grant.annotations.append(carrying: GrantExpandable.with { $0.entitlementIds = ["group:g2:member"] })
        return grant
    }
}
