import AccessModel
import C1Z
import Foundation
import SyncEngine
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension SmallDirectory {
    /// A few of everything, in pages of three.
    static var nested: SmallDirectory {
        var directory = SmallDirectory()
        for number in 0..<8 { directory.addUser("u\(number)") }
        for number in 0..<5 { directory.addGroup("g\(number)") }
        directory.addRole("admin")
        for number in 0..<8 { directory.grant("member", on: "group/g\(number % 5)", to: "user/u\(number)") }
        for number in 1..<5 { directory.nest("g\(number)", into: "member", on: "group/g\(number - 1)") }
        directory.nest("g0", into: "assigned", on: "role/admin")
        directory.pageSize = 3
        return directory
    }
}

/// A sync whose clock runs so fast that every page is committed, and that does something when the clock is looked at.
///
/// The clock is looked at before and after each commit, so these moments are all that matter to the file.
func eventfulSync(into file: String, _ look: @escaping @Sendable (Int) -> Void) throws -> TestSync {
    let looks = Mutex(0)
    let start = StoredTime.now().seconds - 3600
    var sync = try TestSync(into: file)
    sync.clock = {
        let number = looks.withLock { count in
            count += 1
            return count
        }
        look(number)
        return StoredTime(seconds: start + Int64(number) * 5, nanos: 0)
    }
    return sync
}

@Suite struct `a killed sync` {
    @Test(arguments: 0..<4, [(1, "sqlite"), (4, "sqlite"), (4, "pebble")])
    func `goes on as if nothing had happened, wherever it was killed`(
        shard: Int, manner: (workers: Int, engine: String)
    ) async throws {
        let (workers, engine) = manner
        var calm = try TestSync()
        calm.engine = StorageEngine(rawValue: engine)
        let undisturbed = try await calm.contents(of: SmallDirectory.nested.client)
        let looks = Mutex(0)
        var probe = try eventfulSync(into: Temporary.path()) { number in looks.withLock { $0 = max($0, number) } }
        probe.workers = workers
        probe.engine = calm.engine
        try await probe.run(SmallDirectory.nested.client)
        let count = looks.withLock { $0 }
        #expect(count > 40)
        for moment in stride(from: 1 + shard, through: count, by: 4) {
            let file = try Temporary.path()
            await #expect(processExitsWith: .signal(SIGKILL), "at \(moment) of \(count)") {
                [file = file as String, moment = moment as Int, workers = workers as Int, engine = engine as String] in
                var sync = try eventfulSync(into: file) { number in
                    if number == moment { kill(getpid(), SIGKILL) }
                }
                sync.workers = workers
                sync.engine = StorageEngine(rawValue: engine)
                try await sync.run(SmallDirectory.nested.client)
            }
            var again = try TestSync(into: file)
            again.engine = calm.engine
            expectSame(
                try await again.contents(of: SmallDirectory.nested.client), as: undisturbed, "killed at \(moment)")
            #expect(!FileManager.default.fileExists(atPath: workFolder(of: file)))
        }
    }

    @Test func `doesn't list again what it has committed`() async throws {
        let file = try Temporary.path()
        await #expect(processExitsWith: .signal(SIGKILL)) { [file = file as String] in
            var client = SmallDirectory.nested.client
            let grants = client.grants
            client.grants = { call in
                if call.resource == ResourceID("group", "g4") { kill(getpid(), SIGKILL) }
                return try await grants(call)
            }
            try await eventfulSync(into: file) { _ in }.run(client)
        }
        let asked = Notes<String>()
        var client = SmallDirectory.nested.client
        let (resources, grants) = (client.resources, client.grants)
        client.resources = { call in
            asked.add("resources")
            return try await resources(call)
        }
        client.grants = { call in
            asked.add("grants of \(call.resource?.description ?? "")")
            return try await grants(call)
        }
        let again = try TestSync(into: file)
        let outcome = try await again.run(client)
        #expect(outcome.isResumed)
        #expect(!asked.all.contains("resources"))
        #expect(asked.all.contains("grants of group/g4"))
        #expect(!asked.all.contains("grants of group/g0"))
    }
}

