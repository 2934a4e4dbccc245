import AccessModel
import C1Z
import DemoConnector
import SyncEngine
import Testing
import WireForm

@Suite(.enabled(if: Fixtures.areAvailable, Fixtures.absence))
struct `a synced model with the identities of another file` {
    private func sync(workers: Int) async throws -> TestSync {
        // The directory as the reference wrote it.
        var sync = try TestSync()
        sync.workers = workers
        sync.external = ExternalResources(file: Fixtures.file("basic-sqlite"))
        return sync
    }

    @Test(arguments: [1, 4, 16]) func `has the records of the reference's file byte for byte`(workers: Int) async throws
    {
        let contents = try await sync(workers: workers).contents(of: try await DemoConnector.serving(model: "extapp"))
        let golden = try Contents(of: Fixtures.file("external-sqlite"))
        #expect(golden.rows(.grant).count == 42)
        expectSame(contents, as: golden)
        #expect(contents.run.storedStats == golden.run.storedStats)
        #expect(contents.run.verification == golden.run.verification)
        #expect(contents.run.supportsDiff == golden.run.supportsDiff)
        #expect(try facts(of: contents.run.token) == facts(of: golden.run.token))
    }

    @Test func `has them with a directory that was synced here, too`() async throws {
        let directory = try TestSync()
        try await directory.run(try await DemoConnector.serving(model: "basic"))
        var sync = try TestSync()
        sync.external = ExternalResources(file: directory.file)
        let contents = try await sync.contents(of: try await DemoConnector.serving(model: "extapp"))
        expectSame(contents, as: try Contents(of: Fixtures.file("external-sqlite")))
    }

    /// The members of a token that don't count actions, which the asset step adds to.
    private func facts(of token: String) throws -> [String] {
        try JSONValue(parsing: Array(token.utf8)).members
            .filter { !["current_action_id", "completed_actions_count"].contains($0.name) }
            .map { "\($0.name) \($0.value.text)" }
    }
}
