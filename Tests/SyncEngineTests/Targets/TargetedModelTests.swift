import AccessModel
import C1Z
import DemoConnector
import SyncEngine
import Testing

/// The reference's files with a targeted sync in them, and how they came to be.
struct TargetedModel: Sendable, CustomTestStringConvertible {
    let golden: String
    /// What was synced in full before.
    let before: String?
    let model: String
    let targets: [String]
    var skipsGrants = false

    var testDescription: String { golden }

    static let all = [
        TargetedModel(
            golden: "targeted-sqlite", before: "series1", model: "series2",
            targets: ["bid:r:user/usr-0000", "bid:r:group/grp-000"]),
        TargetedModel(
            golden: "targeted-only-sqlite", before: nil, model: "basic", targets: ["bid:r:group/grp-001"]),
        TargetedModel(
            golden: "skip-grants-sqlite", before: "basic", model: "basic", targets: ["bid:r:group/grp-001"],
            skipsGrants: true),
    ]

    func run(workers: Int) async throws -> String {
        var sync = try TestSync()
        sync.workers = workers
        if let before { try await sync.run(try await DemoConnector.serving(model: before)) }
        sync.targets = try targets.map { try SyncTarget(parsing: $0) }
        sync.skipsGrants = skipsGrants
        try await sync.run(try await DemoConnector.serving(model: model))
        return sync.file
    }
}

@Suite(.enabled(if: Fixtures.areAvailable, Fixtures.absence)) struct `a targeted sync of a model` {
    @Test(arguments: TargetedModel.all, [1, 4]) func `is the one of the reference's file`(
        model: TargetedModel, workers: Int
    ) async throws {
        let file = try await model.run(workers: workers)
        let ours = try C1ZFile.open(file).syncRuns()
        let golden = try C1ZFile.open(Fixtures.file(model.golden)).syncRuns()
        #expect(ours.map(\.type) == golden.map(\.type))
        for (one, other) in zip(ours, golden) {
            let contents = try Contents(of: file, sync: one.id)
            let reference = try Contents(of: Fixtures.file(model.golden), sync: other.id)
            #expect(!reference.rows(.resource).isEmpty)
            expectSame(contents, as: reference)
            #expect(one.parentID == (other.parentID.isEmpty ? "" : ours[0].id))
            #expect(one.storedStats == other.storedStats)
            #expect(one.verification == other.verification)
            #expect(one.supportsDiff == other.supportsDiff)
            if one.type == .partial { #expect(one.token == other.token) }
        }
    }
}