extension StorageEngine {
    static let all: [StorageEngine] = [.sqlite, .pebble]
}

/// Where the working copy of a file is by default.
func workFolder(of file: String) -> String {
    let url = URL(filePath: file)
    return url.deletingLastPathComponent().appending(path: ".\(url.lastPathComponent).work").path
}

@Suite struct `a stopped sync` {
    @Test(arguments: [1, 4], StorageEngine.all)
    func `keeps what it has when its task is cancelled, at every report`(workers: Int, engine: StorageEngine)
        async throws
    {
        var calm = try TestSync()
        calm.engine = engine
        let undisturbed = try await calm.contents(of: SmallDirectory.nested.client)
        let probe = try TestSync()
        try await probe.run(SmallDirectory.nested.client)
        for moment in 1...probe.progress.all.count {
            var sync = try TestSync()
            sync.workers = workers
            sync.engine = engine
            let cancel = Mutex<(@Sendable () -> Void)?>(nil)
            sync.progress = ProgressBook { _, number in
                if number == moment { cancel.withLock { $0 }?() }
            }
            let gate = AsyncStream<Void>.makeStream()
            let task = Task { [sync] in
                for await _ in gate.stream { break }
                return try await sync.run(SmallDirectory.nested.client)
            }
            cancel.withLock { $0 = { task.cancel() } }
            gate.continuation.yield()
            let result = await task.result
            if case .failure(let error) = result {
                #expect(StatusCode(of: error) == .cancelled, "at \(moment): \(error)")
            }
            #expect(!FileManager.default.fileExists(atPath: workFolder(of: sync.file)), "at \(moment)")
            if case .failure = result, moment > 2 { #expect(try sync.unfinished() != nil, "at \(moment)") }
            var again = try TestSync(into: sync.file)
            again.engine = engine
            expectSame(
                try await again.contents(of: SmallDirectory.nested.client), as: undisturbed, "stopped at \(moment)")
        }
    }

    @Test(arguments: StorageEngine.all) func `writes a large file to its end, although it is cancelled`(
        engine: StorageEngine
    ) async throws {
        var sync = try TestSync()
        sync.engine = engine
        var client = ScriptedClient()
        client.types = { _ in .init(rows: [SmallDirectory.user]) }
        client.resources = { call in
            let page = Int(call.token) ?? 0
            // The last page never comes: the task is cancelled while it is waited for.
            if page == 4 { try await Task.sleep(for: .seconds(600)) }
            let rows = (0..<1000).map { Resource.user(ResourceID("user", "u\(page)-\($0)"), name: "U", email: "") }
            return .init(rows: rows, next: "\(page + 1)")
        }
        let arrived = AsyncStream<Void>.makeStream()
        sync.progress = ProgressBook { progress, _ in
            if progress.resources >= 4000 { arrived.continuation.yield() }
        }
        let task = Task { [sync, client] in try await sync.run(client) }
        for await _ in arrived.stream { break }
        task.cancel()
        guard case .failure = await task.result else {
            Issue.record("a sync that waits for ever came to its end")
            return
        }
        let run = try #require(try sync.unfinished())
        #expect(try Contents(of: sync.file, sync: run.id).rows(.resource).count == 4000)
        #expect(!FileManager.default.fileExists(atPath: workFolder(of: sync.file)))
    }

    @Test func `that is saving already comes to its end`() async throws {
        var sync = try TestSync()
        let cancel = Mutex<(@Sendable () -> Void)?>(nil)
        sync.progress = ProgressBook { progress, _ in
            if progress.phase == .saving { cancel.withLock { $0 }?() }
        }
        let gate = AsyncStream<Void>.makeStream()
        let task = Task { [sync] in
            for await _ in gate.stream { break }
            return try await sync.run(SmallDirectory.nested.client)
        }
        cancel.withLock { $0 = { task.cancel() } }
        gate.continuation.yield()
        let outcome = try await task.value
        #expect(try Contents(of: sync.file).run.id == outcome.syncID)
    }

    @Test func `that had not begun leaves no file and no working copy`() async throws {
        var client = SmallDirectory.nested.client
        client.validation = { throw ServiceError(.unauthenticated, "key: refused") }
        let sync = try TestSync()
        let error = try await sync.failure(of: client)
        #expect(StatusCode(of: error) == .unauthenticated)
        #expect(!FileManager.default.fileExists(atPath: sync.file))
        #expect(!FileManager.default.fileExists(atPath: workFolder(of: sync.file)))
    }

    @Test func `that had not begun leaves the file of the sync before as it is`() async throws {
        let sync = try TestSync()
        try await sync.run(SmallDirectory.nested.client)
        let before = try Data(contentsOf: URL(filePath: sync.file))
        var client = SmallDirectory.nested.client
        client.validation = { throw ServiceError(.unauthenticated, "key: refused") }
        _ = try await TestSync(into: sync.file).failure(of: client)
        #expect(try Data(contentsOf: URL(filePath: sync.file)) == before)
    }

    @Test func `that had not begun keeps the working copy of a killed one`() async throws {
        let file = try Temporary.path()
        await #expect(processExitsWith: .signal(SIGKILL)) { [file = file as String] in
            try await eventfulSync(into: file) { number in
                if number == 30 { kill(getpid(), SIGKILL) }
            }.run(SmallDirectory.nested.client)
        }
        var client = SmallDirectory.nested.client
        client.validation = { throw ServiceError(.unauthenticated, "key: refused") }
        _ = try await TestSync(into: file).failure(of: client)
        let again = try TestSync(into: file)
        #expect(try await again.run(SmallDirectory.nested.client).isResumed)
    }

