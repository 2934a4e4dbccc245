import AccessModel
import BatonWire
import ConnectorKit
import Foundation
import SwiftProtobuf
import Synchronization
import Testing

@testable import ConnectorHTTP

@Suite struct `a description of the rate limit` {
    typealias Status = C1_Connector_V2_RateLimitDescription.Status

    struct Case: Sendable {
        var status = 200
        let fields: [String: String]
        /// Nil when the fields say nothing.
        let expected: (Status, limit: Int64, remaining: Int64, reset: Int64?)?
    }

    @Test(arguments: [
        Case(
            fields: ["X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "4999", "X-RateLimit-Reset": "1800000300"],
            expected: (.ok, 5000, 4999, 1_800_000_300)),
        Case(
            fields: ["x-rate-limit-limit": "600", "x-rate-limit-remaining": "0", "x-rate-limit-reset": "60"],
            expected: (.unspecified, 600, 0, 1_800_000_060)),
        Case(
            fields: ["RateLimit-Limit": "100, 100;w=60", "RateLimit-Remaining": "7", "RateLimit-Reset": "12;x"],
            expected: (.ok, 100, 7, 1_800_000_012)),
        Case(
            fields: ["X-RateLimit-Requests-Limit": "10", "X-RateLimit-Requests-Remaining": "3"],
            expected: (.ok, 10, 3, nil)),
        Case(
            fields: ["X-RateLimit-Limit": "1", "RateLimit-Limit": "2", "RateLimit-Remaining": "9"],
            expected: (.ok, 1, 9, nil)),
        Case(fields: ["X-RateLimit-Reset": "1800000300123"], expected: (.unspecified, 0, 0, 1_800_000_300)),
        Case(fields: ["X-RateLimit-Reset": "soon", "Retry-After": "5"], expected: (.unspecified, 0, 0, 1_800_000_005)),
        Case(
            fields: ["Retry-After": "Fri, 15 Jan 2027 08:01:00 GMT"], expected: (.unspecified, 0, 0, 1_800_000_060)),
        Case(
            fields: ["X-RateLimit-Reset": "Friday, 15-Jan-27 08:01:00 GMT"],
            expected: (.unspecified, 0, 0, 1_800_000_060)),
        Case(fields: ["X-RateLimit-Reset": "2027-01-15T08:01:00Z"], expected: (.unspecified, 0, 0, 1_800_000_060)),
        Case(
            fields: ["X-RateLimit-Reset": "2027-01-15T09:01:00.25+01:00"],
            expected: (.unspecified, 0, 0, 1_800_000_060)),
        Case(status: 429, fields: ["Retry-After": "120"], expected: (.overlimit, 0, 0, 1_800_000_120)),
        Case(
            status: 429, fields: ["Retry-After": "Fri, 15 Jan 2027 08:02:00 GMT", "X-RateLimit-Remaining": "5"],
            expected: (.overlimit, 0, 0, 1_800_000_120)),
        Case(status: 429, fields: [:], expected: (.overlimit, 1, 0, 1_800_000_060)),
        Case(status: 429, fields: ["Retry-After": "whenever"], expected: (.overlimit, 1, 0, 1_800_000_060)),
        Case(
            fields: ["X-RateLimit-Limit": "99999999999999999999", "X-RateLimit-Reset": "99999999999999999999"],
            expected: nil),
        Case(fields: ["Retry-After": "9223372036854775807"], expected: nil),
        Case(status: 429, fields: ["Retry-After": "9223372036854775807"], expected: (.overlimit, 1, 0, 1_800_000_060)),
        Case(fields: ["X-RateLimit-Reset": "253402300799"], expected: (.unspecified, 0, 0, 253_402_300_799)),
        Case(status: 500, fields: ["Content-Length": "5"], expected: nil),
    ])
    func `is what the fields say`(sample: Case) throws {
        var fields = HeaderFields()
        for (name, value) in sample.fields { fields[name] = value }
        let description = RateLimitHeaders.description(status: sample.status, fields: fields, now: ManualClock.start)
        #expect((description != nil) == (sample.expected != nil))
        guard let expected = sample.expected else { return }
        let found = try #require(description)
        #expect(found.status == expected.0)
        #expect(found.limit == expected.limit)
        #expect(found.remaining == expected.remaining)
        #expect((found.hasResetAt ? found.resetAt.seconds : nil) == expected.reset)
    }

    @Test(.timeLimit(.minutes(1))) func `is taken in time from an answer with thousands of resets that are none`() {
        var fields = HeaderFields()
        for _ in 0..<20_000 { fields.add("RateLimit-Reset", "soon") }
        fields.add("Retry-After", "5")
        let description = RateLimitHeaders.description(
            status: 200, fields: fields, now: Date(timeIntervalSince1970: 1_800_000_000))
        #expect(description?.resetAt.seconds == 1_800_000_005)
    }
}

@Suite(.timeLimit(.minutes(1)))
struct `a client of a limited application` {
    private static func limited(_ remaining: Int, limit: Int = 50, status: Int = 200) -> Reply {
        .json(
            #"{"id":"1"}"#, status: status,
            ["X-RateLimit-Limit": "\(limit)", "X-RateLimit-Remaining": "\(remaining)", "X-RateLimit-Reset": "20"])
    }

