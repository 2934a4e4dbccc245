import AccessModel
import C1Z
import DemoConnector
import Foundation
import Testing

@testable import SyncEngine

@Suite(.enabled(if: Fixtures.areAvailable, Fixtures.absence)) struct `an unfinished sync of the reference` {
    private static let files = ["unfinished-sqlite", "unfinished2-sqlite"]

    @Test(arguments: files + ["resumed-sqlite", "multi-sqlite", "nested-sqlite"]) func `has a token that can be read`(
        file: String
    ) throws {
        for run in try C1ZFile.open(Fixtures.file(file)).syncRuns() {
            let state = try SyncState(token: run.token)
            #expect(state.token == run.token)
            #expect(state.top == nil || !run.isFinished)
        }
    }

    @Test(arguments: files) func `is gone on with and becomes what an undisturbed sync is`(name: String) async throws {
        let file = try Fixtures.copy(name)
        let unfinished = try #require(try C1ZFile.open(file).syncRuns().last)
        #expect(!unfinished.isFinished)
        let start = try #require(unfinished.startedAt)
        var sync = try TestSync(into: file)
        sync.clock = { StoredTime(seconds: start.seconds + 3600, nanos: 5) }
        let model = try await DemoConnector.serving(model: "slow")
        let outcome = try await sync.run(model)
        #expect(outcome.isResumed)
        #expect(outcome.syncID == unfinished.id)
        let contents = try Contents(of: file, sync: outcome.syncID)
        #expect(contents.run.startedAt == start)
        #expect(contents.run.isFinished)
        expectSame(contents, as: try await TestSync().contents(of: model))
        expectSame(contents, as: try Contents(of: Fixtures.file("resumed-sqlite")))
        let line = try #require(sync.log.lines("resumed previous sync").first)
        #expect(line.text("sync_id") == unfinished.id)
        #expect(line.text("current_action_op") == "list-resource-types")
        #expect(line.text("completed_actions") == "1")
        #expect(
            Set(line.fields.keys) == [
                "sync_id", "sync_type", "current_action_op", "current_action_resource_id",
                "current_action_resource_type_id", "current_action_page_token", "needs_expansion",
                "has_external_resources_grants", "should_fetch_related_resources",
                "should_skip_entitlements_and_grants", "should_skip_grants", "graph_loaded", "graph_has_no_cycles",
                "graph_depth", "graph_actions", "graph_edges", "graph_nodes", "completed_actions",
            ])
    }

    @Test(arguments: [(7 * 24 * 3600, true), (7 * 24 * 3600 + 1, false)]) func `is gone on with for seven days`(
        age: Int, isResumed: Bool
    ) async throws {
        let file = try Fixtures.copy("unfinished-sqlite")
        let start = try #require(try C1ZFile.open(file).syncRuns().last?.startedAt)
        var sync = try TestSync(into: file)
        sync.clock = { StoredTime(seconds: start.seconds + Int64(age), nanos: 0) }
        let outcome = try await sync.run(try await DemoConnector.serving(model: "slow"))
        #expect(outcome.isResumed == isResumed)
        // The old one isn't thrown away.
        #expect(try C1ZFile.open(file).syncRuns().count == (isResumed ? 1 : 2))
    }

    @Test func `is left alone by a sync of another type`() async throws {
        let file = try Fixtures.copy("unfinished-sqlite")
        let start = try #require(try C1ZFile.open(file).syncRuns().last?.startedAt)
        var sync = try TestSync(into: file)
        sync.skipsEntitlementsAndGrants = true
        sync.clock = { StoredTime(seconds: start.seconds + 60, nanos: 0) }
        let outcome = try await sync.run(try await DemoConnector.serving(model: "slow"))
        #expect(!outcome.isResumed)
        #expect(try C1ZFile.open(file).syncRuns().map(\.isFinished) == [false, true])
    }
}

@Suite struct `an unfinished sync` {
    /// A file with an unfinished sync that has this token.
    private func file(token: String) throws -> String {
        let path = try Temporary.path()
        let writer = try C1ZFile.write(path)
        _ = try writer.startSync(.full, parent: "")
        try writer.commit(reaching: token)
        _ = try writer.save()
        return path
    }

    @Test func `with a broken token is refused and stays as it is`() async throws {
        let file = try file(token: "{broken")
        let before = try Data(contentsOf: URL(filePath: file))
        let sync = try TestSync(into: file)
        let error = try await sync.failure(of: SmallDirectory.example.client)
        #expect("\(error)".contains("syncer token corrupt"))
        #expect("\(error)".hasPrefix(file))
        #expect(StatusCode(of: error) == .unknown)
        #expect(try Data(contentsOf: URL(filePath: file)) == before)
        #expect(!FileManager.default.fileExists(atPath: workFolder(of: file)))
    }

    @Test func `with an unknown step is refused and stays as it is`() async throws {
        let token =
            #"{"actions_map":{"0000000001":{"operation":"dance"}},"action_order":["0000000001"],"version":1}"#
        let file = try file(token: token)
        let error = try await TestSync(into: file).failure(of: SmallDirectory.example.client)
        #expect("\(error)".contains("dance"))
        #expect(try C1ZFile.open(file).syncRuns().last?.token == token)
    }

    private func token(planning step: String) -> String {
        #"{"actions_map":{"0000000001":{"operation":"\#(step)"}},"action_order":["0000000001"],"version":1}"#
    }

    @Test func `with a target that names no resource is refused`() async throws {
        let file = try file(token: token(planning: "targeted-resource-sync"))
        let error = try await TestSync(into: file).failure(of: SmallDirectory.example.client)
        #expect("\(error)".contains("names no resource"))
        #expect(try C1ZFile.open(file).syncRuns().last?.token.contains("targeted-resource-sync") == true)
    }

    @Test func `that matches another file goes on only with such a file`() async throws {
        let file = try file(token: token(planning: "list-external-resources"))
        #expect(try await !TestSync(into: file).run(SmallDirectory.example.client).isResumed)
        var sync = try TestSync(into: file)
        sync.external = ExternalResources(file: try await DirectoryFile().file)
        let outcome = try await sync.run(SmallDirectory.example.client)
        #expect(outcome.isResumed)
        #expect(try Contents(of: file, sync: outcome.syncID).ids(.resource).contains("user/ada"))
    }

    @Test func `that doesn't know its quality says so in its token`() async throws {
        let file = try file(token: #"{"version":1}"#)
        let sync = try TestSync(into: file)
        let outcome = try await sync.run(SmallDirectory.example.client)
        #expect(outcome.isResumed)
        let token = try Contents(of: file).run.token
        #expect(token.contains(#""ingest_quality":{"source_cache_replay_blocked":true,"reason_flags":96}"#))
    }

    @Test func `passes on what others noted in its token`() async throws {
        let file = try file(
            token:
                #"{"ingest_quality":{},"step_durations_ms":{"list-grants":5},"compaction":{"mode":"fold"},"version":1}"#
        )
        try await TestSync(into: file).run(SmallDirectory.example.client)
        let token = try Contents(of: file).run.token
        #expect(token.contains(#""step_durations_ms":{"list-grants":5},"compaction":{"mode":"fold"}"#))
    }

    @Test func `of version 0 is gone on with`() async throws {
        let file = try file(
            token: #"{"actions":[{"operation":"list-grants"}],"current_action":{"operation":"list-resource-types"}}"#)
        let sync = try TestSync(into: file)
        let outcome = try await sync.run(SmallDirectory.example.client)
        #expect(outcome.isResumed)
        #expect(try Contents(of: file).ids(.resourceType) == ["group", "role", "user"])
    }
}
