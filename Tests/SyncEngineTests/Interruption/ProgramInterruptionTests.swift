import AccessModel
import C1Z
import ConnectorKit
import DemoConnector
import Foundation
import SeededNumbers
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite(.enabled(if: DemoProgram.path != nil, DemoProgram.absence)) struct `a connector's program` {
    private static let scale = "120,15,600"

    private static func undisturbed(_ scale: String = scale) async throws -> Contents {
        try await TestSync().contents(
            of: try await DemoConnector(["scale": .string(scale), "nested": .string("tree")]))
    }

    /// 25 kills in each of eight files, at moments spread over a run's length, then one run to the end.
    @Test(arguments: 0..<8) func `that is killed again and again comes to the same end`(series: Int) async throws {
        var numbers = SeededGenerator(series)
        let program = try DemoProgram("--scale", Self.scale, "--nested", "tree")
        for _ in 0..<25 {
            let moment = UInt32.random(in: 5_000...600_000, using: &numbers)
            let ending = try program.started { process in
                // The moment is the point of this test, and any moment must do.
                usleep(moment)
                kill(process.processIdentifier, SIGKILL)
            }
            #expect(ending.wasKilled || ending.status == 0, "\(ending.log)")
        }
        let last = try program.run()
        #expect(last.status == 0, "\(last.log)")
        expectSame(try Contents(of: program.file), as: try await Self.undisturbed())
        #expect(try FileManager.default.contentsOfDirectory(atPath: program.folder.path) == ["sync.c1z"])
    }

    @Test(arguments: [
        (SIGINT, "Syncing resources..."), (SIGTERM, "Syncing resources..."), (SIGINT, "Syncing grants..."),
        (SIGTERM, "Syncing entitlements..."),
    ]) func `saves what it has on a signal, says how to go on, and goes on`(signal: Int32, words: String) async throws {
        let program = try DemoProgram("--scale", Self.scale, "--nested", "tree")
        let ending = try program.started(["--delay-ms", "20"], whenSaid: words) { process in
            kill(process.processIdentifier, signal)
        }
        #expect(!ending.wasKilled)
        #expect(ending.status == 128 + signal)
        #expect(ending.log.contains("Run the same command again to go on from there"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: program.folder.path) == ["sync.c1z"])
        let unfinished = try #require(try C1ZFile.open(program.file).syncRuns().last)
        #expect(!unfinished.isFinished)
        let last = try program.run()
        #expect(last.status == 0, "\(last.log)")
        #expect(last.log.contains("resumed previous sync"))
        let contents = try Contents(of: program.file)
        #expect(contents.run.id == unfinished.id)
        expectSame(contents, as: try await Self.undisturbed())
    }

    @Test(arguments: [2, 9, 30]) func `ends with 13 when the connector fails, and goes on`(call: Int) async throws {
        let program = try DemoProgram("--scale", Self.scale, "--nested", "tree")
        let ending = try program.run("--fail-at", "\(call)", "--fail-with", "internal")
        #expect(ending.status == 13, "\(ending.log)")
        #expect(try C1ZFile.open(program.file).syncRuns().last?.isFinished == false)
        let last = try program.run()
        #expect(last.status == 0, "\(last.log)")
        #expect(last.log.contains("resumed previous sync"))
        expectSame(try Contents(of: program.file), as: try await Self.undisturbed())
    }

    @Test func `keeps its working copy where it is told`() async throws {
        let program = try DemoProgram("--scale", Self.scale, "--nested", "tree")
        let elsewhere = program.folder.appending(path: "elsewhere")
        try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
        func seen() -> [String] {
            ((try? FileManager.default.contentsOfDirectory(atPath: elsewhere.path)) ?? [])
                .filter { $0.hasPrefix(".sync.c1z") }
        }
        let flags = ["--c1z-temp-dir", elsewhere.path]
        let ending = try program.started(flags + ["--delay-ms", "20"], whenSaid: "Syncing grants...") { process in
            #expect(seen().count == 1)
            kill(process.processIdentifier, SIGKILL)
        }
        #expect(ending.wasKilled)
        #expect(seen().count == 1)
        #expect(!FileManager.default.fileExists(atPath: program.file))
        let last = try program.run("--c1z-temp-dir", elsewhere.path)
        #expect(last.status == 0, "\(last.log)")
        #expect(last.log.contains("resumed previous sync"))
        #expect(seen().isEmpty)
        expectSame(try Contents(of: program.file), as: try await Self.undisturbed())
    }
}
