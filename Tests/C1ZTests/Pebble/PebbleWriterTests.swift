import AccessModel
import BatonWire
import Foundation
import SwiftProtobuf
import Testing

@testable import C1Z

@Suite struct `a file of version 3 that is written` {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func copy(_ name: String) throws -> String {
        let fixture = try #require((Fixture.all + Fixture.version3).first { $0.name == name })
        return try folder.file("x.c1z", holding: try content(of: fixture.path))
    }

    @Test func `holds one sync, so a part takes the place of no whole`() throws {
        for (name, cure) in [
            ("basic-pebble", "convert --engine sqlite"), ("basic-sqlite", "--storage-engine pebble out"),
        ] {
            let path = try copy(name)
            let before = try content(of: path)
            let writer = try C1ZFile.write(path, options: C1ZWriterOptions(engine: .pebble))
            let refusal = try #require(failure { _ = try writer.startSync(.partial, parent: "") })
            #expect(refusal.code == .conflict && refusal.isClear && refusal.problem.contains(cure), "\(refusal)")
            writer.discard()
            #expect(try content(of: path) == before)
            #expect(folder.names == ["x.c1z"])
        }
    }

    @Test func `keeps its records when a sync that was begun is forgotten again`() throws {
        let path = try copy("nested-pebble")
        let before = try PebbleContents(path)
        let writer = try C1ZFile.write(path)
        _ = try writer.startSync(.full, parent: "")
        try writer.rollBack()
        _ = try writer.save()
        #expect(try PebbleContents(path).family(1, 2, 3, 4) == before.family(1, 2, 3, 4))
    }

    @Test func `refuses records that don't say what they are about`() throws {
        let path = folder.file("x.c1z")
        let writer = try C1ZFile.write(path, options: C1ZWriterOptions(engine: .pebble))
        _ = try writer.startSync(.full, parent: "")
        var grants = RecordBatch(.grant)
        try grants.append(Grant.with { $0.id = "lost" })
        let refusal = try #require(failure { try writer.put(grants) })
        #expect(refusal.problem.contains("\"lost\"") && refusal.isClear)
        writer.discard()
        #expect(folder.names.isEmpty)
    }

    @Test func `isn't confused by a number in the head of an older database`() throws {
        let path = try copy("basic-sqlite")
        var database: [UInt8] = []
        try C1ZFile.unpack(path) { database.append(contentsOf: $0) }
        // The user version of an SQLite database (SQLite file format, 1.3).
        database.replaceSubrange(60..<64, with: [0, 0, 0, 1])
        let odd = try folder.file("odd.c1z", holding: Envelope.v1Magic + Frames.frame(database))
        for engine: StorageEngine in [.sqlite, .pebble] {
            let writer = try C1ZFile.write(odd, options: C1ZWriterOptions(engine: engine))
            _ = try writer.save()
            #expect(try C1ZFile.open(odd).engine == engine)
            let grants = try Contents(of: nil, in: C1ZFile.open(odd)).count(.grant)
            #expect(try grants == Contents(of: nil, in: C1ZFile.open(path)).count(.grant))
        }
    }

    @Test func `gives out its database only whole`() throws {
        let path = try copy("medium-pebble")
        var bytes = try content(of: path)
        // In the middle of a table's frame.
        bytes[bytes.count / 2] ^= 0xFF
        let damaged = try folder.file("y.c1z", holding: bytes)
        let out = folder.file("db")
        let refusal = try #require(failure { try C1ZFile.extract(damaged, to: out) })
        #expect(refusal.isClear && !FileManager.default.fileExists(atPath: out))
        try C1ZFile.extract(path, to: out)
        #expect(failure { try C1ZFile.extract(path, to: out) }?.problem.contains("exists already") == true)
    }
}
