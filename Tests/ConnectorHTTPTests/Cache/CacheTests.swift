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

    @Test func `spares the question until it is too old`() async throws {
        try await counting { (server, client, clock) async throws -> Void in
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

    @Test func `is validated when it is too old, and stays when it holds`() async throws {
        try await counting(["ETag": "\"v1\"", "X-RateLimit-Remaining": "5"]) {
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
            request.fields["Cache-Control"] = "no-cache"
            _ = try await client.send(request)
            #expect(server.requests.count == 5)
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

    @Test func `is forgotten after a change`() async throws {
        try await counting { (server, client, _) async throws -> Void in
            _ = try await client.get("/users", as: Row.self)
            try await client.delete("/users/\("1")")
            #expect(try await client.get("/users", as: Row.self).body.id == "3")
            client.clearCache()
            #expect(try await client.get("/users", as: Row.self).body.id == "4")
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

    @Test func `lives as long as the user says`() async throws {
        try await counting([:], ["BATON_HTTP_CACHE_TTL": "10", "BATON_HTTP_CACHE_MAX_SIZE": "1"]) {
            server, client, clock in
            _ = try await client.get("/users", as: Row.self)
            clock.advance(by: .seconds(10))
            _ = try await client.get("/users", as: Row.self)
            #expect(server.requests.count == 2)
        }
    }

    @Test func `makes room for others`() throws {
        let cache = ResponseCache(CacheSettings(maximumBytes: 20_000, lifetime: .seconds(60)))
        let address = try #require(WebAddress(parsing: "https://a/"))
        func key(_ number: Int) -> ByteKey { ByteKey("\(number)") }
        for number in 0..<100 {
            cache.store(
                WireAnswer(status: 200, fields: [:], body: Data(count: 1000)), from: address, as: key(number),
                uptime: .zero)
            // The first one is asked for all the time.
            _ = cache.entry(key(0))
        }
        let kept = (0..<100).filter { cache.entry(key($0)) != nil }
        #expect(kept.contains(0))
        #expect(kept.contains(99))
        #expect(kept.count <= 16)
        cache.store(
            WireAnswer(status: 200, fields: [:], body: Data(count: 20_000)), from: address, as: key(99), uptime: .zero)
        #expect(cache.entry(key(99)) == nil)
    }
}
