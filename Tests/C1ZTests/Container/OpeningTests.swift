import AccessModel
import Foundation
import Testing

@testable import C1Z

@Suite struct `a file that can't be read` {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func failureToOpen(_ path: String) throws -> C1ZError {
        try #require(failure { _ = try C1ZFile.open(path) }, "it was opened")
    }

    private func failureToWrite(_ path: String) throws -> C1ZError {
        try #require(failure { _ = try C1ZFile.write(path) }, "it was opened")
    }

    @Test func `says so when it isn't there`() throws {
        for path in [folder.file("none.c1z"), folder.file("no/folder/x.c1z"), ""] {
            let failure = try failureToOpen(path)
            #expect(failure.code == .notFound && failure.isClear)
        }
        #expect(folder.names.isEmpty)
    }

    @Test func `says so when it is a folder`() throws {
        #expect(try failureToOpen(folder.path).code == .isDirectory)
        #expect(try failureToWrite(folder.path).code == .isDirectory)
        #expect(try failureToOpen("/").isClear)
        #expect(folder.names.isEmpty)
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["/dev/null", "/dev/zero", "/dev/tty"])
    func `says so when it is a device`(path: String) throws {
        for failure in [try failureToOpen(path), try failureToWrite(path)] {
            #expect(failure.code == .notAC1ZFile && failure.isClear)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `says so when it is a pipe that nobody writes`() throws {
        let path = folder.file("pipe.c1z")
        try #require(mkfifo(path, 0o600) == 0)
        for failure in [try failureToOpen(path), try failureToWrite(path)] {
            #expect(failure.code == .notAC1ZFile && failure.isClear)
        }
        #expect(folder.names == ["pipe.c1z"])
    }

    @Test func `says so when the system won't read it`() throws {
        let path = folder.file("loop.c1z")
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
        #expect(try failureToOpen(path).isClear)
        let unreadable = try folder.file("secret.c1z", holding: Envelope.v1Magic)
        chmod(unreadable, 0)
        if geteuid() != 0 { #expect(try failureToOpen(unreadable).description.contains("permission")) }
    }

    @Test(arguments: 0...4) func `says so when it ends within its magic`(count: Int) throws {
        let path = try folder.file("x.c1z", holding: Array(Envelope.v1Magic.prefix(count)))
        let failure = try failureToOpen(path)
        #expect(failure.code == .truncated && failure.isClear)
    }

    @Test func `says what it is instead`() throws {
        let kinds: [(start: [UInt8], word: String)] = [
            (Array("PK\u{3}\u{4}rest of it".utf8), "zip"), (Array("SQLite format 3\0".utf8), "SQLite"),
            ([0x1F, 0x8B, 8, 0, 0, 0], "gzip"), (Frames.frame([1, 2, 3]), "zstd"),
            (Array("<html>".utf8), "not a c1z file"), (Array("C1ZF\n".utf8), "not a c1z file"),
            (Array("c1zf\0".utf8), "not a c1z file"),
        ]
        for kind in kinds {
            let path = try folder.file("x.c1z", holding: kind.start)
            for failure in [try failureToOpen(path), try failureToWrite(path)] {
                #expect(failure.code == .notAC1ZFile && failure.isClear)
                #expect(failure.description.contains(kind.word))
            }
        }
        #expect(folder.names == ["x.c1z"])
    }

    @Test func `says so when it is of version 3 and cut off`() throws {
        let path = try folder.file("x.c1z", holding: Envelope.v3Magic + [1, 2, 3])
        for failure in [try failureToOpen(path), try failureToWrite(path)] {
            #expect(failure.code == .truncated && failure.isClear)
        }
        #expect(folder.names == ["x.c1z"])
    }

    @Test func `says so when its database is none`() throws {
        let texts: [[UInt8]] = [
            Array(
                "no database at all, but a text that goes on for a while, well over a hundred bytes in all, so there"
                    .utf8), [0], Array("SQLite format 3\0".utf8),
        ]
        for text in texts {
            let path = try folder.file("x.c1z", holding: Frames.container(Frames.frame(text)))
            let failure = try failureToOpen(path)
            #expect(failure.code == .corrupt && failure.isClear)
            #expect(try failureToWrite(path).isClear)
        }
        #expect(folder.names == ["x.c1z"], "a working copy of a damaged file stays behind")
    }

    @Test func `is left as it was when it is damaged`() throws {
        var bytes = try content(of: Fixture.named("basic-sqlite").path)
        bytes.removeLast(100)
        let path = try folder.file("x.c1z", holding: bytes)
        #expect(try failureToWrite(path).code == .truncated)
        #expect(try content(of: path) == bytes)
        #expect(folder.names == ["x.c1z"])
    }
}

@Suite struct `a file without a database` {
    @Test func `has no syncs and no records`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("x.c1z", holding: Envelope.v1Magic)
        let reader = try C1ZFile.open(path)
        #expect(try reader.syncRuns().isEmpty)
        #expect(try Contents(of: nil, in: reader).count(.grant) == 0)
        #expect(try reader.find(.grant(ByteKey("x")), in: nil) == nil)
        #expect(try reader.latestFinishedSync() == nil)
    }

    @Test(arguments: [[], Envelope.v1Magic]) func `can be written`(bytes: [UInt8]) throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("x.c1z", holding: bytes)
        let writer = try C1ZFile.write(path, options: options())
        #expect(try writer.syncRuns().isEmpty)
        _ = try writer.startSync(.full, parent: "")
        try writer.endSync()
        _ = try writer.save()
        #expect(try C1ZFile.open(path).syncRuns().count == 1)
    }
}
