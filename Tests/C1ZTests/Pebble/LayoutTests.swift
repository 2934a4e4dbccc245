import AccessModel
import FilesInMemory
import Foundation
import Pebble
import Testing
import WireForm

@testable import C1Z

@Suite struct `the keys of a file of version 3` {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func values(of name: String) throws -> [ByteKey: [UInt8]] {
        let fixture = try #require(Fixture.version3.first { $0.name == name })
        return try PebbleContents(fixture.path).values
    }

    private func file(_ values: [ByteKey: [UInt8]], _ name: String = "x.c1z") throws -> String {
        try folder.file(name, holding: try MadeEnvelope(FilesInMemory(holding: values)).bytes)
    }

    @Test func `are refused when they are of a layout that isn't known`() throws {
        let (layout, format) = (TupleKey.meta("keyspace_version"), TupleKey.meta("grant_entitlement_id_format"))
        let cases: [(key: [UInt8], value: [UInt8]?, words: String)] = [
            (layout, nil, "no version stamp"), (layout, [0, 0, 0, 3], "layout v3"), (layout, [0, 2], "bytes"),
            (format, [0, 0, 0, 1], "format v1"), (format, [0, 0, 0, 3], "format v3"),
        ]
        for (key, value, words) in cases {
            var values = try values(of: "basic-pebble")
            values[ByteKey(key)] = value
            let path = try file(values)
            let failure = try #require(failure { _ = try C1ZFile.open(path) })
            #expect([.unsupported, .corrupt].contains(failure.code) && failure.isClear)
            #expect(failure.problem.contains(words), "\(failure)")
        }
    }

    @Test func `are refused when the sync's id is no KSUID`() throws {
        var values = try values(of: "basic-pebble")
        let run = WireWriter.message { $0.field(1, "not a ksuid") }
        values[ByteKey(TupleKey.syncRun)] = run
        let path = try file(values)
        let failure = try #require(failure { _ = try C1ZFile.open(path) })
        #expect(failure.problem.contains("KSUID") && failure.isClear)
    }

    @Test func `may be missing altogether`() throws {
        let reader = try C1ZFile.open(try file([:]))
        #expect(try reader.syncRuns().isEmpty)
        try reader.read(.grant, of: nil, where: .all) { _ in Issue.record("a grant out of nothing") }
    }

    @Test(arguments: ["basic-pebble", "kitchen-pebble", "nested-pebble"])
    func `may be made of ids, as former programs made them`(fixture: String) throws {
        let present = try values(of: fixture)
        let former = try formerKeys(of: present)
        let (one, other) = (try C1ZFile.open(try file(present, "a.c1z")), try C1ZFile.open(try file(former, "b.c1z")))
        let resources = try Self.records(.resource, .all, in: one)
        var filters: [RecordFilter] = [.all]
        for record in resources {
            let id = try #require(try record.withUnsafeBytes { try $0.wireBytes(1).map { Array($0) } })
            let (type, value) = try id.withUnsafeBytes {
                (try $0.wireBytes(1)?.text ?? "", try $0.wireBytes(2)?.text ?? "")
            }
            filters += [.on(ResourceID(type, value)), .heldBy(ResourceID(type, value)), .resourceType(type)]
        }
        for record in try Self.records(.entitlement, .all, in: one) {
            let id = try record.withUnsafeBytes { try $0.wireBytes(2)?.text ?? "" }
            filters.append(.entitlement(id))
            #expect(try other.find(.entitlement(ByteKey(id)), in: nil) == record)
        }
        for kind in RecordKind.allCases {
            for filter in filters {
                #expect(try Self.records(kind, filter, in: one) == Self.records(kind, filter, in: other), "\(filter)")
            }
        }
    }

    /// The keys as they were before they were made of what records refer to: the ids of entitlements and grants.
    private func formerKeys(of values: [ByteKey: [UInt8]]) throws -> [ByteKey: [UInt8]] {
        var former: [ByteKey: [UInt8]] = [:]
        for (key, value) in values {
            switch key.bytes[1] {
            case 3, 4:
                let id = try value.withUnsafeBytes { Array(try $0.wireBytes(2) ?? .nothing) }
                let family: TupleKey.Family = key.bytes[1] == 3 ? .entitlement : .grant
                former[ByteKey(TupleKey(family, [ByteKey(id)]).bytes)] = value
            case 7, 10: continue
            default: former[key] = value
            }
        }
        former[ByteKey(TupleKey.meta("grant_entitlement_id_format"))] = nil
        return former
    }

    private static func records(
        _ kind: RecordKind, _ filter: RecordFilter, in reader: any C1ZReader
    ) throws -> [[UInt8]] {
        var records: [[UInt8]] = []
        try reader.read(kind, of: nil, where: filter) { records.append(Array($0.data)) }
        return records.sorted { $0.lexicographicallyPrecedes($1) }
    }

    @Test func `order as their components do`() {
        let words: [[UInt8]] = [
            [], [0], [0, 0], [0, 1], [1], [1, 0], [1, 1], [2], [0x2F], [0x61], [0x61, 0], [0x61, 0x62], [0xFF],
        ]
        for one in words {
            for other in words {
                let keys = [one, other].map { TupleKey(.resource, [ByteKey("t"), ByteKey($0)]).bytes }
                #expect(one.lexicographicallyPrecedes(other) == keys[0].lexicographicallyPrecedes(keys[1]))
            }
            let escaped = Array(TupleKey(.resourceType, [ByteKey(one)]).bytes.dropFirst(3))
            #expect(escaped.withUnsafeBytes { TupleComponents.unescaped($0) } == one)
        }
        for broken: [UInt8] in [[1], [1, 3], [1, 0x61], [0x61, 1]] {
            #expect(broken.withUnsafeBytes { TupleComponents.unescaped($0) } == nil)
        }
    }

    @Test func `are those of the format's own examples`() throws {
        let references = try WireWriter.message {
            $0.field(1, "group")
            $0.field(2, "g0000")
            $0.field(3, "group:g0000:member")
        }.withUnsafeBytes { entitlement in
            try WireWriter.message {
                $0.field(1, "user")
                $0.field(2, "u000000")
            }.withUnsafeBytes { principal -> [[UInt8]] in
                let grant = try GrantReferences(entitlement: entitlement, principal: principal)
                var keys = RecordKeys()
                keys.set(.grant(grant), needsExpansion: true)
                let tail = Array(keys.primary.dropFirst(3))
                let hash = try tail.withUnsafeBytes { tail in
                    GrantDigests.hash(tail, try GrantSources(of: .nothing))
                }
                var all = [keys.primary]
                keys.forEachIndex { all.append($0) }
                return all + [BigEndian.bytes(hash, 8)]
            }
        }
        let tail = Array("group\0g0000\u{0}1\0member\0user\0u000000".utf8)
        #expect(references[0] == [3, 4, 0] + tail)
        #expect(references[1] == [3, 7, 4, 0] + Array("user\0u000000\0group\0g0000\u{0}1\0member".utf8))
        #expect(references[2] == [3, 7, 5, 0] + tail)
        #expect(references[3] == [0xBA, 0x37, 0xC9, 0xE6, 0x58, 0xAD, 0x4A, 0x09])
    }
}

extension WireWriter {
    /// The bytes of what `write` writes.
    static func message(_ write: (inout WireWriter) -> Void) -> [UInt8] {
        var writer = WireWriter()
        write(&writer)
        return writer.bytes
    }
}
