import AccessModel
import ConnectorKit
import Foundation
import Synchronization
import Testing

@testable import ConnectorHTTP

@Suite(.timeLimit(.minutes(1)))
struct `a client with tokens` {
    /// An application at `/users` and its token endpoint at `/token`, which numbers its tokens.
    static func application(
        lifetime: Int = 3600, _ override: @escaping @Sendable (SeenRequest) -> Reply? = { _ in nil },
        _ body: (LoopbackServer) async throws -> Void
    ) async throws {
        let count = Mutex(0)
        try await LoopbackServer.run(
            { request in
                if let reply = override(request) { return reply }
                guard request.path == "/token" else { return .json(#"{"id":"1"}"#) }
                let number = count.withLock {
                    $0 += 1; return $0
                }
                return .json(#"{"access_token":"token-\#(number)","token_type":"bearer","expires_in":\#(lifetime)}"#)
            }, body)
    }

    private func client(
        _ server: LoopbackServer, _ clock: ManualClock = ManualClock(), secret: String = "sec/ret+1"
    ) throws -> HTTPClient {
        try HTTPClient(
            server.address,
            authentication: .clientCredentials(
                tokenURL: "\(server.address)/token", clientID: "client 1", secret: Secret(secret),
                scopes: ["users.read", "groups.read"], parameters: [QueryParameter("audience", "api")]),
            options: options(clock, ["BATON_DISABLE_HTTP_CACHE": "1"]))
    }

    private func authorizations(_ server: LoopbackServer) -> [String?] {
        server.requests.filter { $0.path != "/token" }.map { $0.fields["Authorization"] }
    }

    @Test func `asks for one with its credentials, and uses it until shortly before its end`() async throws {
        let clock = ManualClock()
        try await Self.application { server in
            let client = try client(server, clock)
            for _ in 0..<2 { _ = try await client.get("/users", as: Row.self) }
            let ask = try #require(server.requests.first)
            #expect(ask.method == "POST")
            #expect(
                ask.form == ["grant_type": "client_credentials", "scope": "users.read groups.read", "audience": "api"])
            let pair = Data("client%201:sec%2Fret%2B1".utf8).base64EncodedString()
            #expect(ask.fields["Authorization"] == "Basic \(pair)")
            clock.advance(by: .seconds(3539))
            _ = try await client.get("/users", as: Row.self)
            clock.advance(by: .seconds(1))
            _ = try await client.get("/users", as: Row.self)
            #expect(authorizations(server) == ["Bearer token-1", "Bearer token-1", "Bearer token-1", "Bearer token-2"])
        }
    }

    @Test func `puts the secret into the form where the endpoint wants it there, and remembers`() async throws {
        let clock = ManualClock()
        try await Self.application({ request in
            request.path == "/token" && request.form["client_secret"] == nil
                ? .json(#"{"error":"invalid_client"}"#, status: 401) : nil
        }) { server in
            let client = try client(server, clock)
            _ = try await client.get("/users", as: Row.self)
            clock.advance(by: .seconds(4000))
            _ = try await client.get("/users", as: Row.self)
            let asked = server.requests.filter { $0.path == "/token" }
            #expect(asked.map { $0.form["client_secret"] } == [nil, "sec/ret+1", "sec/ret+1"])
            #expect(asked.map { $0.form["client_id"] } == [nil, "client 1", "client 1"])
        }
    }

    @Test func `asks once for all who need one at the same time`() async throws {
        try await Self.application { server in
            let client = try client(server)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<20 {
                    group.addTask { try await client.get("/users/\(number)", as: Row.self).status }
                }
                for try await status in group { #expect(status == 200) }
            }
            #expect(server.requests.filter { $0.path == "/token" }.count == 1)
            #expect(Set(authorizations(server)) == ["Bearer token-1"])
        }
    }

    @Test func `lets the others have it when the one who asked gives up`() async throws {
        let gate = Gate()
        try await Self.application({ request in
            guard request.path == "/token" else { return nil }
            var reply = Reply.json(#"{"access_token":"token-1"}"#)
            reply.steps.insert(.wait(gate), at: 0)
            return reply
        }) { (server) async throws -> Void in
            let client = try client(server)
            let first = Task { try await client.get("/users", as: Row.self).status }
            await server.requests(1)
            let second = Task { try await client.get("/users", as: Row.self).status }
            first.cancel()
            await #expect(throws: CancellationError.self) { try await first.value }
            gate.open()
            #expect(try await second.value == 200)
            #expect(server.requests.map(\.path) == ["/token", "/users"])
        }
    }

    @Test func `has 30 seconds to get one`() async throws {
        let clock = ManualClock()
        try await Self.application({ $0.path == "/token" ? .silence : nil }) { server in
            let client = try client(server, clock)
            async let outcome = serviceError { try await client.get("/users", as: Row.self) }
            await server.requests(1)
            // The call's own deadline, and the endpoint's for the answer and for its beginning.
            await clock.sleepers(3)
            #expect(clock.pending == [.seconds(30), .seconds(30), .seconds(300)])
            clock.advance(by: .seconds(30))
            let error = try await outcome
            #expect(error.code == .deadlineExceeded)
            #expect(error.message.hasPrefix("token endpoint \(server.address)/token: no "))
            #expect(error.message.hasSuffix("answer in time."))
        }
    }

    @Test func `gets a new one when the old one is refused mid-way, once`() async throws {
        let refused = Mutex<Set<String>>(["Bearer token-1"])
        try await Self.application({ request in
            guard request.path != "/token", let token = request.fields["Authorization"] else { return nil }
            return refused.withLock { $0.contains(token) } ? .json(#"{"error":"expired"}"#, status: 401) : nil
        }) { server in
            let client = try client(server)
            #expect(try await client.post("/users", json: Row(id: "1"), as: Row.self).body.id == "1")
            #expect(authorizations(server) == ["Bearer token-1", "Bearer token-2"])
            refused.withLock { $0 = ["Bearer token-2", "Bearer token-3"] }
            let error = try await serviceError { try await client.get("/users", as: Row.self) }
            #expect(error.code == .unauthenticated)
            #expect(authorizations(server).count == 4)
        }
    }

    @Test func `keeps it out of errors and logs`() async throws {
        let log = KeptLog()
        try await Self.application({ request in
            request.path == "/token"
                ? nil : .json(#"{"message":"token-1 may not"}"#, status: 403, ["X-Echo": "token-1"])
        }) { server in
            let client = try HTTPClient(
                server.address,
                authentication: .clientCredentials(
                    tokenURL: "\(server.address)/token", clientID: "c", secret: Secret("secret-1")),
                options: options(log: log))
            let error = try await serviceError { try await client.get("/users", as: Row.self) }
            #expect(error.message.contains("‹secret› may not"))
        }
        #expect(log.text.contains("X-Echo: ‹secret›"))
        #expect(!log.text.contains("token-1"))
        #expect(!log.text.contains("secret-1"))
    }

    @Test func `goes on with the old one for as long as it works when the endpoint is down`() async throws {
        let clock = ManualClock()
        let isDown = Mutex(false)
        try await Self.application({ request in
            request.path == "/token" && isDown.withLock { $0 } ? .json("", status: 503) : nil
        }) { server in
            let client = try client(server, clock)
            _ = try await client.get("/users", as: Row.self)
            isDown.withLock { $0 = true }
            clock.advance(by: .seconds(3570))
            _ = try await client.get("/users", as: Row.self)
            #expect(authorizations(server) == ["Bearer token-1", "Bearer token-1"])
            clock.advance(by: .seconds(31))
            let error = try await serviceError { try await client.get("/users", as: Row.self) }
            #expect(error.code == .unavailable)
        }
    }

    @Test(arguments: [
        (
            400, #"{"error":"invalid_scope","error_description":"no sec/ret+1"}"#, StatusCode.unauthenticated,
            "400: invalid_scope (no ‹secret›)."
        ),
        (401, #"{"error":"invalid_client"}"#, .unauthenticated, "401: invalid_client. Check client id, secret or key"),
        (503, "<html>", .unavailable, "503: 503 Service Unavailable."), (429, "", .unavailable, "429: 429 Too Many"),
        (200, "<html>", .unauthenticated, "its answer is no JSON with a token"),
        (200, #"{"access_token":""}"#, .unauthenticated, "no usable token"),
        (200, #"{"access_token":"a\r\nX: y"}"#, .unauthenticated, "no usable token"),
        (200, #"{"access_token":"a","token_type":"MAC"}"#, .unauthenticated, "a token of type MAC can't be used here"),
        (200, #"{"access_token":"a","token_type":"DPoP"}"#, .unauthenticated, "a token of type DPoP can't be used"),
    ])
    func `says why it has none`(status: Int, body: String, code: StatusCode, text: String) async throws {
        try await Self.application({ $0.path == "/token" ? .json(body, status: status) : nil }) { server in
            let client = try client(server)
            let error = try await serviceError { try await client.get("/users", as: Row.self) }
            #expect(error.code == code)
            #expect(error.message.hasPrefix("token endpoint \(server.address)/token: "))
            #expect(error.message.contains(text))
            #expect((error.rateLimit != nil) == (status == 429))
        }
    }

    @Test func `takes what the endpoint makes of a refresh token, and a new refresh token`() async throws {
        let clock = ManualClock()
        let stored = Mutex<[String]>([])
        try await Self.application({ request in
            guard request.path == "/token" else { return nil }
            let next = request.form["refresh_token"] == "r-1" ? "r-2" : "r-3"
            return .json(#"{"access_token":"a-\#(next)","expires_in":"100","refresh_token":"\#(next)"}"#)
        }) { server in
            let client = try HTTPClient(
                server.address,
                authentication: .refreshToken(Secret("r-1"), tokenURL: "\(server.address)/token", clientID: "c") {
                    new in
                    stored.withLock { $0.append(new.reveal()) }
                }, options: options(clock, ["BATON_DISABLE_HTTP_CACHE": "1"]))
            _ = try await client.get("/users", as: Row.self)
            clock.advance(by: .seconds(51))
            _ = try await client.get("/users", as: Row.self)
            #expect(authorizations(server) == ["Bearer a-r-2", "Bearer a-r-3"])
            #expect(stored.withLock { $0 } == ["r-2", "r-3"])
            #expect(
                server.requests.first?.form == [
                    "grant_type": "refresh_token", "refresh_token": "r-1", "client_id": "c",
                ])
        }
    }

    @Test(arguments: [0, 187]) func `keeps a new refresh token out of errors`(place: Int) async throws {
        let clock = ManualClock()
        let filler = String(repeating: "x", count: place)
        try await Self.application({ request in
            guard request.path == "/token" else { return nil }
            return request.form["refresh_token"] == "first-token"
                ? .json(#"{"access_token":"a","expires_in":100,"refresh_token":"second-token"}"#)
                : .json(#"{"error":"bad","error_description":"\#(filler)second-token"}"#, status: 400)
        }) { server in
            let client = try HTTPClient(
                server.address,
                authentication: .refreshToken(
                    Secret("first-token"), tokenURL: "\(server.address)/token", clientID: "c"),
                options: options(clock, ["BATON_DISABLE_HTTP_CACHE": "1"]))
            _ = try await client.get("/users", as: Row.self)
            clock.advance(by: .seconds(101))
            let error = try await serviceError { try await client.get("/users", as: Row.self) }
            #expect(error.message.contains("400: bad ("))
            #expect(!error.message.contains("second"))
        }
    }

    @Test func `remembers the tokens of late, and no more`() {
        let secrets = KnownSecrets([Secret("password")])
        for number in 10...29 { secrets.add(Secret("token-\(number)")) }
        secrets.add(Secret("token-29"))
        let text = secrets.redaction.hiding(in: "password token-25 token-26 token-29")
        #expect(text == "‹secret› token-25 ‹secret› ‹secret›")
    }

    @Test func `asks with user and password, or takes a token from anywhere`() async throws {
        try await Self.application { server in
            let client = try HTTPClient(
                server.address,
                authentication: .password(
                    tokenURL: "\(server.address)/token", user: "ada", password: Secret("pa ss"), clientID: "c"),
                options: options())
            _ = try await client.get("/users", as: Row.self)
            #expect(
                server.requests.first?.form == [
                    "grant_type": "password", "username": "ada", "password": "pa ss", "client_id": "c",
                ])
            let other = try HTTPClient(
                server.address, authentication: .token { AccessToken(Secret("mine")) }, options: options())
            _ = try await other.get("/users", as: Row.self)
            #expect(authorizations(server) == ["Bearer token-1", "Bearer mine"])
        }
    }

    @Test func `waits 30 seconds for a token from anywhere`() async throws {
        let clock = ManualClock()
        let client = try HTTPClient(
            "http://127.0.0.1:1",
            authentication: .token {
                try await ManualClock().sleep(for: .seconds(1))
                return AccessToken(Secret("never"))
            }, options: options(clock))
        async let outcome = serviceError { try await client.send(HTTPRequest(.get, "/users")) }
        #expect(await clock.pause(shorterThan: .seconds(60)) == .seconds(30))
        clock.advance(by: .seconds(30))
        #expect(try await outcome.code == .deadlineExceeded)
    }

    @Test(arguments: [
        (Authentication.none, "Authorization", nil), (.bearer(Secret("t")), "authorization", "Bearer t"),
        (.basic(user: "ada", password: Secret("p:w")), "Authorization", "Basic YWRhOnA6dw=="),
        (.apiKey(Secret("k"), in: "Authorization", prefix: "SSWS"), "Authorization", "SSWS k"),
        (.apiKey(Secret("k"), in: "Private-Token"), "Private-Token", "k"),
    ])
    func `may have no more than a key`(authentication: Authentication, field: String, value: String?) async throws {
        try await LoopbackServer.run({ _ in .json(#"{"id":"1"}"#) }) { server in
            let client = try HTTPClient(server.address, authentication: authentication, options: options())
            _ = try await client.get("/users", as: Row.self)
            #expect(server.requests.first?.fields[field] == value)
            #expect(server.requests.first?.fields["User-Agent"] == "baton-test/1")
        }
    }
}
