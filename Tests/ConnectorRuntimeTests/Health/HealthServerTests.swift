import AccessModel
import ConnectorKit
import Foundation
import Logging
import SyncEngine
import Synchronization
import Testing

@testable import ConnectorRuntime

private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

private func connector(
    validate: @escaping @Sendable () async throws -> Void = {}
) throws -> ConnectorAdapter<ScriptedConnector> {
    var script = Script()
    script.validate = validate
    return try ConnectorAdapter(
        ScriptedConnector([PlainSyncer()], script: script),
        retries: .init(validation: CallRetries(limit: 0, step: 1)))
}

/// Serves the health of `client` on a port of its own while `work` runs.
private func serving(
    limit: Duration = .seconds(30), headLimit: Duration = .seconds(10),
    _ client: @escaping @Sendable () async throws -> any ConnectorClient,
    _ work: (Int) async throws -> Void
) async throws {
    let health = ConnectorHealth(limit: limit, log: quiet, now: { 1_795_374_095.826 }, client: client)
    let server = try HealthServer(
        at: .init(host: "127.0.0.1", port: 0), health: health, log: quiet, headLimit: headLimit)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await server.run() }
        defer { group.cancelAll() }
        try await work(server.place.port)
    }
}

/// Sends `request` and returns all that comes back until the server closes.
private func exchange(_ request: String, port: Int) async throws -> String {
    let address = try #require(try SocketAddress.resolve("127.0.0.1", port: port, isPassive: false).first)
    let connection = try await Socket.connected(to: address)
    try await connection.send(Array(request.utf8))
    var answer: [UInt8] = []
    while case let more = try await connection.bytes(atMost: 4096), !more.isEmpty { answer += more }
    return String(decoding: answer, as: UTF8.self)
}

private func get(_ path: String, port: Int) async throws -> (status: String, body: String) {
    let answer = try await exchange("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n", port: port)
    let end = try #require(answer.range(of: "\r\n\r\n"))
    return (String(answer.prefix { $0 != "\r\n" }), String(answer[end.upperBound...]))
}

@Suite struct `the health endpoint` {
    @Test func `tells that all is well`() async throws {
        let connector = try connector()
        try await serving({ connector }) { port in
            for (path, word) in [("/health", "healthy"), ("/ready", "ready"), ("/live?x=1", "alive")] {
                let answer = try await get(path, port: port)
                #expect(answer.status == "HTTP/1.1 200 OK")
                #expect(answer.body == "{\"status\":\"\(word)\",\"timestamp\":\"2026-11-22T19:01:35Z\"}\n")
            }
            let whole = try await exchange("POST /live HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", port: port)
            #expect(whole.contains("\r\nContent-Type: application/json\r\n"))
            #expect(whole.contains("\r\nConnection: close\r\n"))
            let head = try await exchange("HEAD /live HTTP/1.1\r\n\r\n", port: port)
            #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n") && head.hasSuffix("\r\n\r\n"))
            #expect(try await get("/", port: port).status == "HTTP/1.1 404 Not Found")
        }
    }

    @Test func `tells why a connector is not well`() async throws {
        let connector = try connector { throw ServiceError(.unauthenticated, "token: \"expired\"") }
        try await serving({ connector }) { port in
            let answer = try await get("/health", port: port)
            #expect(answer.status == "HTTP/1.1 503 Service Unavailable")
            #expect(
                answer.body
                    == #"{"status":"unhealthy","timestamp":"2026-11-22T19:01:35Z","details":{"error":"connector validation failed","validation_error":"validate failed: token: \"expired\""}}"#
                    + "\n")
            #expect(try await get("/ready", port: port).status == "HTTP/1.1 200 OK")
        }
    }

    @Test func `tells when there is no connector yet`() async throws {
        try await serving({ throw ServiceError(.unavailable, "starting") }) { port in
            let details = #""details":{"error":"failed to get connector client"}}"# + "\n"
            let health = try await get("/health", port: port)
            #expect(health.status.contains("503") && health.body.contains("unhealthy"))
            #expect(health.body.hasSuffix(details))
            let ready = try await get("/ready", port: port)
            #expect(ready.status.contains("503") && ready.body.contains("not_ready") && ready.body.hasSuffix(details))
            #expect(try await get("/live", port: port).status.contains("200"))
        }
    }

    @Test func `answers although the connector doesn't, and asks it once only`() async throws {
        let calls = Notes<Int>()
        let held = Mutex<[CheckedContinuation<Void, Never>]>([])
        let connector = try connector {
            calls.add(1)
            await withCheckedContinuation { continuation in held.withLock { $0.append(continuation) } }
        }
        try await serving(limit: .milliseconds(20), { connector }) { port in
            for _ in 0..<3 {
                let answer = try await get("/health", port: port)
                #expect(answer.status.contains("503"))
                #expect(answer.body.contains("no answer from the connector in time"))
            }
            #expect(calls.all.count == 1)
            #expect(try await get("/live", port: port).status.contains("200"))
        }
        held.withLock { $0.forEach { $0.resume() } }
    }

    @Test func `refuses what isn't a request, in words`() async throws {
        let connector = try connector()
        try await serving({ connector }) { port in
            let odd = try await exchange("hello\r\n\r\n", port: port)
            #expect(odd.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
            let long = "GET /live HTTP/1.1\r\nX: " + String(repeating: "x", count: 9000)
            let refused = try await exchange(long, port: port)
            #expect(refused.hasPrefix("HTTP/1.1 431 "))
        }
        try await serving(headLimit: .milliseconds(20), { connector }) { port in
            let late = try await exchange("GET /live HT", port: port)
            #expect(late.hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test func `serves many at once`() async throws {
        let connector = try connector()
        try await serving({ connector }) { port in
            let good = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<60 {
                    group.addTask { try await get("/health", port: port).status == "HTTP/1.1 200 OK" }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(good == 60)
        }
    }

    @Test func `says when it can't have its port, and gives it back at the end`() async throws {
        let connector = try connector()
        var used = 0
        try await serving({ connector }) { port in
            used = port
            let health = ConnectorHealth(log: quiet) { connector }
            let error = #expect(throws: ServiceError.self) {
                try HealthServer(at: .init(host: "127.0.0.1", port: port), health: health, log: quiet)
            }
            #expect(
                error?.message.hasPrefix(
                    "failed to start health check server: 127.0.0.1:\(port): Address already in use.") == true)
        }
        await #expect(throws: SocketError.self) { try await exchange("", port: used) }
    }
}

