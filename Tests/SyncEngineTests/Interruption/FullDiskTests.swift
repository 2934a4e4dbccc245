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

    @Test(arguments: [100, 300, 500, 600, 650, 700, 750, 800, 850, 900, 1000])
    func `fails with one line, leaves the old file alone, and goes on when there is room`(kilobytes: Int) async throws {
        let disk = try SmallDisk(kilobytes: 32 << 10)
        let file = "\(disk.path)/sync.c1z"
        try await TestSync(into: file).run(try await connector("10,3,20"))
        let before = try Data(contentsOf: URL(filePath: file))
        try disk.fill(leaving: kilobytes << 10)
        // Every page is committed, so that what came in before the disk was full counts.
        let hand = HandClock(at: StoredTime.now().seconds)
        var sync = try TestSync(into: file)
        sync.clock = {
            hand.advance(by: 5)
            return hand.reading()
        }
        let scale = "300,31,3000"
        do {
            try await sync.run(try await connector(scale))
        } catch {
            let text = "\(error)"
            #expect(text.contains("no space left on the disk"), "\(text)")
            #expect(!text.contains("\n"))
            if try Data(contentsOf: URL(filePath: file)) == before {
                #expect(text.contains(".sync.c1z.work") || sync.log.messages.isEmpty || !hasBegun(sync), "\(text)")
            } else {
                #expect(try sync.unfinished() != nil)
            }
        }
        // Whatever happened, the finished sync of before is there.
        #expect(try C1ZFile.open(file).latestFinishedSync() != nil)
        try disk.free()
        let again = try TestSync(into: file)
        let contents = try await again.contents(of: try await connector(scale))
        let undisturbed = try await TestSync().contents(of: try await connector(scale))
        expectSame(contents, as: undisturbed)
    }

    private func hasBegun(_ sync: TestSync) -> Bool { !sync.log.lines("Syncing resource types...").isEmpty }
}
#endif
