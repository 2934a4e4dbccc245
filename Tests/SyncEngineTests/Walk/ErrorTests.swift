import AccessModel
import BatonWire
import C1Z
import ConnectorKit
import ConnectorRuntime
import SwiftProtobuf
import SyncEngine
import Synchronization
import Testing

/// A directory with `count` groups.
private func groups(_ count: Int) -> SmallDirectory {
    var directory = SmallDirectory()
    for number in 0..<count { directory.addGroup("g\(number)") }
    return directory
}

@Suite struct `an object that is gone` {
    /// Groups whose entitlements are gone for the first `gone` of them.
    private func client(_ count: Int, gone: Int) -> ScriptedClient {
        var client = groups(count).client
        let plain = client
        client.entitlements = { call in
            let number = Int(call.resource?.value.dropFirst() ?? "") ?? 0
            if number < gone { throw ServiceError(.notFound, "no such group") }
            return try await plain.entitlements(call)
        }
        return client
    }

    @Test func `costs its own rows and is a warning`() async throws {
        let sync = try TestSync()
        let outcome = try await sync.run(client(20, gone: 2))
        #expect(outcome.warnings.count == 2)
        #expect(outcome.stats.entitlements == 18)
        let lines = sync.log.lines("skipping sync action")
        #expect(lines.count == 2)
        #expect(
            lines.first?.text("action")?.contains(#""operation":"list-entitlements","resource_type_id":"group""#)
                == true)
        #expect(sync.log.lines("sync completed with warnings").first?.text("warning_count") == "2")
    }

    @Test(arguments: [(200, 10, true), (200, 11, true), (200, 60, false), (12, 11, false)])
    func `stops the sync when it is more than ten and more than a tenth`(count: Int, gone: Int, passes: Bool)
        async throws
    {
        let sync = try TestSync()
        guard !passes else {
            #expect(try await sync.run(client(count, gone: gone)).warnings.count == gone)
            return
        }
        let error = try await sync.failure(of: client(count, gone: gone))
        #expect("\(error)".hasPrefix("too many warnings, exiting sync: warnings: ["))
        #expect("\(error)".contains("completed actions: "))
        #expect(StatusCode(of: error) == .unknown)
        #expect(try sync.unfinished() != nil)
    }

    @Test func `is an error when it is the list of types`() async throws {
        var client = groups(1).client
        client.types = { _ in throw ServiceError(.notFound, "nothing here") }
        #expect(StatusCode(of: try await TestSync().failure(of: client)) == .notFound)
    }
}

@Suite struct `an error that may pass` {
    /// What the waits are when the first grants listing fails with `errors`, one after the other.
    private func waits(_ errors: [ServiceError], now: Int64 = 1_790_000_000) async throws -> [Double] {
        let waits = Notes<Double>()
        let left = Mutex(errors)
        var client = groups(1).client
        let plain = client
        client.grants = { call in
            if let error = left.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { throw error }
            return try await plain.grants(call)
        }
        var sync = try TestSync()
        sync.clock = HandClock(at: now).reading
        sync.sleep = { waits.add($0) }
        try await sync.run(client)
        #expect(sync.log.lines("retrying operation").count == errors.count)
        return waits.all
    }

    private func limited(reset seconds: Int64, remaining: Int64) -> ServiceError {
        ServiceError(
            .unavailable, "slow down",
            rateLimit: .with {
                $0.resetAt.seconds = seconds
                $0.remaining = remaining
            })
    }

    @Test func `is waited for longer each time, a minute at most`() async throws {
        let errors = (0..<65).map { ServiceError($0 % 2 == 0 ? .unavailable : .deadlineExceeded, "busy") }
        let expected = (1...60).map { Double($0) } + Array(repeating: 60, count: 5)
        #expect(try await waits(errors) == expected)
    }

    @Test func `is waited for as long as the application asks`() async throws {
        let now: Int64 = 1_790_000_000
        #expect(try await waits([limited(reset: now + 17, remaining: 0)], now: now) == [17])
        #expect(try await waits([limited(reset: now + 3600, remaining: 0)], now: now) == [60])
        #expect(try await waits([limited(reset: now + 10, remaining: 4)], now: now) == [3])
        #expect(try await waits([limited(reset: now + 10, remaining: 1000)], now: now) == [1])
        // A reset in the past says nothing.
        #expect(try await waits([limited(reset: now - 5, remaining: 0)], now: now) == [1])
        #expect(try await waits([limited(reset: .max, remaining: 0)], now: now) == [60])
        #expect(try await waits([limited(reset: .min, remaining: .min)], now: now) == [1])
    }

    @Test func `begins at one second again after a success`() async throws {
        let waits = Notes<Double>()
        let calls = Mutex(0)
        let client = groups(3).client.striking {
            let call = calls.withLock { count in
                count += 1
                return count
            }
            if [2, 3, 6].contains(call) { throw ServiceError(.unavailable, "busy") }
        }
        var sync = try TestSync()
        sync.sleep = { waits.add($0) }
        try await sync.run(client)
        #expect(waits.all == [1, 2, 1])
    }

