import AccessModel
import ConnectorKit
import Foundation
import Testing

@testable import ConnectorHTTP

@Suite(.timeLimit(.minutes(1)))
struct `a secure connection` {
    @Test func `is made to whom SSL_CERT_FILE or SSL_CERT_DIR vouches for, and to nobody else`() async throws {
        let certificates = try Certificates()
        defer { certificates.remove() }
        let roots = certificates.folder.appending(path: "roots")
        try FileManager.default.createDirectory(at: roots, withIntermediateDirectories: true)
        try certificates.text("ca.pem").write(to: roots.appending(path: "any"), atomically: true, encoding: .utf8)
        try "no certificate".write(to: roots.appending(path: "README"), atomically: true, encoding: .utf8)
        try await LoopbackServer.run(tls: certificates.server(), { _ in .json(#"{"id":"1"}"#) }) { server in
            for environment in [["SSL_CERT_FILE": certificates.authority], ["SSL_CERT_DIR": "\(roots.path)"]] {
                let client = try HTTPClient(server.address, options: options(ManualClock(), environment))
                #expect(try await client.get("/", as: Row.self).body.id == "1")
            }
            let client = try HTTPClient(server.address, options: options())
            let error = try await serviceError { try await client.send(HTTPRequest(.get, "/")) }
            #expect(error.code == .failedPrecondition)
            #expect(error.message.contains("isn't trusted"))
            #expect(error.message.contains("SSL_CERT_FILE"))
        }
    }

    @Test func `isn't made to a host whose certificate has another name`() async throws {
        let certificates = try Certificates()
        defer { certificates.remove() }
        try await LoopbackServer.run(tls: certificates.server("elsewhere"), { _ in .json("{}") }) { server in
            let client = try HTTPClient(
                server.address, options: options(ManualClock(), ["SSL_CERT_FILE": certificates.authority]))
            let error = try await serviceError { try await client.send(HTTPRequest(.get, "/")) }
            #expect(error.code == .failedPrecondition)
            #expect(error.message.contains("the host as in the certificate"))
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `shows a client certificate where one is asked for`() async throws {
        let certificates = try Certificates()
        defer { certificates.remove() }
        let context = try certificates.server(askingForCertificate: true)
        try await LoopbackServer.run(tls: context, { _ in .json(#"{"id":"1"}"#) }) { server in
            var settings = options(ManualClock(), ["SSL_CERT_FILE": certificates.authority])
            let without = try HTTPClient(server.address, options: settings)
            let error = try await serviceError { try await without.send(HTTPRequest(.get, "/")) }
            #expect(error.code == .failedPrecondition)
            #expect(error.message.contains("client certificate"))
            settings.certificate = try ClientCertificate(
                certificate: certificates.text("client.pem"), key: Secret(certificates.text("client.key")))
            let client = try HTTPClient(server.address, options: settings)
            #expect(try await client.get("/", as: Row.self).body.id == "1")
        }
    }

    @Test(arguments: [
        (["SSL_CERT_FILE": "/nowhere.pem"], "SSL_CERT_FILE: /nowhere.pem holds no PEM certificates"),
        (["SSL_CERT_DIR": "/nowhere"], "SSL_CERT_DIR: /nowhere is no folder"),
        (["HTTPS_PROXY": "https://proxy:1"], "HTTPS_PROXY: a proxy is reached by http:// or socks5://"),
        (["http_proxy": "http://pro xy"], "http_proxy: no address of a proxy"),
    ])
    func `is refused when a variable can't be followed`(environment: [String: String], text: String) throws {
        let error = #expect(throws: ServiceError.self) {
            try HTTPClient("https://acme.example.com", options: options(ManualClock(), environment))
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.hasPrefix(text) == true)
    }

    @Test func `can't be made with a key that is none`() throws {
        let error = #expect(throws: ServiceError.self) { try ClientCertificate(certificate: "x", key: Secret("k3y")) }
        #expect(error?.message.contains("k3y") == false)
    }
}

@Suite(.timeLimit(.minutes(1)))
struct `a proxy` {
    @Test func `leads to the application, with a secure connection through it`() async throws {
        let certificates = try Certificates()
        defer { certificates.remove() }
        try await LoopbackServer.run(tls: certificates.server(), { _ in .json(#"{"id":"1"}"#) }) { server in
            try await LoopbackProxy.run(to: server.port, credentials: "dXNlcjpwQHNz") { proxy in
                let environment = [
                    "SSL_CERT_FILE": certificates.authority,
                    "HTTPS_PROXY": "http://user:p%40ss@127.0.0.1:\(proxy.port)",
                ]
                let client = try HTTPClient(
                    "https://acme.example.com:8443", authentication: .bearer(Secret("token-1")),
                    options: options(ManualClock(), environment))
                #expect(try await client.get("/", as: Row.self).body.id == "1")
                #expect(proxy.heads.count == 1)
                #expect(proxy.heads.first?.hasPrefix("CONNECT acme.example.com:8443 HTTP/1.1") == true)
                #expect(proxy.heads.first?.contains("token-1") == false)
                #expect(server.requests.first?.fields["Authorization"] == "Bearer token-1")
                #expect(server.requests.first?.fields["Proxy-Authorization"] == nil)
            }
        }
    }

    @Test func `that wants credentials says so`() async throws {
        try await LoopbackProxy.run(to: 1, credentials: "other") { proxy in
            let client = try HTTPClient(
                "https://acme.example.com",
                options: options(ManualClock(), ["https_proxy": "127.0.0.1:\(proxy.port)"]))
            let error = try await serviceError { try await client.send(HTTPRequest(.get, "/")) }
            #expect(error.code == .unauthenticated)
            #expect(error.message.contains("HTTPS_PROXY"))
        }
    }

    @Test func `is left out for this machine`() async throws {
        try await LoopbackServer.run({ _ in .json(#"{"id":"1"}"#) }) { server in
            let environment = ["HTTP_PROXY": "http://127.0.0.1:1"]
            let client = try HTTPClient(server.address, options: options(ManualClock(), environment))
            #expect(try await client.get("/", as: Row.self).body.id == "1")
        }
    }

    @Test(arguments: [
        ("https://acme.example.com", "", "proxy"), ("https://acme.example.com", "*", nil),
        ("https://acme.example.com", "example.com", nil), ("https://acme.example.com", ".example.com", nil),
        ("https://acme.example.com", "ample.com", "proxy"), ("https://acme.example.com", "*.example.com", nil),
        ("https://example.com", ".example.com", "proxy"), ("https://ACME.example.com", "Acme.Example.COM", nil),
        ("https://acme.example.com:8443", "acme.example.com:443", "proxy"),
        ("https://acme.example.com", "other.org, acme.example.com:443", nil),
        ("https://10.1.2.3", "10.0.0.0/8", nil), ("https://11.1.2.3", "10.0.0.0/8", "proxy"),
        ("https://[fd00::1]", "fd00::/16", nil), ("https://10.1.2.3", "10.1.2.3", nil),
        ("https://127.0.0.1", "", nil), ("https://[::1]", "", nil), ("https://localhost", "", nil),
        ("http://acme.example.com", "", nil),
    ])
    func `is taken unless NO_PROXY names the host`(address: String, exceptions: String, expected: String?) throws {
        let settings = try ProxySettings(["HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": exceptions])
        let origin = try #require(WebAddress(parsing: address)?.origin)
        #expect(settings.server(for: origin)?.host == expected)
    }
}