    @Test func `hands the description to pages and errors`() async throws {
        try await LoopbackServer.run({ $0.path == "/a" ? Self.limited(7) : Self.limited(7, status: 503) }) { server in
            let client = try HTTPClient(server.address, options: options())
            let answer = try await client.get("/a", as: Row.self)
            let limit = try #require(try answer.annotations.first(C1_Connector_V2_RateLimitDescription.self))
            #expect(limit.remaining == 7)
            #expect(limit.resetAt.seconds == 1_800_000_020)
            let error = try await serviceError { try await client.get("/b", as: Row.self) }
            #expect(error.code == .unavailable)
            #expect(error.rateLimit == limit)
        }
    }

    @Test func `waits when the limit is used up, and goes on after it is lifted`() async throws {
        let clock = ManualClock()
        try await LoopbackServer.run({ _ in Self.limited(0) }) { server in
            let client = try HTTPClient(server.address, options: options(clock))
            _ = try await client.get("/a", as: Row.self)
            async let second = client.get("/b", as: Row.self)
            await clock.sleepers(1)
            let pause = try #require(clock.pending.first)
            #expect((.seconds(20) ... .seconds(21)).contains(pause))
            #expect(server.requests.count == 1)
            clock.advance(by: pause)
            let answer = try await second
            #expect(server.requests.count == 2)
            let report = try #require(try answer.annotations.first(C1_Connector_V2_RateLimitWaitReport.self))
            #expect((20000...21000).contains(report.waitMs))
        }
    }

    @Test func `counts what it has under way`() async throws {
        let clock = ManualClock()
        let isOpen = Mutex(true)
        try await LoopbackServer.run({ _ in isOpen.withLock { $0 } ? Self.limited(2) : .silence }) { server in
            let client = try HTTPClient(server.address, options: options(clock))
            _ = try await client.get("/a", as: Row.self)
            isOpen.withLock { $0 = false }
            let tasks = (0..<4).map { number in
                Task { try await client.get("/a/\(number)", as: Row.self).status }
            }
            await server.requests(3)
            // Two wait for their answers, each with two deadlines; the other two for the limit to be lifted.
            await clock.sleepers(6)
            #expect(server.requests.count == 3)
            for task in tasks { task.cancel() }
            for task in tasks { _ = await task.result }
        }
    }

