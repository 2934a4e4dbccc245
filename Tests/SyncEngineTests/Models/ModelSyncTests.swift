import AccessModel
import C1Z
import ConnectorKit
import DemoConnector
import SwiftProtobuf
import Testing
import WireForm

/// Models, one sync after the other, and the golden file that the reference made from them.
struct ModelSync: Sendable, CustomTestStringConvertible {
    let models: [String]
    var golden: String
    var types: [String] = []
    var skipsEntitlementsAndGrants = false
    var engine = StorageEngine.sqlite

    var testDescription: String { "\(models.joined(separator: ", then ")) as \(golden)" }

    static let all = version1 + version1.map(\.inVersion3)

    /// The same, stored in Pebble.
    private var inVersion3: ModelSync {
        var copy = self
        copy.engine = .pebble
        copy.golden = golden.replacing("-sqlite", with: "-pebble")
        return copy
    }

    private static let version1 = [
        ModelSync(models: ["basic"], golden: "basic-sqlite"),
        ModelSync(models: ["nested"], golden: "nested-sqlite"),
        ModelSync(models: ["nested"], golden: "workers-sqlite"),
        ModelSync(models: ["hierarchy"], golden: "hierarchy-sqlite"),
        ModelSync(models: ["kitchen"], golden: "kitchen-sqlite"),
        ModelSync(models: ["empty"], golden: "empty-sqlite"),
        ModelSync(models: ["assets"], golden: "assets-sqlite"),
        ModelSync(models: ["series1", "series2", "series3"], golden: "multi-sqlite"),
        ModelSync(models: ["slow"], golden: "resumed-sqlite"),
        ModelSync(models: ["basic"], golden: "types-only-sqlite", types: ["user", "group"]),
        ModelSync(models: ["basic"], golden: "skip-eg-sqlite", skipsEntitlementsAndGrants: true),
    ]

    /// Syncs the models into a new file.
    func run(workers: Int) async throws -> String {
        var sync = try TestSync()
        sync.workers = workers
        sync.types = types
        sync.skipsEntitlementsAndGrants = skipsEntitlementsAndGrants
        sync.engine = engine
        for model in models { try await sync.run(try await DemoConnector.serving(model: model)) }
        return sync.file
    }
}

@Suite(.enabled(if: Fixtures.areAvailable, Fixtures.absence)) struct `a synced model` {
    @Test(arguments: ModelSync.all, [1, 4, 16]) func `has the records of the reference's file byte for byte`(
        model: ModelSync, workers: Int
    ) async throws {
        let file = try await model.run(workers: workers)
        let ours = try C1ZFile.open(file).syncRuns()
        let golden = try C1ZFile.open(Fixtures.file(model.golden)).syncRuns()
        #expect(ours.count == golden.count)
        for (one, other) in zip(ours, golden) {
            let contents = try Contents(of: file, sync: one.id)
            let reference = try Contents(of: Fixtures.file(model.golden), sync: other.id)
            #expect(!reference.rows(.resourceType).isEmpty)
            expectSame(contents, as: reference)
        }
    }

    @Test(arguments: ModelSync.all) func `has the sync record of the reference's file`(model: ModelSync) async throws {
        let ours = try C1ZFile.open(try await model.run(workers: 1)).syncRuns()
        let golden = try C1ZFile.open(Fixtures.file(model.golden)).syncRuns()
        for (one, other) in zip(ours, golden) {
            #expect(one.isFinished)
            #expect(one.typeName == other.typeName)
            #expect(one.parentID == other.parentID)
            #expect(one.linkedID == other.linkedID)
            #expect(one.supportsDiff == other.supportsDiff)
            #expect(one.areGrantsBackfilled == other.areGrantsBackfilled)
            #expect(one.verification == other.verification)
            #expect(try counts(of: one) == counts(of: other))
            #expect(try facts(of: one.token) == facts(of: other.token))
        }
    }

    @Test(arguments: ModelSync.all) func `is found by the same keys as in the reference's file`(
        model: ModelSync
    ) async throws {
        let file = try await model.run(workers: 4)
        let ours = try C1ZFile.open(file)
        let golden = try C1ZFile.open(Fixtures.file(model.golden))
        let one = try #require(try ours.latestFinishedSync())
        let other = try #require(try golden.latestFinishedSync())
        for (kind, filter) in try Self.filters(in: Contents(of: golden, sync: other.id)) {
            #expect(try ids(in: ours, one.id, kind, filter) == ids(in: golden, other.id, kind, filter), "\(filter)")
        }
    }

    /// What was counted, without what was timed.
    private func counts(of run: SyncRun) throws -> String? {
        guard let stored = run.storedStats else { return nil }
        var stats = try #require(SyncStats(stored: stored))
        stats.timings = []
        return stats.stored
    }

    /// The members of a token that don't count actions, which the asset step adds to.
    private func facts(of token: String) throws -> [String] {
        try JSONValue(parsing: Array(token.utf8)).members
            .filter {
                !["current_action_id", "completed_actions_count", "step_durations_ms", "connector_call_stats"]
                    .contains($0.name)
            }
            .map { "\($0.name) \($0.value.text)" }
    }

    private static func filters(in golden: Contents) throws -> [(RecordKind, RecordFilter)] {
        var filters: [(RecordKind, RecordFilter)] = []
        for row in golden.rows(.resourceType) {
            for kind in RecordKind.allCases { filters.append((kind, .resourceType(row.id.text))) }
        }
        for row in golden.rows(.resource) {
            let id = try Resource(serializedBytes: row.data).identity
            filters += [(.entitlement, .on(id)), (.grant, .on(id)), (.grant, .heldBy(id))]
        }
        for row in golden.rows(.entitlement) { filters.append((.grant, .entitlement(row.id.text))) }
        return filters
    }

    private func ids(
        in reader: any C1ZReader, _ sync: String, _ kind: RecordKind, _ filter: RecordFilter
    ) throws -> [[UInt8]] {
        var found: [[UInt8]] = []
        try reader.read(kind, of: sync, where: filter) { found.append(Array($0.data)) }
        return found.sorted { $0.lexicographicallyPrecedes($1) }
    }
}