    @Test func `gives its file free for the next`() async throws {
        let sync = try TestSync()
        let first = Sync(
            of: SmallDirectory.nested.client, options: sync.options, observer: sync.progress, log: sync.log.logger)
        _ = try await first.run()
        let second = Sync(
            of: SmallDirectory.nested.client, options: sync.options, observer: sync.progress, log: sync.log.logger)
        _ = try await second.run()
        // The first is still there, and can't run again.
        await #expect(throws: ServiceError.self) { try await first.run() }
    }

    @Test(arguments: [1, 3, 5, 8, 12, 16, 20]) func `by an error of the connector goes on with the next run`(
        failing: Int
    ) async throws {
        let calls = Mutex(0)
        var sync = try TestSync()
        sync.workers = 3
        let failed = try await sync.failure(
            of: SmallDirectory.nested.client.striking {
                let call = calls.withLock { count in
                    count += 1
                    return count
                }
                if call == failing { throw ServiceError(.internal, "boom") }
            })
        #expect(StatusCode(of: failed) == .internal)
        #expect("\(failed)".contains("boom"))
        let unfinished = try #require(try sync.unfinished())
        let warning = sync.log.lines("the sync stopped before its end; run the same command again to go on from here")
        #expect(warning.count == 1)
        let again = try TestSync(into: sync.file)
        let outcome = try await again.run(SmallDirectory.nested.client)
        #expect(outcome.isResumed)
        #expect(outcome.syncID == unfinished.id)
        let undisturbed = try await TestSync().contents(of: SmallDirectory.nested.client)
        expectSame(try Contents(of: sync.file), as: undisturbed)
    }
}

extension ScriptedClient {
    /// The same connector, with something done before each listing.
    func striking(_ strike: @escaping @Sendable () async throws -> Void) -> ScriptedClient {
        let plain = self
        var client = self
        client.types = {
            try await strike()
            return try await plain.types($0)
        }
        client.resources = {
            try await strike()
            return try await plain.resources($0)
        }
        client.resource = {
            try await strike()
            return try await plain.resource($0, $1)
        }
        client.entitlements = {
            try await strike()
            return try await plain.entitlements($0)
        }
        client.grants = {
            try await strike()
            return try await plain.grants($0)
        }
        return client
    }
}
