import AccessModel
import ConnectorHTTP
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1)))
struct `an application that speaks HTTP/2` {
    private func application(
        _ answer: @escaping @Sendable (String) -> HTTP2Server.Reply,
        _ body: (HTTP2Server, HTTPClient) async throws -> Void
    ) async throws {
        let certificates = try Certificates()
        defer { certificates.remove() }
        try await HTTP2Server.run(certificates.server(protocols: ["h2"]), answer) { server in
            let environment = ["SSL_CERT_FILE": certificates.authority, "BATON_DISABLE_HTTP_CACHE": "1"]
            try await body(server, HTTPClient(server.address, options: options(ManualClock(), environment)))
        }
    }

    @Test func `is asked many things over one connection`() async throws {
        try await application({ .json("{\"id\":\"\($0)\"}") }) { (server, client) async throws -> Void in
            _ = try await client.get("/first", as: Row.self)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<100 {
                    group.addTask { try await client.get("/\(number)", as: Row.self).body.id == "/\(number)" }
                }
                for try await isRight in group { #expect(isRight) }
            }
            #expect(server.connections == 1)
            #expect(Set(server.paths) == Set(["/first"] + (0..<100).map { "/\($0)" }))
            #expect(server.paths.count == 101)
        }
    }

    @Test(arguments: [HTTP2Server.Reply.reset(after: "{\"id\":\"1\"}"), .hangUp(after: "{\"id\":\"1\"}")])
    func `and breaks off is never taken at half its word`(reply: HTTP2Server.Reply) async throws {
        try await application({ _ in reply }) { (_, client) async throws -> Void in
            let error = try await serviceError { try await client.get("/users", as: Row.self) }
            #expect(error.code == .unavailable)
        }
    }
}
