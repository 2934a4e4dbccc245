import AccessModel
import Foundation
import Testing

@testable import ConnectorHTTP

@Suite struct `an address` {
    @Test(arguments: [
        ("https://Acme.Example.com", "https://acme.example.com/"), ("HTTP://a:80/x", "http://a/x"),
        ("https://a:8443/x?y=1#z", "https://a:8443/x?y=1"), ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("https://a/ü b", "https://a/%C3%BC%20b"), ("https://a?x", "https://a/?x"),
    ])
    func `is read`(text: String, expected: String) {
        #expect(WebAddress(parsing: text)?.text == expected)
    }

    @Test(arguments: [
        "", "acme.example.com", "ftp://a", "https://", "https://user:pass@a/", "https://a:0/", "https://a:x/",
        "https:///x",
        "https://a\\b/", "https://a\r\nX: y/", "://a", "https://[::1", "https://a:99999/", "javascript://a",
        "https://a b/",
    ])
    func `that can't be called is none`(text: String) {
        #expect(WebAddress(parsing: text) == nil)
    }

    @Test(arguments: [
        ("https://b/y", "https://b/y"), ("//b/y", "https://b/y"), ("/y?z=1", "https://a/y?z=1"),
        ("?page=2", "https://a/v1/x?page=2"),
        ("y", "https://a/v1/y"), ("", "https://a/v1/x?q=1"),
    ])
    func `is where a reference on its page leads from`(reference: String, expected: String) {
        #expect(WebAddress(parsing: "https://a/v1/x?q=1")?.resolving(reference)?.text == expected)
    }

    @Test(arguments: ["javascript:alert(1)", "ftp://b/", "https://u:p@b/", "/x\r\nHost: b"])
    func `has no page behind a reference that can't be called`(reference: String) {
        #expect(WebAddress(parsing: "https://a/v1/x")?.resolving(reference) == nil)
    }
}

@Suite(.timeLimit(.minutes(1)))
struct `a path` {
    @Test func `keeps what is put into it in one segment`() async throws {
        try await LoopbackServer.run({ _ in .json("{}") }) { server in
            let client = try HTTPClient("\(server.address)/api/", options: options())
            let id = "../admin?x=1&y#é/ü"
            _ = try await client.send(
                HTTPRequest(.get, "/groups/\(id)/members", query: [QueryParameter("filter", "a eq \"b+c\"")]))
            _ = try await client.send(HTTPRequest(.get, "users?active=true", query: [QueryParameter("limit", 5)]))
            #expect(
                server.requests.map(\.target) == [
                    "/api/groups/..%2Fadmin%3Fx%3D1%26y%23%C3%A9%2F%C3%BC/members?filter=a%20eq%20%22b%2Bc%22",
                    "/api/users?active=true&limit=5",
                ])
        }
    }

    @Test(arguments: ["", ".", ".."])
    func `doesn't lead elsewhere`(id: String) async throws {
        try await LoopbackServer.run({ _ in .json("{}") }) { server in
            let client = try HTTPClient(server.address, options: options())
            let error = try await serviceError { try await client.delete("/groups/\(id)") }
            #expect(error.code == .invalidArgument)
            #expect(server.requests.isEmpty)
        }
    }
}
