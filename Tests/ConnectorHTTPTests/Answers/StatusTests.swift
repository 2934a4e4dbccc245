import AccessModel
import BatonWire
import ConnectorHTTP
import ConnectorKit
import Foundation
import SwiftProtobuf
import Testing

@Suite(.timeLimit(.minutes(1)))
struct `an error status` {
    @Test(arguments: [
        (400, StatusCode.invalidArgument), (401, .unauthenticated), (403, .permissionDenied), (404, .notFound),
        (408, .deadlineExceeded), (409, .alreadyExists), (410, .invalidArgument), (422, .invalidArgument),
        (429, .unavailable), (500, .unavailable), (501, .unimplemented), (502, .unavailable), (503, .unavailable),
        (504, .unavailable), (599, .unavailable), (304, .unknown), (302, .unknown),
    ])
    func `becomes the code of the ecosystem`(status: Int, code: StatusCode) async throws {
        try await LoopbackServer.run({ _ in .json("", status: status) }) { server in
            let client = try HTTPClient(server.address, options: options())
            let error = try await serviceError { try await client.send(HTTPRequest(.get, "/users")) }
            #expect(error.code == code)
            #expect(server.requests.count == 1)
        }
    }

    @Test(arguments: [
        (#"{"errorCode":"E0000006","errorSummary":"You do not have permission"}"#, "You do not have permission"),
        (#"{"message":"Not Found","documentation_url":"https://docs"}"#, "Not Found"),
        (#"{"error":{"code":"x","message":"Insufficient privileges"}}"#, "Insufficient privileges"),
        (#"{"error":"invalid_request","error_description":"bad\nline"}"#, "invalid_request: bad line"),
        (#"{"errorMessages":["one","two"],"errors":{}}"#, "one; two"),
        (#"{"schemas":[],"detail":"no such user","status":"404"}"#, "no such user"),
        (#"{"errors":[{"title":"t","detail":"why"}]}"#, "why"),
    ])
    func `says what the application says`(body: String, words: String) async throws {
        try await LoopbackServer.run({ _ in .json(body, status: 422, ["X-Okta-Request-Id": "abc"]) }) { server in
            let client = try HTTPClient(server.address, options: options())
            let error = try await serviceError {
                try await client.send(HTTPRequest(.get, "/users", query: [QueryParameter("token", "hidden")]))
            }
            #expect(
                error.message
                    == "GET \(server.address)/users (request abc): 422 Unprocessable Content: \(words).")
        }
    }

    @Test func `says nothing secret, and neither does the log`() async throws {
        let log = KeptLog()
        let body = #"{"message":"the token s3cr3t-token is no good"}"#
        let fields = ["Set-Cookie": "session=abcdef", "X-Echo": "s3cr3t-token"]
        try await LoopbackServer.run({ _ in .json(body, status: 403, fields) }) { server in
            let client = try HTTPClient(
                server.address, authentication: .bearer(Secret("s3cr3t-token")), options: options(log: log))
            let error = try await serviceError {
                try await client.send(
                    HTTPRequest(
                        .get, "/users", query: [QueryParameter("api_key", "q-secret"), QueryParameter("q", "x")]))
            }
            #expect(error.message.contains("the token ‹secret› is no good. Give the credentials"))
            #expect(server.requests.first?.fields["Authorization"] == "Bearer s3cr3t-token")
        }
        #expect(log.text.contains("warning base-http-client: HTTP error status"))
        #expect(log.text.contains("Set-Cookie: REDACTED"))
        #expect(log.text.contains("api_key=REDACTED&q=x"))
        for secret in ["s3cr3t", "abcdef", "q-secret"] { #expect(!log.text.contains(secret)) }
    }

    @Test(arguments: 150...210) func `says nothing secret where it is cut short either`(place: Int) async throws {
        let log = KeptLog()
        let filler = String(repeating: "x", count: place)
        let reply = Reply.json(
            "{\"message\":\"\(filler)s3cr3t-token\"}", status: 403,
            ["X-Echo": "\(filler)\(String(repeating: "y", count: 100))s3cr3t-token"])
        try await LoopbackServer.run({ _ in reply }) { server in
            let client = try HTTPClient(
                server.address, authentication: .bearer(Secret("s3cr3t-token")), options: options(log: log))
            let error = try await serviceError { try await client.send(HTTPRequest(.get, "/users")) }
            #expect(error.message.contains("xxx"))
            #expect(!error.message.contains("s3"))
        }
        #expect(log.text.contains("yyy"))
        #expect(!log.text.contains("s3"))
    }

    @Test func `names no secret of a path, nor of an address in its fields`() async throws {
        let log = KeptLog()
        let fields = ["Link": "<https://a/x?cursor=c4r50r>; rel=next", "Location": "/y?sig=s1gn&a=b#c"]
        try await LoopbackServer.run({ _ in .json("{}", status: 404, fields) }) { server in
            let client = try HTTPClient(
                server.address, authentication: .apiKey(Secret("123:bot/key"), in: "X-Key"), options: options(log: log))
            let error = try await serviceError {
                try await client.send(HTTPRequest(.get, "/bot\("123:bot/key")/users"))
            }
            #expect(error.message.hasPrefix("GET \(server.address)/bot‹secret›/users: 404 Not Found"))
        }
        #expect(log.text.contains("/bot‹secret›/users"))
        #expect(log.text.contains("Link: <https://a/x?>; rel=next; Location: /y?"))
        for secret in ["bot%2Fkey", "c4r50r", "s1gn"] { #expect(!log.text.contains(secret)) }
    }

    @Test func `can be an answer, then with its whole body`() async throws {
        let text = "\"\(String(repeating: "x", count: 200_000))\""
        try await LoopbackServer.run({ _ in .json(text, status: 404) }) { server in
            var settings = options()
            let client = try HTTPClient(server.address, options: settings)
            let answer = try await client.send(HTTPRequest(.get, "/users/1").accepting(404))
            #expect(answer.status == 404)
            #expect(answer.body == Data(text.utf8))
            settings.bodyLimit = 100_000
            let narrow = try HTTPClient(server.address, options: settings)
            let error = try await serviceError { try await narrow.send(HTTPRequest(.get, "/users/1").accepting(404)) }
            #expect(error.code == .resourceExhausted)
        }
    }

    @Test func `may ask to wait longer than time lasts`() async throws {
        try await LoopbackServer.run({ _ in .json("{}", ["Retry-After": "9223372036854775807"]) }) { server in
            var settings = options()
            settings.judge = { answer in
                Verdict(.unavailable, retryAfter: .seconds(Int64(answer.fields["Retry-After"] ?? "") ?? 0))
            }
            let client = try HTTPClient(server.address, options: settings)
            let error = try await serviceError { try await client.send(HTTPRequest(.get, "/users")) }
            #expect(error.rateLimit?.resetAt.seconds == 253_402_300_799)
        }
    }

    @Test func `is what the connector makes of it`() async throws {
        let reply = Reply.json(#"{"ok":false,"error":"ratelimited"}"#)
        try await LoopbackServer.run({ _ in reply }) { server in
            let clock = ManualClock()
            var settings = options(clock)
            settings.judge = { answer in
                String(decoding: answer.body, as: UTF8.self).contains("ratelimited")
                    ? Verdict(.unavailable, retryAfter: .seconds(30)) : nil
            }
            let client = try HTTPClient(server.address, options: settings)
            let error = try await serviceError { try await client.send(HTTPRequest(.post, "/users.list")) }
            #expect(error.code == .unavailable)
            #expect(error.message.hasSuffix("status 200: ratelimited."))
            #expect(error.rateLimit?.resetAt.seconds == 1_800_000_030)
            #expect(error.rateLimit?.status == .overlimit)
        }
    }
}