    @Test func `repeats the page that failed and no other`() async throws {
        let asked = Notes<String>()
        let hasFailed = Mutex(false)
        var client = ScriptedClient()
        client.types = { _ in .init(rows: [SmallDirectory.user]) }
        client.resources = { call in
            asked.add(call.token)
            if call.token == "1",
                !hasFailed.withLock({ old in
                    defer { old = true }; return old
                })
            {
                throw ServiceError(.unavailable, "busy")
            }
            let id = call.token.isEmpty ? "0" : call.token
            return .init(
                rows: [.user(ResourceID("user", id), name: id, email: "")],
                next: ["": "1", "1": "2"][call.token] ?? "")
        }
        let contents = try await TestSync().contents(of: client)
        #expect(asked.all == ["", "1", "1", "2"])
        #expect(contents.rows(.resource).count == 3)
    }

    @Test func `is shown while it is waited for`() async throws {
        var client = groups(1).client
        let plain = client
        let failures = Mutex(1)
        client.grants = { call in
            let fails = failures.withLock { left in
                left -= 1
                return left >= 0
            }
            if fails { throw ServiceError(.unavailable, "busy") }
            return try await plain.grants(call)
        }
        let sync = try TestSync()
        try await sync.run(client)
        let shown = sync.progress.all.map(\.waitingFor)
        #expect(shown.contains { $0?.contains("busy") == true && $0?.contains("1 s") == true })
        #expect(shown.last == .some(nil))
    }

    @Test func `can be left by cancelling`() async throws {
        var client = groups(1).client
        client.grants = { _ in throw ServiceError(.unavailable, "busy") }
        var sync = try TestSync()
        let waiting = AsyncStream<Void>.makeStream()
        sync.sleep = { _ in
            waiting.continuation.yield()
            try await Task.sleep(for: .seconds(3600))
        }
        let task = Task { [sync, client] in try await sync.run(client) }
        for await _ in waiting.stream { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try sync.unfinished() != nil)
    }
}

@Suite struct `an error that won't pass` {
    @Test(arguments: [
        StatusCode.resourceExhausted, .internal, .permissionDenied, .unauthenticated, .unknown, .invalidArgument,
    ]) func `stops the sync and says where it happened`(code: StatusCode) async throws {
        var client = groups(3).client
        client.grants = { call in throw ServiceError(code, "denied") }
        let sync = try TestSync()
        let error = try await sync.failure(of: client)
        #expect(StatusCode(of: error) == code)
        #expect("\(error)".hasPrefix("sync-grants-for-resource: grants on group/g"))
        #expect("\(error)".hasSuffix(": denied"))
        #expect(try sync.unfinished()?.token.contains("list-grants") == true)
    }

    @Test func `stops the other workers`() async throws {
        let began = Mutex(0)
        var client = groups(40).client
        client.grants = { call in
            let number = began.withLock { count in
                count += 1
                return count
            }
            if number == 4 { throw ServiceError(.internal, "boom") }
            try await Task.sleep(for: .seconds(3600))
            return .init()
        }
        var sync = try TestSync()
        sync.workers = 4
        let error = try await sync.failure(of: client)
        #expect("\(error)".hasSuffix("boom"))
        #expect(began.withLock { $0 } == 4)
    }
}

@Suite struct `a spawned cursor` {
    /// One group whose grants come from the cursors that `answers` has for each token.
    private func client(
        _ answers: [String: (tokens: [[String]], next: String)], asked: Notes<String> = Notes()
    ) -> ScriptedClient {
        var directory = groups(1)
        for token in ["", "a", "b", "c", "d", "n"] { directory.addUser("u\(token)") }
        var client = directory.client
        client.grants = { call in
            guard call.type == "group" else { return .init() }
            asked.add(call.token)
            let answer = answers[call.token] ?? ([], "")
            let marks = answer.tokens.map { tokens in
                Annotation(carrying: C1_Connector_V2_EnqueuePageTokens.with { $0.pageTokens = tokens })
            }
            let grant = Grant("member", on: ResourceID("group", "g0"), to: ResourceID("user", "u\(call.token)"))
            return .init(rows: [grant], next: answer.next, annotations: marks)
        }
        return client
    }

    @Test(arguments: [1, 4]) func `is followed beside the page's own`(workers: Int) async throws {
        let asked = Notes<String>()
        var sync = try TestSync()
        sync.workers = workers
        let contents = try await sync.contents(
            of: client(["": ([["a", "b"]], "n"), "a": ([["c"]], ""), "c": ([], "d")], asked: asked))
        #expect(asked.all.sorted() == ["", "a", "b", "c", "d", "n"])
        #expect(contents.rows(.grant).count == 6)
        #expect(contents.run.token.contains(#""version":1"#))
        // Siblings don't count as resources covered.
        #expect(sync.log.lines("Synced grants").count { $0.text("resource_type_id") == "group" } == 1)
    }

