import AccessModel
import C1Z
import ConnectorKit
import DemoConnector
import Foundation
import Testing

#if canImport(Glibc)
import Glibc

/// A file system with little room, taken away at the end.
final class SmallDisk: Sendable {
    let path: String

    /// Whether this process may mount one.
    static let canBeMade: Bool = {
        guard geteuid() == 0, let disk = try? SmallDisk(kilobytes: 64) else { return false }
        return FileManager.default.fileExists(atPath: disk.path)
    }()

    static let absence: Comment = "NOT TRIED on a full disk: only root may mount a small one"

    init(kilobytes: Int) throws {
        path = try Temporary.path(named: "disk")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(kilobytes)k") == 0 else {
            throw ServiceError(.permissionDenied, "mount: \(String(cString: strerror(errno)))")
        }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    /// Leaves room for so many bytes.
    func fill(leaving room: Int) throws {
        var facts = statvfs()
        try #require(statvfs(path, &facts) == 0)
        let free = Int(facts.f_bavail) * Int(facts.f_bsize)
        let file = try #require(fopen("\(path)/ballast", "w"))
        defer { fclose(file) }
        let block = [UInt8](repeating: 7, count: 4096)
        for _ in 0..<max(0, (free - room) / 4096) { try #require(fwrite(block, 1, 4096, file) == 4096) }
    }

    func free() throws { try FileManager.default.removeItem(atPath: "\(path)/ballast") }
}

@Suite(.enabled(if: SmallDisk.canBeMade, SmallDisk.absence)) struct `a sync on a full disk` {
    private func connector(_ scale: String) async throws -> DemoConnector {
        try await DemoConnector(["scale": .string(scale), "nested": .string("tree")])
    }

    /// How a sync ends on a disk with some room.
    private enum Ending {
        case whole, failedWalking, failedSaving
    }

    @Test(arguments: [100, 200, 300, 500, 700, 1000, 1400, 2000, 2400, 2800, 3200, 3600, 4000, 5000, 16_000])
    func `fails with one line, leaves the old file alone, and goes on when there is room`(kilobytes: Int) async throws {
        let disk = try SmallDisk(kilobytes: 32 << 10)
        let file = "\(disk.path)/sync.c1z"
        try await TestSync(into: file).run(try await connector("10,3,20"))
        let old = try Contents(of: file)
        try disk.fill(leaving: kilobytes << 10)
        let ending = try await sync(into: file)
        if kilobytes <= 300 { #expect(ending == .failedWalking) }
        if kilobytes == 16_000 { #expect(ending == .whole) }
        // Whatever happened, a finished sync is there.
        if ending != .whole { expectSame(try Contents(of: file), as: old) }
        try disk.free()
        let again = try TestSync(into: file)
        let contents = try await again.contents(of: try await connector(Self.scale))
        #expect(!FileManager.default.fileExists(atPath: "\(disk.path)/.sync.c1z.work"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == ["sync.c1z"])
        expectSame(contents, as: try await TestSync().contents(of: try await connector(Self.scale)))
    }

    private static let scale = "300,31,3000"

    private func sync(into file: String) async throws -> Ending {
        // Every page is committed, so that what came in before the disk was full counts.
        let hand = HandClock(at: StoredTime.now().seconds - 3600)
        var sync = try TestSync(into: file)
        sync.clock = {
            hand.advance(by: 5)
            return hand.reading()
        }
        do {
            try await sync.run(try await connector(Self.scale))
            return .whole
        } catch {
            let text = "\(error)"
            #expect(text.contains("no space left on the disk"), "\(text)")
            #expect(!text.contains("\n"))
            return sync.log.lines("Sync complete.").isEmpty ? .failedWalking : .failedSaving
        }
    }
}
#endif
