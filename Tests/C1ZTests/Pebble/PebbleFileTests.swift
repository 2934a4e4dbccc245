import AccessModel
import BatonWire
import Foundation
import SwiftProtobuf
import Testing
import WireForm

@testable import C1Z

@Suite struct `a recorded file of version 3` {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `is there`() {
        #expect(Fixture.version3.count >= 25, "no fixtures at \(Fixture.root.path): set LANTERN_FIXTURES")
    }

    @Test(arguments: Fixture.version3) func `has the counts that the reference prints`(fixture: Fixture) throws {
        let reader = try C1ZFile.open(fixture.path)
        #expect(reader.engine == .pebble)
        guard let printed = fixture.stats, let id = printed["id"] as? String else {
            #expect(try reader.latestFinishedSync() == nil)
            return
        }
        let run = try #require(try reader.latestFinishedSync())
        #expect(run.id == id)
        let wanted = try #require(printed["stats"] as? [String: Any])
        // Those stored with it, and those counted now.
        let counted = try PebbleStatsCount(store: PebbleStore(of: fixture.path, environment: [:])).stats(of: run)
        for stats in [try reader.stats(of: run), counted] {
            #expect(String(stats.grants) == wanted["grants"] as? String ?? "0")
            #expect(String(stats.resources) == wanted["resources"] as? String ?? "0")
            #expect(String(stats.entitlements) == wanted["entitlements"] as? String ?? "0")
            #expect(String(stats.resourceTypes) == wanted["resourceTypes"] as? String ?? "0")
            #expect(texts(stats.grantsByType) == wanted["grantsByResourceType"] as? [String: String] ?? [:])
        }
    }

    private func texts(_ counts: [ByteKey: Int64]) -> [String: String] {
        Dictionary(uniqueKeysWithValues: counts.map { ($0.key.text, String($0.value)) })
    }

    @Test(arguments: Fixture.smallVersion3) func `finds each of its records by id`(fixture: Fixture) throws {
        let reader = try C1ZFile.open(fixture.path)
        let contents = try Contents(of: nil, in: reader)
        for record in contents.records[.resource] ?? [] {
            let id = try Resource(serializedBytes: record.data).id
            #expect(try reader.find(.resource(ResourceID(id.resourceType, id.resource)), in: nil) == record.data)
        }
        for record in contents.records[.entitlement] ?? [] {
            let id = try Entitlement(serializedBytes: record.data).id
            #expect(try reader.find(.entitlement(ByteKey(id)), in: nil) == record.data)
        }
        for record in contents.records[.grant] ?? [] {
            let id = try Grant(serializedBytes: record.data).id
            #expect(try reader.find(.grant(ByteKey(id)), in: nil) == record.data)
        }
        #expect(try reader.find(.grant(ByteKey("none")), in: nil) == nil)
        #expect(try reader.find(.resource(ResourceID("none", "none")), in: nil) == nil)
    }

    @Test(arguments: Fixture.version3) func `is the same after a way through version 1`(fixture: Fixture) throws {
        let database = try converted(fixture.path, to: .sqlite, in: folder, as: "v1.c1z")
        let back = try converted(database, to: .pebble, in: folder, as: "v3.c1z")
        let (before, after) = (try PebbleContents(fixture.path), try PebbleContents(back))
        // Types, resources, entitlements, grants, assets and the sync, then the indexes and the digests.
        for family: UInt8 in [1, 2, 3, 4, 5, 6, 7, 10] where family != 10 || !before.family(10).isEmpty {
            if family == 7, before.family(10).isEmpty { continue }
            #expect(before.family(family) == after.family(family), "family \(family)")
        }
        // The counts, but for the time at which they were made.
        let stats = ByteKey(TupleKey.meta("stats\0"))
        #expect(try before.values[stats].map(Self.withoutTime) == after.values[stats].map(Self.withoutTime))
    }

    @Test(arguments: Fixture.twins) func `has what its twin of version 1 has`(fixture: Fixture) throws {
        let twin = Fixture(name: fixture.name.replacing("-sqlite", with: "-pebble"))
        let ours = try PebbleContents(try converted(fixture.path, to: .pebble, in: folder, as: "v3.c1z"))
        let theirs = try PebbleContents(twin.path)
        #expect(Set(ours.values.keys) == Set(theirs.values.keys))
        // The hashes of grants say that they are the same, times left out.
        #expect(ours.family(10) == theirs.family(10))
    }

    @Test(arguments: Fixture.all) func `says the same as the file of version 1 that it was made from`(
        fixture: Fixture
    ) throws {
        let first = try converted(fixture.path, to: .pebble, in: folder, as: "a.c1z")
        let database = try converted(first, to: .sqlite, in: folder, as: "b.c1z")
        let second = try converted(database, to: .pebble, in: folder, as: "c.c1z")
        #expect(try PebbleContents(first) == PebbleContents(second))
        let (one, other) = (try C1ZFile.open(first), try C1ZFile.open(database))
        for kind in RecordKind.allCases {
            #expect(try Self.sorted(kind, in: one) == Self.sorted(kind, in: other))
        }
    }

    private static func withoutTime(_ stats: [UInt8]) throws -> [UInt8] {
        try stats.withUnsafeBytes { stats in
            var rest = WireWriter()
            var reader = WireReader(stats)
            while let field = try reader.next() {
                if field.number != 100 { rest.append(field.whole) }
            }
            return rest.bytes
        }
    }

    private static func sorted(_ kind: RecordKind, in reader: any C1ZReader) throws -> [[UInt8]] {
        var records: [[UInt8]] = []
        try reader.read(kind, of: nil, where: .all) { records.append(Array($0.data)) }
        return records.sorted { $0.lexicographicallyPrecedes($1) }
    }
}
