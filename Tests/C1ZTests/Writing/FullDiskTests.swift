import AccessModel
import Foundation
import Testing

@testable import C1Z

/// A file system of a given size, in memory.
private final class SmallDisk {
    let path: String
    /// The folder goes after the disk in it.
    private let folder: TemporaryFolder

    init(in folder: TemporaryFolder, kilobytes: Int) throws {
        self.folder = folder
        path = folder.file("disk")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try #require(Self.run("mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k", "lantern-test", path))
    }

    deinit {
        _ = Self.run("umount", "-l", path)
    }

    func remount(_ options: String) throws {
        try #require(Self.run("mount", "-o", "remount,\(options)", path))
    }

    static func run(_ arguments: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    /// Whether this process may mount.
    static let isPossible: Bool = {
        guard let folder = try? TemporaryFolder(), let disk = try? SmallDisk(in: folder, kilobytes: 64) else {
            return false
        }
        return withExtendedLifetime(disk) { true }
    }()
}

@Suite(.enabled(if: SmallDisk.isPossible, "needs the right to mount a file system"), .serialized)
struct `a disk that is full` {
    private let folder: TemporaryFolder
    private let disk: SmallDisk
    private let file: String

    init() throws {
        folder = try TemporaryFolder()
        disk = try SmallDisk(in: folder, kilobytes: 1024)
        file = disk.path + "/sync.c1z"
    }

    /// Bytes that don't compress.
    private func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }

    /// Puts assets from the `first`-th on, a commit after each.
    private func fill(_ writer: any C1ZWriter, from first: Int, to last: Int) throws {
        for place in first..<last {
            try writer.putAsset("a\(place)", contentType: "x", data: noise(50_000, seed: UInt64(place)))
            try writer.commit(reaching: String(place + 1))
        }
    }

    @Test func `while collecting keeps what was committed`() throws {
        let original = try content(of: Fixture.named("basic-sqlite").path)
        try Data(original).write(to: URL(filePath: file))
        var writer: (any C1ZWriter)? = try C1ZFile.write(file, options: options())
        let run = try #require(try writer?.startSync(.full, parent: ""))
        let failure = failure { try fill(#require(writer), from: 0, to: 40) }
        #expect(failure?.code == .noSpace && failure?.isClear == true)
        #expect(try content(of: file) == original)
        // Whoever goes on regardless must not vouch for what was lost.
        #expect(throws: C1ZError.self) { try writer?.commit(reaching: "99") }
        writer = nil

        try disk.remount("size=8m")
        let next = try C1ZFile.write(file, options: options())
        #expect(next.isContinuation)
        let token = try #require(Int(try next.resumeSync(run.id).token))
        #expect(token > 3 && token < 40)
        #expect(try Contents(of: run.id, in: next).assets.count == token)
        try fill(next, from: token, to: 40)
        try next.endSync()
        _ = try next.save()
        let assets = try Contents(of: run.id, in: C1ZFile.open(file)).assets
        #expect(assets.map { $0[2] } == (0..<40).map { noise(50_000, seed: UInt64($0)) })
        #expect(try C1ZFile.open(file).syncRuns().count == 2)
    }

    @Test func `while saving leaves the old file and the work`() throws {
        let original = try content(of: Fixture.named("basic-sqlite").path)
        try Data(original).write(to: URL(filePath: file))
        var writer: (any C1ZWriter)? = try C1ZFile.write(file, options: options())
        let run = try #require(try writer?.startSync(.full, parent: ""))
        try fill(#require(writer), from: 0, to: 10)
        try writer?.endSync()
        let failure = failure { _ = try writer?.save() }
        #expect(failure?.code == .noSpace && failure?.isClear == true)
        #expect(try content(of: file) == original)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: disk.path).sorted() == [".sync.c1z.work", "sync.c1z"])
        writer = nil

        try disk.remount("size=8m")
        let next = try C1ZFile.write(file, options: options())
        #expect(next.isContinuation)
        _ = try next.save()
        #expect(try Contents(of: run.id, in: C1ZFile.open(file)).assets.count == 10)
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == ["sync.c1z"])
    }

    @Test func `while unpacking leaves nothing`() throws {
        let large = try HandMadeDatabase(
            folder.file("made.db"),
            OldFile.schema + "INSERT INTO v1_assets VALUES (1, '', '', zeroblob(3000000), '', '')")
        try FileManager.default.copyItem(atPath: large.packed(in: folder), toPath: file)
        let failure = failure { _ = try C1ZFile.write(file) }
        #expect(failure?.code == .noSpace && failure?.isClear == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == ["sync.c1z"])
    }

    @Test func `for the spill says so and leaves nothing`() throws {
        let large = try HandMadeDatabase(
            folder.file("made.db"),
            OldFile.schema + "INSERT INTO v1_assets VALUES (1, '', '', zeroblob(20000000), '', '')")
        let packed = try large.packed(in: folder)
        let failure = failure { _ = try C1ZFile.open(packed, environment: ["TMPDIR": disk.path]) }
        #expect(failure?.code == .noSpace && failure?.isClear == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path).isEmpty)
    }

    @Test func `or read-only says so`() throws {
        let original = try content(of: Fixture.named("basic-sqlite").path)
        try Data(original).write(to: URL(filePath: file))
        try disk.remount("ro")
        let failure = failure { _ = try C1ZFile.write(file) }
        #expect(failure?.isClear == true)
        #expect(failure?.description.contains("read-only") == true)
        #expect(try C1ZFile.open(file).syncRuns().count == 1)
        try disk.remount("rw")
    }
}
