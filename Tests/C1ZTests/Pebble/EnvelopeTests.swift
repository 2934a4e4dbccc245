import AccessModel
import FilesInMemory
import Foundation
import Pebble
import SeededNumbers
import Testing

@testable import C1Z

@Suite struct `the envelope of a file of version 3` {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func basic() throws -> MadeEnvelope {
        let fixture = try #require(Fixture.version3.first { $0.name == "basic-pebble" })
        return MadeEnvelope(try FilesInMemory(of: fixture.path))
    }

    /// Why a file can't be opened.
    private func failureToOpen(_ envelope: MadeEnvelope) throws -> C1ZError {
        let path = try folder.file("x.c1z", holding: try envelope.bytes)
        return try #require(
            failure {
                let reader = try C1ZFile.open(path)
                for kind in RecordKind.allCases { try reader.read(kind, of: nil, where: .all) { _ in } }
            })
    }

    @Test(arguments: [1, 2, 5] as [UInt64]) func `may hold its payload in each of three ways`(encoding: UInt64) throws {
        var envelope = try basic()
        envelope.encoding = encoding
        let path = try folder.file("x.c1z", holding: try envelope.bytes)
        let fixture = try #require(Fixture.version3.first { $0.name == "basic-pebble" })
        #expect(try PebbleContents(path) == PebbleContents(fixture.path))
    }

    @Test func `may hold an archive with folders, links and long names, which are left out`() throws {
        var envelope = try basic()
        envelope.encoding = 2
        let extra =
            Tar.member("db/", [], kind: "5") + Tar.member("link", [], kind: "2")
            + Tar.member("x", Array("30 path=a-rather-long-name.log\n".utf8), kind: "x") + Tar.member("short", [])
        let bytes = try envelope.bytes
        let start = 9 + envelope.manifest.count
        let path = try folder.file("x.c1z", holding: Array(bytes[..<start]) + extra + Array(bytes[start...]))
        #expect(try C1ZFile.open(path).syncRuns().count == 1)
    }

    @Test func `is refused when its engine or its encoding isn't known`() throws {
        var envelope = try basic()
        envelope.engine = "pebble4"
        let engine = try failureToOpen(envelope)
        #expect(engine.code == .unsupported && engine.problem.contains("pebble4") && engine.isClear)
        for name in ["pebble", "pebble2"] {
            envelope.engine = name
            let path = try folder.file("x.c1z", holding: try envelope.bytes)
            #expect(try C1ZFile.open(path).syncRuns().count == 1)
        }
        for encoding: UInt64 in [0, 3, 4, 6] {
            var envelope = try basic()
            envelope.encoding = encoding
            let failure = try failureToOpen(envelope)
            #expect(failure.code == .unsupported && failure.isClear, "\(encoding): \(failure)")
        }
    }

    @Test func `is refused when its index says what isn't so`() throws {
        let lies: [(String, (inout FrameIndex.Entry) -> Void)] = [
            ("size", { $0.size += 1 }), ("size", { $0.size -= 1 }), ("hash", { $0.hash ^= 1 }),
            ("hash", { $0.digest[0] ^= 1 }), ("digest", { $0.digest.removeLast() }), ("name", { $0.name = "../x.sst" }),
            ("name", { $0.name = "/x.sst" }), ("name", { $0.name = "" }), ("frame", { $0.compressedSize += 1 << 40 }),
            ("frame", { $0.compressedSize = 0 }), ("frame", { $0.offset = 3 }), ("frame", { $0.offset = 1 << 62 }),
            ("frame", { $0.size = -1 }), ("cut", { $0.compressedSize -= 3 }),
        ]
        for (what, lie) in lies {
            var envelope = try basic()
            envelope.changeEntry = { name, entry in if name.hasSuffix(".sst") { lie(&entry) } }
            let failure = try failureToOpen(envelope)
            #expect([.corrupt, .truncated].contains(failure.code) && failure.isClear, "\(what): \(failure)")
        }
        var twice = try basic()
        twice.files.append(twice.files[0])
        #expect(try failureToOpen(twice).problem.contains("twice"))
        var other = try basic()
        other.manifestHash = 7
        #expect(try failureToOpen(other).problem.contains("manifest"))
    }

    @Test func `is refused wherever it is cut off`() throws {
        let bytes = try basic().bytes
        for length in stride(from: 5, to: bytes.count, by: 211) {
            let path = try folder.file("x.c1z", holding: Array(bytes[..<length]))
            let failure = try #require(failure { _ = try C1ZFile.open(path) }, "\(length)")
            #expect([.truncated, .corrupt].contains(failure.code) && failure.isClear)
        }
    }

    @Test func `with a changed byte says the same or ends in an error`() throws {
        let bytes = try basic().bytes
        let path = try folder.file("x.c1z", holding: bytes)
        let sound = try PebbleContents(path)
        var numbers = SeededGenerator(seed: 3)
        for _ in 0..<300 {
            var changed = bytes
            let place = Int.random(in: 5..<bytes.count, using: &numbers)
            changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
            let path = try folder.file("x.c1z", holding: changed)
            do {
                #expect(try PebbleContents(path) == sound, "byte \(place)")
            } catch let error as C1ZError {
                #expect(error.isClear, "\(error)")
            }
        }
    }

    @Test func `may not decode to more than the limit`() throws {
        let path = try folder.file("x.c1z", holding: try basic().bytes)
        var envelope = try basic()
        envelope.files.append(("zzz.tmp", [UInt8](repeating: 0, count: 2 << 20)))
        for encoding: UInt64 in [1, 5] {
            envelope.encoding = encoding
            let large = try folder.file("y.c1z", holding: try envelope.bytes)
            let limit = ["BATON_DECODER_MAX_DECODED_SIZE_MB": "1"]
            let failure = try #require(failure { _ = try C1ZFile.open(large, environment: limit) })
            #expect(failure.code == .tooLarge && failure.isClear)
            #expect(try C1ZFile.open(path, environment: limit).syncRuns().count == 1)
        }
    }
}
