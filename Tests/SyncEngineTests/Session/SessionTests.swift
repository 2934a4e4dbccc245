import AccessModel
import BatonWire
import C1Z
import ConnectorKit
import Foundation
import SwiftProtobuf
import SyncEngine
import Synchronization
import Testing

@testable import ConnectorRuntime

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension TestSync {
    /// Runs with a session cache of this size.
    fileprivate func run(_ connector: RememberingConnector, cache: Int) async throws -> SyncOutcome {
        try await run(ConnectorAdapter(connector, sessions: Sessions(cacheSize: cache)))
    }
}

/// What the connector kept in a file.
private func kept(in file: String) throws -> [String] {
    var keys: [String] = []
    try C1ZFile.open(file).readSessions(of: nil) { keys.append(String(decoding: $0.key, as: UTF8.self)) }
    return keys
}

@Suite struct `what a connector keeps during a sync` {
    @Test(arguments: [0, 200, 15 << 20], [1, 4]) func `is there in a later phase, and not in the file at the end`(
        cache: Int, workers: Int
    ) async throws {
        var sync = try TestSync()
        sync.workers = workers
        let outcome = try await sync.run(RememberingConnector(), cache: cache)
        #expect(outcome.stats.grants == 10)
        #expect(try kept(in: sync.file).isEmpty)
        #expect(try !Data(contentsOf: URL(filePath: sync.file)).isEmpty)
    }

    @Test func `is there when the sync is gone on with after an error, by another process's connector`() async throws {
        let undisturbed = try await TestSync().contents(of: RememberingConnector())
        let sync = try TestSync()
        let broken = RememberingConnector { _ in throw ServiceError(.internal, "boom") }
        await #expect(throws: (any Error).self) { try await sync.run(broken, cache: 0) }
        #expect(try kept(in: sync.file).count == 10)
        let again = try TestSync(into: sync.file)
        let outcome = try await again.run(RememberingConnector(), cache: 15 << 20)
        #expect(outcome.isResumed)
        expectSame(try Contents(of: sync.file), as: undisturbed)
        #expect(try kept(in: sync.file).isEmpty)
    }

    @Test(arguments: [0, 15 << 20]) func `is there after a kill at any moment`(cache: Int) async throws {
        let undisturbed = try await TestSync().contents(of: RememberingConnector())
        let looks = Notes<Int>()
        let probe = try eventfulSync(into: Temporary.path()) { looks.add($0) }
        _ = try await probe.run(RememberingConnector(), cache: cache)
        #expect(looks.count > 15)
        for moment in 1...looks.count {
            let file = try Temporary.path()
            await #expect(processExitsWith: .signal(SIGKILL), "at \(moment) of \(looks.count)") {
                [file = file as String, moment = moment as Int, cache = cache as Int] in
                let sync = try eventfulSync(into: file) { number in
                    if number == moment { kill(getpid(), SIGKILL) }
                }
                _ = try await sync.run(RememberingConnector(), cache: cache)
            }
            let again = try TestSync(into: file)
            _ = try await again.run(RememberingConnector(), cache: cache)
            expectSame(try Contents(of: file), as: undisturbed, "killed at \(moment)")
        }
    }

    @Test(arguments: [0, 15 << 20]) func `is not seen by the next sync`(cache: Int) async throws {
        let found = Notes<[String]>()
        let connector = RememberingConnector { _ in
            if found.count == 4 { throw ServiceError(.internal, "boom") }
        } look: { page in
            found.add(try await page.session.entries(under: "", page: "").entries.map(\.key))
            // Only the last page of a sync puts it.
            #expect(try await page.session.bytes("team of u9") == nil)
        }
        // One process, whose first sync leaves what it kept in the file, and whose second is about something else.
        let adapter = try ConnectorAdapter(connector, sessions: Sessions(cacheSize: cache))
        let first = try TestSync()
        _ = try await first.failure(of: adapter)
        #expect(found.all.map(\.count) == [0, 3, 6, 9])
        #expect(try kept(in: first.file).count == 10)
        var second = try TestSync(into: first.file)
        second.types = ["user", "team"]
        #expect(try await !second.run(adapter).isResumed)
        #expect(found.all.map(\.count) == [0, 3, 6, 9, 0, 3, 6, 9])
        // The first one still has what is its own.
        #expect(try kept(in: first.file).count == 10)
        #expect(try await TestSync(into: first.file).run(adapter).isResumed)
        #expect(try kept(in: first.file).isEmpty)
    }

    @Test func `can't be reached once the sync is over`() async throws {
        let sessions = Notes<any SessionStore>()
        _ = try await TestSync().run(RememberingConnector { sessions.add($0.session) }, cache: 15 << 20)
        for session in [sessions.all[0], try #require(sessions.all.last)] {
            await #expect(throws: (any Error).self) { try await session.put([SessionEntry("a", [1])]) }
            await #expect(throws: (any Error).self) { try await session.bytes("a") }
        }
    }

    @Test(arguments: [0, 15 << 20]) func `is there for who is asked for one resource`(cache: Int) async throws {
        var sync = try TestSync()
        sync.targets = [SyncTarget(ResourceID("team", "t1"))]
        let outcome = try await sync.run(RememberingConnector(), cache: cache)
        #expect(outcome.warnings.isEmpty && outcome.stats.grants == 3)
        #expect(try kept(in: sync.file).isEmpty)
    }

    @Test func `has no place outside of a sync`() async throws {
        let error = await #expect(throws: ServiceError.self) { try await PageRequest().session.bytes("a") }
        #expect(error?.code == .failedPrecondition)
    }

    @Test func `can't be reached by a connector that isn't told which sync it is`() async throws {
        let adapter = try ConnectorAdapter(RememberingConnector())
        let error = await #expect(throws: ServiceError.self) {
            try await adapter.listResources(.with { $0.resourceTypeID = "user" })
        }
        #expect(error?.message.contains("outside of a sync") == true)
    }
}

