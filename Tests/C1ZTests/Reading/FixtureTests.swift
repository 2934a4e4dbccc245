import AccessModel
import BatonWire
import Foundation
import SwiftProtobuf
import Testing

@testable import C1Z

@Suite struct `a recorded file` {
    @Test func `is there`() {
        #expect(Fixture.all.count >= 28, "no fixtures at \(Fixture.root.path): set LANTERN_FIXTURES")
    }

    @Test(arguments: Fixture.all) func `has the counts that the reference prints`(fixture: Fixture) throws {
        let reader = try C1ZFile.open(fixture.path)
        guard let printed = fixture.stats, let id = printed["id"] as? String else {
            #expect(try reader.latestFinishedSync() == nil)
            return
        }
        let run = try #require(try reader.latestFinishedSync())
        #expect(run.id == id)
        let stats = try #require(printed["stats"] as? [String: Any])
        let counted = try StatsCountProbe.count(run, in: fixture.path)
        for counts in [try reader.stats(of: run), counted] {
            #expect(String(counts.resourceTypes) == stats["resourceTypes"] as? String ?? "0")
            #expect(String(counts.resources) == stats["resources"] as? String ?? "0")
            #expect(String(counts.entitlements) == stats["entitlements"] as? String ?? "0")
            #expect(String(counts.grants) == stats["grants"] as? String ?? "0")
            #expect(String(counts.assets) == stats["assets"] as? String ?? "0")
            #expect(texts(counts.resourcesByType) == stats["resourcesByResourceType"] as? [String: String] ?? [:])
            #expect(texts(counts.entitlementsByType) == stats["entitlementsByResourceType"] as? [String: String] ?? [:])
            #expect(texts(counts.grantsByType) == stats["grantsByResourceType"] as? [String: String] ?? [:])
        }
        let contents = try Contents(of: run.id, in: reader)
        #expect(Int64(contents.count(.resourceType)) == counted.resourceTypes)
        #expect(Int64(contents.count(.resource)) == counted.resources)
        #expect(Int64(contents.assets.count) == counted.assets)
        if run.type != .resourcesOnly {
            #expect(Int64(contents.count(.entitlement)) == counted.entitlements)
            #expect(Int64(contents.count(.grant)) == counted.grants)
        }
    }

    private func texts(_ counts: [ByteKey: Int64]) -> [String: String] {
        Dictionary(uniqueKeysWithValues: counts.map { ($0.key.text, String($0.value)) })
    }

    @Test(arguments: Fixture.all + Fixture.version3) func `decodes to messages of its kinds`(fixture: Fixture) throws {
        let contents = try Contents(of: nil, in: C1ZFile.open(fixture.path))
        for record in contents.records[.resourceType] ?? [] { _ = try ResourceType(serializedBytes: record.data) }
        for record in contents.records[.resource] ?? [] { _ = try Resource(serializedBytes: record.data) }
        for record in contents.records[.entitlement] ?? [] { _ = try Entitlement(serializedBytes: record.data) }
        for record in contents.records[.grant] ?? [] {
            let grant = try Grant(serializedBytes: record.data)
            #expect(grant.hasEntitlement && grant.hasPrincipal && !grant.id.isEmpty)
            #expect(!grant.annotations.contains(GrantExpandable.self))
            if let expansion = record.expansion { _ = try GrantExpandable(serializedBytes: expansion) }
        }
    }

    @Test(arguments: Fixture.small) func `is found record by record`(fixture: Fixture) throws {
        let reader = try C1ZFile.open(fixture.path)
        for run in try reader.syncRuns() {
            try reader.read(.grant, of: run.id, where: .all) { record in
                let grant = try Grant(serializedBytes: Array(record.data))
                #expect(try reader.find(.grant(ByteKey(grant.id)), in: run.id) == Array(record.data))
            }
            try reader.read(.resource, of: run.id, where: .all) { record in
                let resource = try Resource(serializedBytes: Array(record.data))
                #expect(try reader.find(.resource(resource.identity), in: run.id) == Array(record.data))
            }
        }
    }

    @Test func `of two old syncs shows both`() throws {
        let reader = try C1ZFile.open(Fixture.named("demo-old").path)
        let runs = try reader.syncRuns()
        #expect(runs.count == 2)
        #expect(
            runs.allSatisfy { $0.type == .full && !$0.areGrantsBackfilled && $0.storedStats == nil && $0.isFinished })
        for run in runs {
            #expect(try Contents(of: run.id, in: reader).count(.grant) == 32)
        }
    }

    @Test func `keeps the expansions of its grants`() throws {
        let reader = try C1ZFile.open(Fixture.named("nested-sqlite").path)
        var expandable = 0
        try reader.read(.grant, of: nil, where: .all) { record in
            if record.expansion != nil { expandable += 1 }
        }
        #expect(expandable == 12)
    }

    @Test func `has grants filtered as they are asked for`() throws {
        let reader = try C1ZFile.open(Fixture.named("nested-sqlite").path)
        let run = try #require(try reader.latestFinishedSync())
        var grants: [Grant] = []
        try reader.read(.grant, of: run.id, where: .all) { grants.append(try Grant(serializedBytes: Array($0.data))) }
        let first = try #require(grants.first)
        func count(_ filter: RecordFilter) throws -> Int {
            var count = 0
            try reader.read(.grant, of: run.id, where: filter) { _ in count += 1 }
            return count
        }
        let object = ResourceID(first.entitlement.resource.id)
        #expect(
            try count(.entitlement(first.entitlement.id))
                == grants.filter { $0.entitlement.id.hasSameBytes(as: first.entitlement.id) }.count)
        #expect(try count(.heldBy(first.holder)) == grants.filter { $0.holder == first.holder }.count)
        #expect(try count(.on(object)) == grants.filter { ResourceID($0.entitlement.resource.id) == object }.count)
        #expect(
            try count(.resourceType(object.type))
                == grants.filter { $0.entitlement.resource.id.resourceType.hasSameBytes(as: object.type) }.count)
    }
}

/// Counts afresh, whatever the file says.
private enum StatsCountProbe {
    static func count(_ run: SyncRun, in path: String) throws -> SyncStats {
        try SQLiteReader(path, environment: [:]).countedStats(of: run)
    }
}
