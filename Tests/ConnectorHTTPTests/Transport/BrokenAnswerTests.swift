import AccessModel
import ConnectorHTTP
import Foundation
import Synchronization
import Testing

/// A connection that ends at every place it can.
@Suite(.timeLimit(.minutes(3)))
struct `an answer that is cut` {
    private static let body = #"{"id":"whole"}"#

    /// The bytes of whole answers, by how the end of the body is told.
    private static let answers: [String: [UInt8]] = [
        "by length": bytes("Content-Length: \(body.utf8.count)", body),
        "in chunks": bytes(
            "Transfer-Encoding: chunked",
            "5\r\n\(body.prefix(5))\r\n9;x=y\r\n\(body.dropFirst(5))\r\n0\r\nX-Sum: 1\r\n\r\n"),
    ]

    private static func bytes(_ framing: String, _ body: String) -> [UInt8] {
        Array("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\(framing)\r\n\r\n\(body)".utf8)
    }

    @Test(arguments: answers.keys.sorted(), [Reply.Step.close, .reset])
    func `is an error wherever that happens, never a part of an answer`(framing: String, end: Reply.Step) async throws {
        let whole = try #require(Self.answers[framing])
        let length = Mutex(0)
        try await LoopbackServer.run({ _ in Reply(.send(Array(whole.prefix(length.withLock { $0 }))), end) }) {
            server in
            let client = try HTTPClient(
                server.address, options: options(ManualClock(), ["BATON_DISABLE_HTTP_CACHE": "1"]))
            for count in 0..<whole.count {
                length.withLock { $0 = count }
                let error = try await serviceError { try await client.send(HTTPRequest(.get, "/users")) }
                #expect(error.code == .unavailable, "after \(count) bytes: \(error)")
                #expect(error.message.hasPrefix("GET \(server.address)/users: the connection was "))
                let seen = server.requests.count
                _ = try await serviceError { try await client.post("/users", json: Row(id: "1")) }
                #expect(server.requests.count == seen + 1, "after \(count) bytes")
            }
        }
    }

    @Test(arguments: answers.keys.sorted()) func `is an error of a stream, too`(framing: String) async throws {
        let whole = try #require(Self.answers[framing])
        let length = Mutex(0)
        try await LoopbackServer.run({ _ in Reply(.send(Array(whole.prefix(length.withLock { $0 }))), .close) }) {
            server in
            let client = try HTTPClient(server.address, options: options())
            for count in 0..<whole.count {
                length.withLock { $0 = count }
                let taken = Mutex("")
                let error = try await serviceError {
                    try await client.stream(HTTPRequest(.get, "/users")) { chunk in
                        taken.withLock { $0 += String(decoding: chunk, as: UTF8.self) }
                    }
                }
                #expect(error.code == .unavailable, "after \(count) bytes: \(error)")
                #expect(Self.body.hasPrefix(taken.withLock { $0 }))
            }
        }
    }

    @Test(arguments: answers.keys.sorted())
    func `is whole when all of it came, in however many pieces`(framing: String) async throws {
        let whole = try #require(Self.answers[framing])
        var reply = Reply()
        reply.steps = whole.map { .send([$0]) } + [.close]
        try await LoopbackServer.run({ [reply] _ in reply }) { server in
            let client = try HTTPClient(server.address, options: options())
            #expect(try await client.get("/users", as: Row.self).body.id == "whole")
        }
    }

    @Test(arguments: [Reply.Step.close, .reset], ["GET", "POST"])
    func `before the question was read is an error`(end: Reply.Step, method: String) async throws {
        try await LoopbackServer.run(greeting: Reply(end), { _ in .json(Self.body) }) { server in
            let client = try HTTPClient(server.address, options: options())
            for _ in 0..<20 {
                let error = try await serviceError {
                    try await method == "GET"
                        ? client.send(HTTPRequest(.get, "/users")) : client.post("/users", json: Row(id: "1"))
                }
                #expect(error.code == .unavailable, "\(error)")
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `is asked for again when the first connection was lost before the question was read`() async throws {
        let count = Mutex(0)
        try await LoopbackServer.run({ _ in
            count.withLock {
                $0 += 1; return $0
            } == 1 ? .reset : .json(Self.body)
        }) { server in
            let client = try HTTPClient(server.address, options: options())
            #expect(try await client.get("/users", as: Row.self).body.id == "whole")
            #expect(server.requests.count == 2)
        }
    }

    @Test func `inside its compression is an error, though the message is whole`() async throws {
        // gzip of {"id":"whole"}
        let packed = try #require(Data(base64Encoded: "H4sIAAAAAAACA6tWykxRslIqz8jPSVWqBQCnyTzZDgAAAA=="))
        let length = Mutex(packed.count)
        try await LoopbackServer.run({ _ in
            let part = packed.prefix(length.withLock { $0 })
            let head =
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
                + "Content-Length: \(part.count)\r\n\r\n"
            return Reply(.send(Array(head.utf8) + part))
        }) { server in
            let client = try HTTPClient(
                server.address, options: options(ManualClock(), ["BATON_DISABLE_HTTP_CACHE": "1"]))
            #expect(try await client.get("/users", as: Row.self).body.id == "whole")
            for count in 1..<packed.count {
                length.withLock { $0 = count }
                _ = try await serviceError { try await client.send(HTTPRequest(.get, "/users")) }
            }
        }
    }
}