@Suite struct `the session of a sync` {
    /// Runs `body` with the session of a sync under way.
    private func withSession(
        cache: Int = 15 << 20, _ body: @escaping @Sendable (any SessionStore) async throws -> Void
    ) async throws {
        let runs = Notes<Int>()
        _ = try await TestSync().run(
            RememberingConnector { page in if runs.add(1) == 1 { try await body(page.session) } }, cache: cache)
        #expect(runs.count == 3)
    }

    @Test(arguments: [0, 300, 15 << 20]) func `reads what was last written`(cache: Int) async throws {
        try await withSession(cache: cache) { session in
            #expect(try await session.bytes("a") == nil)
            try await session.put([SessionEntry("a", [1]), SessionEntry("b", []), SessionEntry("a", [2])])
            #expect(try await session.bytes("a") == [2])
            #expect(try await session.bytes("b") == [])
            try await session.put([SessionEntry("a", [3])])
            #expect(try await session.bytes("a") == [3])
            try await session.remove("a")
            try await session.remove("a")
            #expect(try await session.bytes("a") == nil)
            #expect(try await session.bytes("b") == [])
            try await session.put(["x": 1, "y": 2], under: "numbers")
            #expect(try await session.value("numbers", as: [String: Int].self) == ["x": 1, "y": 2])
            await #expect(throws: ServiceError.self) { try await session.value("numbers", as: [Int].self) }
            #expect(try await session.value("nothing", as: [Int].self) == nil)
        }
    }

    @Test func `keeps keys apart that only look the same`() async throws {
        try await withSession { session in
            try await session.put([SessionEntry("é", [1]), SessionEntry("e\u{301}", [2])])
            #expect(try await session.bytes("é") == [1])
            #expect(try await session.bytes("e\u{301}") == [2])
        }
    }

    @Test func `lists in byte order, under a prefix to the letter`() async throws {
        try await withSession { session in
            for key in ["p/b", "P/x", "p/a", "p%", "p_", "p", "p/\u{10FFFF}", "q"] {
                try await session.put([SessionEntry(key, Array(key.utf8))])
            }
            let found = Notes<String>()
            try await session.forEach(under: "p/") { found.add($0.key) }
            #expect(found.all == ["p/a", "p/b", "p/\u{10FFFF}"])
            try await session.removeAll(under: "p%")
            #expect(try await session.bytes("p%") == nil)
            #expect(try await session.bytes("p/a") != nil)
            try await session.removeAll(under: "p/")
            #expect(try await session.bytes("p/a") == nil)
            #expect(try await session.bytes("P/x") != nil)
            #expect(try await session.bytes("p") != nil)
            // What the grants of this connector need is still there.
            #expect(try await session.entries(under: "team of ", page: "").entries.count == 10)
        }
    }

    @Test func `lists large values page by page`() async throws {
        try await withSession { session in
            for number in 0..<5 {
                try await session.put([SessionEntry("large\(number)", [UInt8](repeating: 7, count: 2_000_000))])
            }
            let first = try await session.entries(under: "large", page: "")
            #expect(first.entries.map(\.key) == ["large0", "large1"])
            #expect(first.next == "large2")
            let keys = Notes<String>()
            try await session.forEach(under: "large") { keys.add($0.key) }
            #expect(keys.all == (0..<5).map { "large\($0)" })
        }
    }

    @Test func `has limits, and says which`() async throws {
        try await withSession { session in
            for key in ["", String(repeating: "é", count: 513)] {
                let error = await #expect(throws: ServiceError.self) { try await session.put([SessionEntry(key, [1])]) }
                #expect(error?.code == .invalidArgument && error?.message.contains("1 to 512") == true)
                await #expect(throws: ServiceError.self) { try await session.bytes(key) }
                await #expect(throws: ServiceError.self) { try await session.remove(key) }
            }
            try await session.put([SessionEntry(String(repeating: "é", count: 512), [1])])
            let largest = [UInt8](repeating: 1, count: 4_132_864)
            try await session.put([SessionEntry("large", largest)])
            #expect(try await session.bytes("large") == largest)
            let error = await #expect(throws: ServiceError.self) {
                try await session.put([SessionEntry("first", [1]), SessionEntry("larger", largest + [1])])
            }
            #expect(error?.message.contains("4132865 bytes, allowed are 4132864") == true)
            // All or nothing.
            #expect(try await session.bytes("first") == nil)
        }
    }

    @Test(arguments: [0, 2000, 15 << 20]) func `agrees with a plain dictionary, whoever writes meanwhile`(cache: Int)
        async throws
    {
        try await withSession(cache: cache) { session in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<4 {
                    group.addTask {
                        var numbers = SystemRandomNumberGenerator()
                        var known: [String: [UInt8]] = [:]
                        for step in 0..<200 {
                            let key = "w\(worker)/\(Int.random(in: 0..<20, using: &numbers))"
                            switch Int.random(in: 0..<4, using: &numbers) {
                            case 0:
                                known[key] = nil
                                try await session.remove(key)
                            case 1:
                                let value = [UInt8](repeating: UInt8(step % 256), count: step)
                                known[key] = value
                                try await session.put([SessionEntry(key, value)])
                            default:
                                let found = try await session.bytes(key)
                                #expect(found == known[key])
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
