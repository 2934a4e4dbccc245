import AccessModel
import ConnectorHTTP
import ConnectorKit
import Foundation
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct `a redirect` {
    private func redirect(to address: String, status: Int = 302) -> Reply {
        .json("", status: status, ["Location": address])
    }

    @Test func `on the same origin is followed with the credentials`() async throws {
        try await LoopbackServer.run({ request in
            request.path == "/old" ? redirect(to: "/new?x=1", status: 308) : .json(#"{"id":"1"}"#)
        }) { server in
            let client = try HTTPClient(
                server.address, authentication: .bearer(Secret("token-1")), options: options())
            #expect(try await client.get("/old", as: Row.self).body.id == "1")
            #expect(server.requests.map(\.target) == ["/old", "/new?x=1"])
            #expect(server.requests.map { $0.fields["Authorization"] } == ["Bearer token-1", "Bearer token-1"])
            _ = try await client.post("/old", json: Row(id: "2"))
            #expect(server.requests.last?.method == "POST")
            #expect(server.requests.last?.body == #"{"id":"2"}"#)
        }
    }

    @Test func `to another origin is followed by nobody in particular`() async throws {
        try await LoopbackServer.run({ _ in .json(#"{"id":"1"}"#) }) { other in
            try await LoopbackServer.run({ _ in redirect(to: "\(other.address)/file") }) { server in
                var settings = options()
                settings.fields = ["X-Tenant-Secret": "abc"]
                let client = try HTTPClient(
                    server.address, authentication: .apiKey(Secret("key-1"), in: "Private-Token"), options: settings)
                #expect(try await client.get("/old", as: Row.self).body.id == "1")
                #expect(server.requests.first?.fields["Private-Token"] == "key-1")
                let names = (other.requests.first?.fields).map { Set($0.map { $0.name.lowercased() }) }
                #expect(names == ["host", "user-agent", "accept", "accept-encoding"])
            }
        }
    }

    @Test func `back from another origin is followed by nobody in particular, too`() async throws {
        let home = Mutex("")
        try await LoopbackServer.run({ _ in redirect(to: "\(home.withLock { $0 })/admin") }) { other in
            try await LoopbackServer.run({ request in
                request.path == "/admin" ? .json(#"{"id":"1"}"#) : redirect(to: "\(other.address)/file")
            }) { server in
                home.withLock { $0 = server.address }
                let client = try HTTPClient(
                    server.address, authentication: .bearer(Secret("token-1")), options: options())
                _ = try await client.get("/old", as: Row.self)
                #expect(server.requests.map(\.path) == ["/old", "/admin"])
                #expect(server.requests.map { $0.fields["Authorization"] } == ["Bearer token-1", nil])
            }
        }
    }

    @Test func `of a change to another origin is refused`() async throws {
        try await LoopbackServer.run({ _ in redirect(to: "http://127.0.0.1:1/", status: 307) }) { server in
            let client = try HTTPClient(server.address, options: options())
            let error = try await serviceError { try await client.post("/users", json: Row(id: "1")) }
            #expect(error.code == .unknown)
            #expect(error.message.contains("redirected to http://127.0.0.1:1/. Set the application's address to that."))
        }
    }

    @Test func `without end is an error`() async throws {
        try await LoopbackServer.run({ _ in redirect(to: "/again") }) { server in
            let client = try HTTPClient(server.address, options: options())
            let error = try await serviceError { try await client.send(HTTPRequest(.get, "/")) }
            #expect(error.message.contains("redirected on and on"))
            #expect(server.requests.count == 11)
        }
    }

    @Test func `from a secure connection to an open one is refused`() async throws {
        let certificates = try Certificates()
        defer { certificates.remove() }
        let reply = redirect(to: "http://127.0.0.1:1/")
        try await LoopbackServer.run(tls: certificates.server(), { _ in reply }) { server in
            let client = try HTTPClient(
                server.address, options: options(ManualClock(), ["SSL_CERT_FILE": certificates.authority]))
            let error = try await serviceError { try await client.send(HTTPRequest(.get, "/")) }
            #expect(error.message.contains("which isn't secure"))
        }
    }
}