    @Test func `tells the engine when the wait would be longer than the call`() async throws {
        let clock = ManualClock()
        try await LoopbackServer.run({ _ in Self.limited(0) }) { server in
            let client = try HTTPClient(server.address, options: options(clock))
            _ = try await client.get("/a", as: Row.self)
            var request = HTTPRequest(.get, "/b")
            request.timeout = .seconds(15)
            let error = try await serviceError { [request] in try await client.send(request) }
            #expect(error.code == .unavailable)
            #expect(error.rateLimit?.resetAt.seconds == 1_800_000_020)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `may keep one endpoint's limit apart from another's`() async throws {
        let clock = ManualClock()
        try await LoopbackServer.run({ _ in Self.limited(0) }) { server in
            var settings = options(clock)
            settings.pacing = .endpoint
            let client = try HTTPClient(server.address, options: settings)
            _ = try await client.get("/groups/\("a")", as: Row.self)
            _ = try await client.get("/users/\("a")", as: Row.self)
            var request = HTTPRequest(.get, "/groups/\("b")")
            request.timeout = .seconds(1)
            _ = try await serviceError { [request] in try await client.send(request) }
            #expect(server.requests.count == 2)
        }
    }

    @Test func `counts a later page to the endpoint of the first`() async throws {
        let reply = Reply.json(
            "[]", ["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "20", "Link": "</v2/members?after=b>; rel=next"])
        try await LoopbackServer.run({ _ in reply }) { server in
            var settings = options()
            settings.pacing = .endpoint
            let client = try HTTPClient("\(server.address)/api", options: settings)
            var first = HTTPRequest(.get, "/groups/\("a")/members?limit=5")
            first.timeout = .seconds(1)
            let next = try await PageRequest().next(linkIn: client.send(first))
            let error = try await serviceError { [first] in try await client.send(first.following(next ?? "")) }
            #expect(error.message.contains("rate limit is used up"))
            #expect(server.requests.count == 1)
        }
    }

    @Test func `cares for no other application's limit`() async throws {
        try await LoopbackServer.run({ _ in Self.limited(0) }) { other in
            try await LoopbackServer.run({ request in
                request.path == "/file"
                    ? .json("", status: 302, ["Location": "\(other.address)/"]) : .json(#"{"id":"2"}"#)
            }) { server in
                let client = try HTTPClient(server.address, options: options())
                let answer = try await client.get("/file", as: Row.self)
                #expect(answer.body.id == "1")
                #expect(answer.rateLimit == nil)
                #expect(answer.annotations.isEmpty)
                #expect(try await client.get("/users", as: Row.self).body.id == "2")
            }
        }
    }

    @Test func `isn't held up by the limit of its token endpoint`() async throws {
        try await `a client with tokens`.application({ request in
            let fields = ["X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "20"]
            return request.path == "/token" ? .json(#"{"access_token":"a"}"#, fields) : nil
        }) { server in
            let client = try HTTPClient(
                server.address,
                authentication: .clientCredentials(
                    tokenURL: "\(server.address)/token", clientID: "c", secret: Secret("secret-1")), options: options())
            #expect(try await client.get("/users", as: Row.self).rateLimit == nil)
            #expect(try await client.get("/users/2", as: Row.self).body.id == "1")
        }
    }

    @Test func `leaves the last hundredth to others`() {
        #expect([0, 50, 600, 5000].map(RateLimitPacing.reserve(of:)) == [0, 0, 6, 10])
    }
}

@Suite(.timeLimit(.minutes(1)))
struct `a client that tries again` {
    @Test func `waits longer each time, by chance, and ends after the attempts it was given`() async throws {
        let clock = ManualClock()
        try await LoopbackServer.run({ _ in .json("", status: 503) }) { server in
            var settings = options(clock)
            settings.retries = .backoff(attempts: 3, initial: .seconds(2), maximum: .seconds(3))
            let client = try HTTPClient(server.address, options: settings)
            async let outcome = serviceError { try await client.send(HTTPRequest(.get, "/a")) }
            for range in [Duration.seconds(1) ... .seconds(2), .milliseconds(1500) ... .seconds(3)] {
                let pause = await clock.pause(shorterThan: .seconds(59))
                #expect(range.contains(pause))
                clock.advance(by: pause)
            }
            #expect(try await outcome.code == .unavailable)
            #expect(server.requests.count == 3)
            _ = try await serviceError { try await client.post("/a", json: Row(id: "1")) }
            #expect(server.requests.count == 4)
        }
    }

    @Test(arguments: [(Reply.close, 3), (.beginning("{", promising: 9, then: .close), 3)])
    func `makes no more attempts than it was given`(reply: Reply, requests: Int) async throws {
        let clock = ManualClock()
        try await LoopbackServer.run({ _ in reply }) { server in
            var settings = options(clock)
            settings.retries = .backoff(attempts: 3, initial: .zero, maximum: .zero)
            let client = try HTTPClient(server.address, options: settings)
            let error = try await serviceError { try await client.send(HTTPRequest(.get, "/a")) }
            #expect(error.code == .unavailable)
            #expect(server.requests.count == requests)
            _ = try await serviceError { try await client.post("/a", json: Row(id: "1")) }
            #expect(server.requests.count == requests + 1)
        }
    }

    @Test func `waits as long as the application asks`() async throws {
        let clock = ManualClock()
        let count = Mutex(0)
        try await LoopbackServer.run({ _ in
            let number = count.withLock {
                $0 += 1; return $0
            }
            return number == 1 ? .json("", status: 429, ["Retry-After": "40"]) : .json(#"{"id":"1"}"#)
        }) { server in
            var settings = options(clock)
            settings.retries = .backoff(attempts: 2)
            settings.pacing = .off
            let client = try HTTPClient(server.address, options: settings)
            async let answer = client.post("/a", json: Row(id: "1"), as: Row.self)
            let pause = await clock.pause(shorterThan: .seconds(59))
            #expect(pause == .seconds(40))
            clock.advance(by: pause)
            #expect(try await answer.body.id == "1")
        }
    }
}
