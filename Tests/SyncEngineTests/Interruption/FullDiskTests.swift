import AccessModel
import C1Z
import ConnectorKit
import DemoConnector
import Foundation
import Testing

@testable import SyncEngine

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

    @Test(arguments: [100, 300, 700, 1400, 2400, 3200, 4000, 16_000], [5, 0])
    func `fails with one line, leaves the old file alone, and goes on when there is room`(
        kilobytes: Int, seconds: Int64
    ) async throws {
        let disk = try SmallDisk(kilobytes: 32 << 10)
        let file = "\(disk.path)/sync.c1z"
        try await TestSync(into: file).run(try await connector("10,3,20"))
        let old = try Contents(of: file)
        try disk.fill(leaving: kilobytes << 10)
        let ending = try await sync(into: file, seconds: seconds)
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

    /// - Parameter seconds: how far the clock goes at each look: 5 lets every page be committed, 0 almost none.
    private func sync(into file: String, seconds: Int64) async throws -> Ending {
        let hand = HandClock(at: StoredTime.now().seconds - 3600)
        var sync = try TestSync(into: file)
        sync.clock = {
            hand.advance(by: seconds)
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

    /// What is collected between two commits doesn't fit into memory here, so the disk is full in the middle of a transaction.
    @Test func `loses no row whose page it counts as done`() async throws {
        var client = ScriptedClient()
        client.types = { _ in .init(rows: [SmallDirectory.user]) }
        client.resources = { call in
            let page = Int(call.token) ?? 0
            let rows = (0..<10).map { number in
                Resource.user(
                    ResourceID("user", "u\(page)-\(number)"), name: String(repeating: "x", count: 100_000), email: "")
            }
            return .init(rows: rows, next: page < 69 ? "\(page + 1)" : "")
        }
        let disk = try SmallDisk(kilobytes: 36 << 10)
        var sync = try TestSync(into: "\(disk.path)/sync.c1z")
        sync.clock = HandClock(at: StoredTime.now().seconds).reading
        let error = try await sync.failure(of: client)
        #expect("\(error)".contains("no space left on the disk"))
        // Nothing was tried on top of what is lost.
        #expect(!"\(error)".contains("since the last checkpoint"))
        try expectWholePages(sync.file)
    }

    /// Every page before the one that is planned next must be there.
    private func expectWholePages(_ file: String) throws {
        let writer = try C1ZFile.write(file)
        let run = try #require(try writer.syncRuns().last)
        let token = try SyncState(token: run.token)
        var count = 0
        try writer.read(.resource, of: run.id, where: .all) { _ in count += 1 }
        let page = token.stack.last { $0.operation == .listResources && !$0.isRoot }?.pageToken ?? ""
        #expect(count >= (Int(page) ?? 0) * 10, "page \(page)")
    }
}
#endif