    @Test func `is followed once however often it is mentioned`() async throws {
        let asked = Notes<String>()
        let sync = try TestSync()
        try await sync.run(client(["": ([["a"]], "n"), "a": ([["b"]], ""), "b": ([["a"]], "")], asked: asked))
        #expect(asked.all.sorted() == ["", "a", "b", "n"])
    }

    /// Annotations that may not be, each a list of tokens.
    struct Wrong: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let annotations: [[String]]

        static let all = [
            Wrong(testDescription: "two annotations", annotations: [["a"], ["b"]]),
            Wrong(testDescription: "a token twice", annotations: [["a", "a"]]),
            Wrong(testDescription: "the token of the next page", annotations: [["n"]]),
            Wrong(testDescription: "an empty token", annotations: [[""]]),
            Wrong(testDescription: "too many tokens", annotations: [(0..<1025).map { "x\($0)" }]),
            Wrong(testDescription: "a token too long", annotations: [[String(repeating: "x", count: 1 << 20 + 1)]]),
            Wrong(
                testDescription: "tokens too long together",
                annotations: [(10..<27).map { "\($0)" + String(repeating: "x", count: 1 << 20 - 10) }]),
        ]
    }

    @Test(arguments: Wrong.all) func `that breaks the rules fails the sync`(wrong: Wrong) async throws {
        let error = try await TestSync().failure(of: client(["": (wrong.annotations, "n")]))
        #expect(StatusCode(of: error) == .internal)
        #expect("\(error)".utf8.count < 1000)
    }

    @Test func `survives an interruption`() async throws {
        let sync = try TestSync()
        let plain = client(["": ([["a", "b"]], "n"), "a": ([["c"]], ""), "c": ([], "d")])
        var failing = plain
        failing.grants = { call in
            if call.token == "b" { throw ServiceError(.internal, "boom") }
            return try await plain.grants(call)
        }
        _ = try await sync.failure(of: failing)
        #expect(try sync.unfinished()?.token.contains(#""spawned":true"#) == true)
        #expect(try sync.unfinished()?.token.hasSuffix(#""version":2}"#) == true)
        let contents = try await TestSync(into: sync.file).contents(of: plain)
        #expect(contents.rows(.grant).count == 6)
    }
}

/// Lists users in pages that never end.
private struct EndlessSyncer: ResourceSyncer {
    let type = SmallDirectory.user
    let next: @Sendable (String) -> String

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        Page([.user(ResourceID("user", "u"), name: "U", email: "")], next: next(page.token))
    }
}

private struct ListedConnector: Connector {
    static let metadata = ConnectorMetadata(name: "baton-listed", displayName: "Listed")
    let syncers: [any ResourceSyncer]

    init(_ syncers: any ResourceSyncer...) { self.syncers = syncers }
    init(_ configuration: NoConfiguration, context: ConnectorContext) async throws { self.init() }
    func validate() async throws {}
}

@Suite struct `a connector that misbehaves` {
    @Test func `with the same token again is told so`() async throws {
        let connector = ListedConnector(EndlessSyncer { _ in "again" })
        let error = try await TestSync().failure(of: ConnectorAdapter(connector))
        #expect(StatusCode(of: error) == .internal)
        #expect("\(error)".contains("next page token unchanged"))
    }

    @Test func `with pages that never end can be stopped, and went on page by page`() async throws {
        let connector = try ConnectorAdapter(ListedConnector(EndlessSyncer { String((Int($0) ?? 0) + 1) }))
        var sync = try TestSync()
        let cancel = Mutex<(@Sendable () -> Void)?>(nil)
        sync.progress = ProgressBook { progress, _ in
            if progress.resources == 2000 { cancel.withLock { $0 }?() }
        }
        let gate = AsyncStream<Void>.makeStream()
        let task = Task { [sync] in
            for await _ in gate.stream { break }
            return try await sync.run(connector)
        }
        cancel.withLock { $0 = { task.cancel() } }
        gate.continuation.yield()
        await #expect(throws: CancellationError.self) { try await task.value }
        let token = try #require(try sync.unfinished()?.token)
        #expect(token.contains(#""page_token":"20"#))
    }

    @Test(arguments: [(1025, 0), (0, 2049)]) func `with a name that is too long is told which resource has it`(
        name: Int, description: Int
    ) async throws {
        let resource = Resource(
            ResourceID("user", "u1"), name: String(repeating: "x", count: name),
            description: String(repeating: "x", count: description))
        struct Syncer: ResourceSyncer {
            let type = ResourceType("user", displayName: "User")
            let resource: Resource
            func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
                Page([resource])
            }
        }
        let connector = ListedConnector(Syncer(resource: resource))
        let error = try await TestSync().failure(of: ConnectorAdapter(connector))
        #expect("\(error)".contains("user/u1"))
        #expect("\(error)".contains("allowed are"))
        #expect("\(error)".utf8.count < 400)
    }
}
