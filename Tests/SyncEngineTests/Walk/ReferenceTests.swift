import AccessModel
import BatonWire
import C1Z
import Logging
import SyncEngine
import Testing

@Suite struct `a full sync into a file of version 3` {
    private func directory() -> SmallDirectory {
        var directory = SmallDirectory()
        directory.addUser("u0")
        directory.addGroup("g0")
        directory.grant("member", on: "group/g0", to: "user/u0")
        return directory
    }

    private func sync(_ directory: SmallDirectory) throws -> TestSync {
        var sync = try TestSync()
        sync.engine = .pebble
        return sync
    }

    private static let stamps = "[\"I5\",\"I10\",\"I7\",\"I3\",\"I8\",\"I9\"]"

    @Test func `says that every reference was followed`() async throws {
        let sync = try sync(directory())
        let outcome = try await sync.run(directory().client)
        let run = try C1ZFile.open(sync.file).sync(outcome.syncID)
        #expect(run.verification.coverage == Self.stamps)
        #expect(!sync.log.messages.contains { $0.contains("invariant") })
    }

    @Test func `warns of what is referred to and isn't there`() async throws {
        var directory = directory()
        directory.grant("member", on: "group/g0", to: "user/ghost")
        directory.grant("member", on: "group/g0", to: "robot/r2")
        directory.grant("owner", on: "group/g0", to: "user/u0")
        let sync = try sync(directory)
        let outcome = try await sync.run(directory.client)
        let principals = try #require(sync.log.all.first { $0.message.hasPrefix("ingest invariant I9: ") })
        #expect(principals.level == .warning)
        #expect(principals.text("count") == "1" && principals.text("of_types_synced") == "1")
        #expect(principals.text("examples")?.contains("ghost") == true)
        let entitlements = try #require(sync.log.all.first { $0.message.hasPrefix("ingest invariant I8: ") })
        #expect(entitlements.text("examples")?.contains("group:g0:owner") == true)
        let run = try C1ZFile.open(sync.file).sync(outcome.syncID)
        #expect(run.isFinished && run.verification.coverage == Self.stamps)
        #expect(run.token.contains("\"reason_flags\":"))
    }

    @Test func `fails when a grant was to bring its resource along and didn't`() async throws {
        var directory = directory()
        directory.grant("member", on: "group/absent", to: "user/u0")
        let sync = try sync(directory)
        var client = directory.client
        let grants = client.grants
        client.grants = { call in
            var answer = try await grants(call)
            if call.resource == ResourceID("group", "g0") {
                var lost = Grant("member", on: ResourceID("group", "absent"), to: ResourceID("user", "u0"))
                lost.annotations.append(carrying: C1_Connector_V2_InsertResourceGrants())
                answer.rows.append(lost)
            }
            return answer
        }
        let error = try await sync.failure(of: client)
        #expect("\(error)".hasPrefix("ingest invariant I3 violated: grants reference resource group/absent"))
        #expect(try sync.unfinished() != nil)
    }

    @Test func `says which syncs of an older file make way, and in a newer one that the engine stays`() async throws {
        var first = try TestSync()
        try await first.run(directory().client)
        try await first.run(directory().client)
        let before = try C1ZFile.open(first.file).syncRuns().map(\.id)
        #expect(before.count == 2)
        first.engine = .pebble
        let outcome = try await first.run(directory().client)
        #expect(try C1ZFile.open(first.file).syncRuns().map(\.id) == [outcome.syncID])
        let told = try #require(first.log.all.first { $0.message.contains("make way") }?.text("sync_ids"))
        #expect(before.allSatisfy { told.contains($0) })
        first.engine = .sqlite
        try await first.run(directory().client)
        #expect(try C1ZFile.open(first.file).engine == .pebble)
        #expect(first.log.messages.contains { $0.hasPrefix("the file keeps the storage engine it has") })
    }
}
