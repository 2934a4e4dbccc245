import AccessModel
import BatonWire
import Foundation
import Synchronization
import Testing

@testable import ConnectorHTTP

@Suite(.timeLimit(.minutes(1)))
struct `a kept answer` {
    /// A server that counts its answers and says `fields` with them.
    private func counting(
        _ fields: [String: String] = [:], _ environment: [String: String] = [:],
        _ body: (LoopbackServer, HTTPClient, ManualClock) async throws -> Void
    ) async throws {
        let count = Mutex(0)
        let clock = ManualClock()
        try await LoopbackServer.run({ request in
            if request.fields["If-None-Match"] == "\"v1\"" { return .json("", status: 304, fields) }
            return .json(#"{"id":"\#(count.withLock { $0 += 1; return $0 })"}"#, fields)
        }) { server in
            try await body(server, HTTPClient(server.address, options: options(clock, environment)), clock)
        }
    }

    @Test(arguments: ["memory", "db"]) func `spares the question until it is too old`(backend: String) async throws {
        try await counting([:], ["BATON_HTTP_CACHE_BACKEND": backend]) { (server, client, clock) async throws -> Void in
            #expect(try await client.get("/Users", as: Row.self).body.id == "1")
            #expect(try await client.get("/Users", as: Row.self).body.id == "1")
            clock.advance(by: .seconds(3599))
            #expect(try await client.get("/Users", as: Row.self).body.id == "1")
            clock.advance(by: .seconds(1))
            #expect(try await client.get("/Users", as: Row.self).body.id == "2")
            #expect(try await client.get("/users", as: Row.self).body.id == "3")
            #expect(server.requests.count == 3)
        }
    }

    @Test(arguments: ["memory", "db"])
    func `is validated when it is too old, and stays when it holds`(backend: String) async throws {
        let fields = ["ETag": "\"v1\"", "X-RateLimit-Remaining": "5"]
        try await counting(fields, ["BATON_HTTP_CACHE_BACKEND": backend]) {
            (server, client, clock) async throws -> Void in
            _ = try await client.get("/users", as: Row.self)
            clock.advance(by: .seconds(4000))
            let answer = try await client.get("/users", as: Row.self)
            #expect(answer.body.id == "1")
            #expect(answer.status == 200)
            #expect(answer.rateLimit?.remaining == 5)
            #expect(server.requests.last?.fields["If-None-Match"] == "\"v1\"")
            let again = try await client.get("/users", as: Row.self)
            #expect(again.body.id == "1")
            #expect(again.rateLimit == nil)
            #expect(server.requests.count == 2)
        }
    }

    @Test(
        arguments: [
            ("no-store", 2, [nil]), ("no-cache", 2, ["\"v1\""]), ("max-age=0", 2, ["\"v1\""]), ("max-age=60", 1, []),
            ("private, max-age=9999999", 1, []),
        ] as [(String, Int, [String?])])
    func `is what its Cache-Control allows`(directive: String, requests: Int, validators: [String?]) async throws {
        try await counting(["Cache-Control": directive, "ETag": "\"v1\""]) { (server, client, _) async throws -> Void in
            for _ in 0..<2 { _ = try await client.get("/users", as: Row.self) }
            #expect(server.requests.count == requests)
            #expect(server.requests.dropFirst().map { $0.fields["If-None-Match"] } == validators)
        }
    }

    @Test func `isn't given for another question`() async throws {
        try await counting { (server, client, _) async throws -> Void in
            _ = try await client.get("/users", query: [QueryParameter("a", 1), QueryParameter("b", 2)], as: Row.self)
            _ = try await client.get("/users", query: [QueryParameter("b", 2), QueryParameter("a", 1)], as: Row.self)
            #expect(server.requests.count == 1)
            _ = try await client.get("/users", query: [QueryParameter("a", 1), QueryParameter("a", 2)], as: Row.self)
            _ = try await client.get("/users", query: [QueryParameter("a", 2), QueryParameter("a", 1)], as: Row.self)
            #expect(server.requests.count == 3)
            var request = HTTPRequest(.get, "/users", query: [QueryParameter("a", 1), QueryParameter("b", 2)])
            request.fields["Accept"] = "application/scim+json"
            _ = try await client.send(request)
            #expect(server.requests.count == 4)
            request.fields["X-Tenant"] = "1"
            _ = try await client.send(request)
            request.fields["X-Tenant"] = "2"
            _ = try await client.send(request)
            #expect(server.requests.count == 6)
            request.fields["x-tenant"] = "1"
            _ = try await client.send(request)
            #expect(server.requests.count == 6)
            for directive in ["no-cache", "no-store"] {
                request.fields["Cache-Control"] = directive
                _ = try await client.send(request)
            }
            #expect(server.requests.count == 8)
        }
    }

    @Test func `isn't kept when nothing tells for which question it is`() async throws {
        try await counting(["Vary": "Accept, *"]) { (server, client, _) async throws -> Void in
            for _ in 0..<2 { _ = try await client.get("/users", as: Row.self) }
            #expect(server.requests.count == 2)
        }
    }

    @Test func `leaves alone who validates for himself`() async throws {
        try await counting(["ETag": "\"v1\""]) { (server, client, _) async throws -> Void in
            _ = try await client.get("/users", as: Row.self)
            var request = HTTPRequest(.get, "/users").accepting(304)
            request.fields["If-None-Match"] = "\"v1\""
            #expect(try await client.send(request).status == 304)
            #expect(server.requests.count == 2)
        }
    }

    @Test(arguments: ["memory", "db"]) func `is forgotten after a change`(backend: String) async throws {
        try await counting([:], ["BATON_HTTP_CACHE_BACKEND": backend]) { (server, client, _) async throws -> Void in
            _ = try await client.get("/users", as: Row.self)
            try await client.delete("/users/\("1")")
            #expect(try await client.get("/users", as: Row.self).body.id == "3")
            await client.clearCache()
            #expect(try await client.get("/users", as: Row.self).body.id == "4")
        }
    }

    @Test(arguments: ["memory", "db"], [Reply.json("{}", status: 500), .json("{}", status: 409), .close, .reset])
    func `is forgotten after a change that seems to have failed`(backend: String, reply: Reply) async throws {
        try await LoopbackServer.run({ $0.method == "GET" ? .json(#"{"id":"1"}"#) : reply }) { server in
            let client = try HTTPClient(
                server.address, options: options(ManualClock(), ["BATON_HTTP_CACHE_BACKEND": backend]))
            for _ in 0..<2 { _ = try await client.get("/users", as: Row.self) }
            #expect(server.requests.count == 1)
            _ = try await serviceError { try await client.delete("/users/1") }
            _ = try await client.get("/users", as: Row.self)
            #expect(server.requests.map(\.method) == ["GET", "DELETE", "GET"])
        }
    }

    @Test(arguments: ["memory", "db"])
    func `isn't kept when a change came between question and answer`(backend: String) async throws {
        let gate = Gate()
        try await LoopbackServer.run({ request in
            var reply = Reply.json(#"{"id":"1"}"#)
            if request.method == "GET" { reply.steps.insert(.wait(gate), at: 0) }
            return reply
        }) { server in
            let client = try HTTPClient(
                server.address, options: options(ManualClock(), ["BATON_HTTP_CACHE_BACKEND": backend]))
            let early = Task { try await client.get("/users", as: Row.self).status }
            await server.requests(1)
            try await client.delete("/users/1")
            gate.open()
            #expect(try await early.value == 200)
            _ = try await client.get("/users", as: Row.self)
            #expect(server.requests.map(\.method) == ["GET", "DELETE", "GET"])
        }
    }

    @Test(arguments: [
        ["BATON_DISABLE_HTTP_CACHE": "true"], ["BATON_HTTP_CACHE_BACKEND": "noop"], ["BATON_HTTP_CACHE_TTL": "0"],
    ])
    func `doesn't exist where the user wants none`(environment: [String: String]) async throws {
        try await counting([:], environment) { (server, client, _) async throws -> Void in
            for _ in 0..<2 { _ = try await client.get("/users", as: Row.self) }
            #expect(server.requests.count == 2)
        }
    }

    @Test(arguments: ["memory", "db"]) func `lives as long as the user says`(backend: String) async throws {
        let environment = ["BATON_HTTP_CACHE_TTL": "10", "BATON_HTTP_CACHE_BACKEND": backend]
        try await counting([:], environment) { server, client, clock in
            _ = try await client.get("/users", as: Row.self)
            clock.advance(by: .seconds(10))
            _ = try await client.get("/users", as: Row.self)
            #expect(server.requests.count == 2)
        }
    }

    @Test(arguments: ["memory", "db"]) func `takes no more room than the user says`(backend: String) async throws {
        let large = String(repeating: "x", count: 300_000)
        let environment = ["BATON_HTTP_CACHE_MAX_SIZE": "1", "BATON_HTTP_CACHE_BACKEND": backend]
        try await LoopbackServer.run({ _ in .json("\"\(large)\"") }) { server in
            let client = try HTTPClient(server.address, options: options(ManualClock(), environment))
            for number in 0..<10 { _ = try await client.send(HTTPRequest(.get, "/users/\(number)")) }
            _ = try await client.send(HTTPRequest(.get, "/users/\(9)"))
            #expect(server.requests.count == 10)
            _ = try await client.send(HTTPRequest(.get, "/users/\(0)"))
            #expect(server.requests.count == 11)
        }
    }

    @Test func `needn't be there for the connector to work`() async throws {
        let log = KeptLog()
        let settings = options(ManualClock(), ["BATON_HTTP_CACHE_BACKEND": "disk"], log: log)
        try await LoopbackServer.run({ _ in .json(#"{"id":"1"}"#) }) { server in
            let client = try HTTPClient(server.address, options: settings)
            for _ in 0..<2 { _ = try await client.get("/users", as: Row.self) }
            #expect(server.requests.count == 1)
        }
        #expect(log.text.contains("BATON_HTTP_CACHE_BACKEND: it is memory, db or noop"))
    }
}
