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

    @Test func `can be an answer`() async throws {
        try await LoopbackServer.run({ _ in .json("{}", status: 404) }) { server in
            let client = try HTTPClient(server.address, options: options())
            #expect(try await client.send(HTTPRequest(.get, "/users/1").accepting(404)).status == 404)
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