@Suite struct `the command health-check` {
    private let settings = ["BATON_URL": "https://x", "BATON_API_KEY": "hunter2"]

    /// Asks a program under way, in a sync that does nothing else.
    private func ask(_ arguments: [String], answer: String) async throws -> (status: Int32, complaint: String) {
        let listener = try await Listener(answer)
        let asking = try SampleRun()
        let status = try await listener.while {
            // However busy the machine is, it is the answer that is tested.
            await asking.run(["health-check", "--timeout=600", "--health-check-port=\(listener.port)"] + arguments)
        }
        return (status, asking.complaint)
    }

    @Test func `is answered by a sync under way, and needs none of the settings`() async throws {
        var run = try SampleRun()
        let answers = Notes<String>()
        let errors = run.errors
        run.engine = { _, _, _, _ in
            let line = try #require(errors.all.first { $0.contains("health check server started") })
            let port = try #require(line.split(separator: "127.0.0.1:").last?.prefix { $0.isNumber })
            for endpoint in ["health", "ready", "live"] {
                let asking = try SampleRun()
                let status = await asking.run(
                    ["health-check", "--timeout", "600", "--endpoint", endpoint],
                    environment: ["BATON_HEALTH_CHECK_PORT": String(port)])
                answers.add("\(endpoint) \(status) \(asking.output.all + asking.errors.all)")
            }
        }
        #expect(await run("--health-check", "--health-check-port=0", environment: settings) == 0)
        #expect(answers.all == ["health 0 []", "ready 0 []", "live 0 []"])
    }

    @Test func `ends a sync that can't have its port before it begins`() async throws {
        let listener = try await Listener("")
        let run = try SampleRun()
        #expect(await run("--health-check", "--health-check-port=\(listener.port)", environment: settings) == 2)
        #expect(run.complaint.hasPrefix("failed to start health check server: 127.0.0.1:\(listener.port): "))
        #expect(run.jobs.all.isEmpty)
        #expect(await run("--health-check", "--health-check-port=70000", environment: settings) == 2)
        #expect(run.complaint == "health-check-port: 70000 is not 0 to 65535\n")
    }

    @Test func `tells another status`() async throws {
        let answer = try await ask([], answer: "HTTP/1.1 503 Service Unavailable\r\n\r\n")
        #expect(answer == (2, "health check returned status 503\n"))
    }

    @Test(arguments: ["220 mail.example.com ESMTP\r\n", "HTTP/1.1 abc\r\n", "", String(repeating: "x", count: 5000)])
    func `tells when something else answers`(answer: String) async throws {
        let told = try await ask([], answer: answer)
        #expect(told.status == 2)
        #expect(told.complaint.hasSuffix(": what answers there is no health check\n"))
    }

    @Test func `waits no longer than it was told`() async throws {
        let listener = try await Listener(nil)
        let asking = try SampleRun()
        let status = try await listener.while {
            await asking.run(["health-check", "--timeout=1", "--health-check-port=\(listener.port)"])
        }
        #expect(status == 4)
        #expect(asking.complaint == "health check failed: 127.0.0.1:\(listener.port): no answer within 1 s\n")
    }

    @Test func `fails when nobody is there`() async throws {
        let port = try await Listener("").port
        let run = try SampleRun()
        #expect(await run("health-check", "--health-check-port=\(port)") == 14)
        #expect(run.complaint == "health check failed: 127.0.0.1:\(port): Connection refused\n")
    }

    @Test func `knows three endpoints`() async throws {
        let run = try SampleRun()
        #expect(await run("health-check", "--endpoint", "well") == 2)
        #expect(run.complaint == "invalid endpoint: well (valid: health, ready, live)\n")
        #expect(await run("health-check", "--timeout", "0") == 2)
        #expect(run.complaint == "timeout: 0 is not 1 to 3600 seconds\n")
    }
}

/// Gives everybody who connects the same answer, or none.
private struct Listener {
    private let socket: Socket
    private let answer: String?
    let port: Int

    init(_ answer: String?) async throws {
        let address = try #require(try SocketAddress.resolve("127.0.0.1", port: 0, isPassive: true).first)
        socket = try Socket.listening(at: address, backlog: 8)
        port = try #require(SocketAddress(of: socket)).port
        self.answer = answer
    }

    func `while`<Value: Sendable>(_ work: () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { [socket, answer] group in
            group.addTask {
                var held: [Socket] = []
                while let connection = try? await socket.accepted() {
                    _ = try await connection.bytes(atMost: 4096)
                    guard let answer else {
                        held.append(connection)
                        continue
                    }
                    try await connection.send(Array(answer.utf8))
                    connection.endSending()
                }
            }
            defer { group.cancelAll() }
            return try await work()
        }
    }
}
