import AccessModel
import BatonWire
import C1Z
import DemoConnector
import Foundation
import Logging
import SwiftProtobuf
import Testing

@testable import SyncEngine

/// Compacts files, as the programs do.
func compacted(
    _ files: [String], at time: StoredTime = .now(), log: LogBook = LogBook()
) throws -> Compaction.Result {
    let folder = try Temporary.file().deletingLastPathComponent().path
    let options = C1ZWriterOptions(clock: { time })
    return try Compaction(of: files, into: folder, options: options).run { sync, writer in
        try SyncExpansion(of: sync, in: writer, environment: [:], log: log.logger).run()
    }
}

@Suite struct `a compacted file` {
    @Test(.enabled(if: Fixtures.areAvailable, Fixtures.absence))
    func `holds what the reference's holds`() async throws {
        let files = [try TestSync(), try TestSync()]
        try await files[0].run(try await DemoConnector.serving(model: "series1"))
        try await files[1].run(try await DemoConnector.serving(model: "series2"))
        let result = try compacted(files.map(\.file))
        let ours = try Contents(of: result.file)
        let golden = try Contents(of: Fixtures.file("compacted-sqlite"))
        expectSame(ours, as: golden)
        #expect(ours.stats.stored == golden.stats.stored)
        #expect(ours.run.token == golden.run.token)
        #expect(ours.run.verification == golden.run.verification)
        #expect(ours.run.typeName == golden.run.typeName && ours.run.parentID.isEmpty)
        #expect(ours.run.supportsDiff && golden.run.supportsDiff)
        #expect(result.file.hasSuffix("/compacted-\(result.sync.id).c1z"))
    }
}

@Test(.enabled(if: Fixtures.areAvailable, Fixtures.absence), arguments: ["nested-sqlite", "hierarchy-sqlite"])
func `of one sync and the same again holds that sync, its expansion too`(name: String) throws {
    let file = Fixtures.file(name)
    expectSame(try Contents(of: compacted([file, file]).file), as: try Contents(of: file))
}

@Test(.enabled(if: Fixtures.areAvailable, Fixtures.absence))
func `of a sync before and after its expansion holds it after`() throws {
    let files = [Fixtures.file("nested-sqlite"), Fixtures.file("unexpanded-sqlite")]
    let expanded = try Contents(of: files[0])
    for files in [files, files.reversed()] { expectSame(try Contents(of: compacted(files).file), as: expanded) }
}

@Test func `derives what only follows from both`() async throws {
    // One file knows that g1 is in g2, the other who is in g1.
    var first = SmallDirectory.example
    first.grant("member", on: "group/g2", to: "user/bob")
    first.nest("g1", into: "member", on: "group/g2")
    var second = SmallDirectory.example
    second.grant("member", on: "group/g1", to: "user/alice")
    second.grant("member", on: "group/g1", to: "user/bob")
    let files = [try TestSync(), try TestSync()]
    try await files[0].run(first.client)
    try await files[1].run(second.client)
    for order in [[0, 1], [1, 0]] {
        let contents = try Contents(of: compacted(order.map { files[$0].file }).file)
        let result = try Expanded(contents.grants)
        #expect(result["group:g2:member:user:alice"] == .derived(["group:g1:member": true]))
        #expect(
            result["group:g2:member:user:bob"] == .direct(["group:g1:member": true, "group:g2:member": true]))
        #expect(contents.rows(.grant).allSatisfy { $0.needsExpansion == ($0.expansion != nil) })
    }
}

@Test func `warns of exclusion groups that only the sum contradicts`() throws {
    var files: [String] = []
    for name in ["a", "b"] {
        let path = try Temporary.path()
        let writer = try C1ZFile.write(path)
        _ = try writer.startSync(.full, parent: "")
        var batch = RecordBatch(.entitlement)
        try batch.append(
            Entitlement.with {
                $0.id = name
                $0.resource.id = ResourceID("role", name).message
                $0.annotations.append(
                    carrying: C1_Connector_V2_EntitlementExclusionGroup.with {
                        $0.exclusionGroupID = "one-of"
                        $0.isDefault = true
                    })
            })
        try writer.put(batch)
        try writer.endSync()
        _ = try writer.save()
        files.append(path)
    }
    let log = LogBook()
    let result = try compacted(files, log: log)
    #expect(result.stats.entitlements == 2)
    #expect(log.all.contains { $0.level == .warning && $0.message.hasPrefix("ingest invariant I5 violated") })
}

@Test func `is not there when its expansion fails`() throws {
    let path = try Temporary.path()
    let writer = try C1ZFile.write(path)
    _ = try writer.startSync(.full, parent: "")
    let (one, other) = (SmallDirectory.id("group/g1"), SmallDirectory.id("group/g2"))
    var entitlements = RecordBatch(.entitlement)
    for entitlement in SmallDirectory.example.entitlements { try entitlements.append(entitlement) }
    try writer.put(entitlements)
    var grants = RecordBatch(.grant)
    var grant = Grant("member", on: other, to: one)
    grant.annotations.append(carrying: GrantExpandable.with { $0.entitlementIds = ["group:g2:member"] })
    try grants.append(grant)
    try writer.put(grants)
    try writer.endSync()
    _ = try writer.save()
    let folder = try Temporary.file().deletingLastPathComponent()
    #expect(throws: ServiceError.self) {
        try Compaction(of: [path, path], into: folder.path).run { sync, writer in
            try SyncExpansion(of: sync, in: writer, environment: [:], log: LogBook().logger).run()
        }
    }
    #expect(try Temporary.names(in: folder).isEmpty)
}
