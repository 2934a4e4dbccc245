import AccessModel
import ConnectorHTTP
import Foundation
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct `an application that misbehaves` {
    @Test func `and isn't there is unavailable`() async throws {
        let port = try await LoopbackServer.run({ _ in .close }) { $0.port }
        let client = try HTTPClient("http://127.0.0.1:\(port)", options: options())
        let error = try await serviceError { try await client.send(HTTPRequest(.get, "/users")) }
        #expect(error.code == .unavailable)
        #expect(error.message == "GET http://127.0.0.1:\(port)/users: connection refused.")
    }

    @Test(arguments: [Reply.Step.reset, .close])
    func `and cuts an answer short is unavailable, and not asked again`(step: Reply.Step) async throws {
        try await LoopbackServer.run({ _ in .beginning("{\"id\"", promising: 100, then: step) }) { server in
            let client = try HTTPClient(server.address, options: options())
            let error = try await serviceError { try await client.send(HTTPRequest(.get, "/users")) }
            #expect(error.code == .unavailable)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `and closes without an answer is asked again once, if it was only asked to read`() async throws {
        try await LoopbackServer.run({ _ in .close }) { server in
            let client = try HTTPClient(server.address, options: options())
            let error = try await serviceError { try await client.send(HTTPRequest(.get, "/users")) }
            #expect(error.code == .unavailable)
            #expect(server.requests.count == 2)
            _ = try await serviceError { try await client.post("/users", json: Row(id: "1")) }
            #expect(server.requests.count == 3)
            var request = HTTPRequest(.post, "/users")
            request.fields["Idempotency-Key"] = "k1"
            _ = try await serviceError { [request] in try await client.send(request) }
            #expect(server.requests.count == 5)
        }
    }

    @Test func `and drops a pooled connection is asked again on a new one`() async throws {
        let count = Mutex(0)
        try await LoopbackServer.run({ _ in
            let number = count.withLock {
                $0 += 1; return $0
            }
            // The second request meets a connection that the server has just given up.
            return number == 2 ? .reset : .json("{\"id\":\"\(number)\"}")
        }) { server in
            let client = try HTTPClient(server.address, options: options())
            _ = try await client.get("/a", as: Row.self)
            #expect(try await client.get("/b", as: Row.self).body.id == "3")
            #expect(server.requests.map(\.connection) == [1, 1, 2])
        }
    }

    @Test func `and thinks too long ends at the header deadline`() async throws {
        let clock = ManualClock()
        try await LoopbackServer.run({ _ in .silence }) { server in
            let client = try HTTPClient(server.address, options: options(clock))
            async let outcome = serviceError { try await client.send(HTTPRequest(.get, "/users")) }
            await server.requests(1)
            await clock.sleepers(2)
            #expect(clock.pending == [.seconds(60), .seconds(300)])
            clock.advance(by: .seconds(60))
            let error = try await outcome
            #expect(error.code == .deadlineExceeded)
            #expect(error.message == "GET \(server.address)/users: no answer in time.")
        }
    }

    @Test func `and dribbles its answer ends at the call's deadline`() async throws {
        let clock = ManualClock()
        try await LoopbackServer.run({ _ in .beginning("{", promising: 100) }) { server in
            let client = try HTTPClient(server.address, options: options(clock))
            var request = HTTPRequest(.get, "/users")
            request.timeout = .seconds(90)
            let begun = Gate()
            async let outcome = serviceError { [request] in
                try await client.stream(request) { _ in begun.open() }
            }
            await begun.opened()
            // The answer has begun, so that only the call's own deadline is left.
            #expect(clock.pending == [.seconds(90)])
            clock.advance(by: .seconds(90))
            let error = try await outcome
            #expect(error.code == .deadlineExceeded)
            #expect(error.message == "GET \(server.address)/users: no complete answer in time.")
            #expect(server.requests.count == 1)
        }
    }

    @Test func `can be left alone at any time`() async throws {
        try await LoopbackServer.run({ _ in .beginning("{", promising: 100) }) { server in
            let client = try HTTPClient(server.address, options: options())
            let task = Task { try await client.send(HTTPRequest(.get, "/users")).status }
            await server.requests(1)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test func `and answers more than fits is refused, but can be streamed`() async throws {
        let large = String(repeating: "x", count: 300_000)
        try await LoopbackServer.run({ _ in .json("\"\(large)\"") }) { server in
            var settings = options()
            settings.bodyLimit = 1000
            let client = try HTTPClient(server.address, options: settings)
            let error = try await serviceError { try await client.send(HTTPRequest(.get, "/users")) }
            #expect(error.code == .resourceExhausted)
            #expect(error.message.contains("larger than the 1000 bytes"))
            let bytes = Mutex(0)
            let answer = try await client.stream(HTTPRequest(.get, "/users")) { chunk in
                bytes.withLock { $0 += chunk.count }
            }
            #expect(answer.status == 200)
            #expect(bytes.withLock { $0 } == 300_002)
        }
    }

    @Test func `ends a stream with the reader's own error`() async throws {
        struct Enough: Error {}
        try await LoopbackServer.run({ _ in .json("[]") }) { server in
            let client = try HTTPClient(server.address, options: options())
            await #expect(throws: Enough.self) {
                _ = try await client.stream(HTTPRequest(.get, "/users")) { _ in throw Enough() }
            }
        }
    }

    @Test(arguments: [
        (
            "text/html", "<html>", StatusCode.unknown,
            "unexpected content type for JSON response: text/html. status code: 200"
        ),
        ("application/json", "{\"name\":1}", .internal, "the answer has another shape than expected: id is missing."),
        ("application/problem+json", "{\"id\"", .internal, "another shape than expected: it is no valid JSON."),
        ("application/json; charset=utf-8", "{\"id\":7}", .internal, "id is no String"),
    ])
    func `and answers something else says what`(
        type: String, body: String, code: StatusCode, text: String
    ) async throws {
        try await LoopbackServer.run({ _ in .json(body, ["Content-Type": type, "X-Request-Id": "r-1"]) }) { server in
            let client = try HTTPClient(server.address, options: options())
            let error = try await serviceError { try await client.get("/users", as: Row.self) }
            #expect(error.code == code)
            #expect(error.message.contains(text))
            #expect(error.message.contains("(request r-1)"))
        }
    }

    @Test func `and speaks no HTTP is an internal error`() async throws {
        try await LoopbackServer.run({ _ in Reply(.send(Array("SSH-2.0-OpenSSH\r\n\r\n".utf8)), .close) }) { server in
            let client = try HTTPClient(server.address, options: options())
            let error = try await serviceError { try await client.send(HTTPRequest(.get, "/users")) }
            #expect(error.code == .internal)
            #expect(error.message.contains("no valid HTTP"))
        }
    }
}
