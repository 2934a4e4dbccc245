import AccessModel
import ConnectorKit
import Foundation
import Testing

@testable import LDAPConnector

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The error of a check that must fail.
func refusal(of connector: LDAPConnector, sourceLocation: SourceLocation = #_sourceLocation) async throws
    -> (code: StatusCode, text: String)
{
    let error = await #expect(throws: (any Error).self, sourceLocation: sourceLocation) {
        try await connector.validate()
    }
    let found = try #require(error, sourceLocation: sourceLocation)
    return (StatusCode(of: found), "\(found)")
}

@Suite(.enabled(if: Slapd.isThere, Slapd.absence)) struct `a connection` {
    @Test func `is refused with the setting that is wrong`() async throws {
        let server = try Slapd(LDIF.small)
        let password = try await refusal(of: .over(server, ["password": .string("hunter2")]))
        #expect(password.code == .unauthenticated)
        #expect(password.text.contains("Check --bind-dn (BATON_BIND_DN) and the password in BATON_PASSWORD."))
        #expect(!password.text.contains("hunter2"))
        let account = try await refusal(of: .over(server, ["bind-dn": .string(LDIF.name("nobody"))]))
        #expect(account.code == .unauthenticated && account.text.contains("--bind-dn"))
        let none = try await refusal(of: .over(server, ["password": .string("")]))
        #expect(
            none.code == .failedPrecondition && none.text.contains("There is no password: give it in BATON_PASSWORD."))
        let base = try await refusal(of: .over(server, ["base-dn": .string("dc=nowhere,dc=example")]))
        #expect(base.code == .permissionDenied)
        #expect(
            base.text.contains(
                "dc=nowhere,dc=example isn't there, or can't be seen. Check --user-search-dn and --base-dn"))
        let groups = try await refusal(of: .over(server, ["group-search-dn": .string("ou=x,dc=corp,dc=example")]))
        #expect(groups.text.contains("Check --group-search-dn"))
        let people = try await refusal(of: .over(server, ["user-search-dn": .string("ou=groups,dc=corp,dc=example")]))
        #expect(people.text.contains("shows no account"))
    }

    @Test func `of an account that may see nothing is refused with what it lacks`() async throws {
        let hidden = try Slapd(LDIF.small, rules: "access to attrs=userPassword by * auth\naccess to * by * none")
        let account: [String: GivenValue] = ["bind-dn": .string(LDIF.name("u0")), "password": .string("old-0")]
        let blind = try await refusal(of: .over(hidden, account))
        #expect(blind.code == .permissionDenied)
        #expect(blind.text.contains("let \(LDIF.name("u0")) read and search there"))
        let rules = """
            access to attrs=userPassword by * auth
            access to dn.base="dc=corp,dc=example" by * read
            access to dn.children="ou=people,dc=corp,dc=example" by * auth
            access to * by * read
            """
        let part = try Slapd(LDIF.small, rules: rules)
        let partly = try await refusal(of: .over(part, account))
        #expect(partly.code == .permissionDenied && partly.text.contains("shows no account"))
        let search = """
            access to attrs=userPassword by * auth
            access to dn.subtree="ou=people,dc=corp,dc=example" by * disclose
            access to * by * read
            """
        let closed = try Slapd(LDIF.small, rules: search)
        let denied = try await refusal(
            of: .over(closed, account.merging(["user-search-dn": .string("ou=people,dc=corp,dc=example")]) { $1 }))
        #expect(denied.code == .permissionDenied, "\(denied.text)")
    }

    @Test(arguments: [
        (["url": "http://h"], "unsupported scheme: http"), (["bind-dn": ""], "missing bind-dn"),
        (["bind-dn": "ada@corp.example"], "error parsing bind-dn"), (["base-dn": "corp"], "error parsing base-dn"),
        (["user-search-dn": "x"], "error parsing user-search-dn"),
        (["group-search-dn": "x"], "error parsing group-search-dn"),
        (["role-search-dn": "x"], "error parsing role-search-dn"), (["filter": "(a=b"], "filter: "),
        (["url": "ldaps://h", "ca-file": "/nowhere.pem"], "ca-file: /nowhere.pem can't be read"),
    ]) func `isn't tried when a setting makes no sense`(values: [String: String], problem: String) throws {
        let usual = ["url": "ldap://h", "bind-dn": "cn=x,dc=y", "password": "p"]
        let error = #expect(throws: ServiceError.self) {
            try LDAPConnector(usual.merging(values) { $1 }.mapValues { .string($0) })
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains(problem) == true, "\(error?.message ?? "")")
    }

    @Test func `takes the old names of settings too`() async throws {
        let server = try Slapd(LDIF.small)
        try await LDAPConnector.over(
            server,
            [
                "url": .string(""), "domain": .string("127.0.0.1:\(server.port)"), "bind-dn": .string(""),
                "user-dn": .string(Slapd.admin),
            ]
        ).validate()
        #expect(LDAPConfiguration.constraints.count == 2)
    }

    @Test func `says so when the password is missing, or anybody is trusted`() throws {
        let lines = LogLines()
        _ = try LDAPConnector(
            ["url": .string("ldaps://h"), "bind-dn": .string("cn=x"), "insecure-skip-verify": .bool(true)],
            log: lines.log)
        #expect(lines.warnings.count == 2)
        #expect(lines.warnings[0].contains("BATON_PASSWORD") && lines.warnings[1].contains("insecure-skip-verify"))
    }

    @Test func `to nobody fails, and may be tried again`() async throws {
        let error = try await refusal(
            of: LDAPConnector(["url": .string("ldap://127.0.0.1:\(try FreePort.next())"), "bind-dn": .string("cn=x")]))
        #expect(error.code == .unavailable)
        #expect(error.text.contains("connecting"))
    }

    @Test(arguments: ["ldap", "ldaps"]) func `to somebody who is silent ends in time`(scheme: String) async throws {
        let peer = try SilentPeer()
        let error = try await refusal(
            of: LDAPConnector(
                [
                    "url": .string("\(scheme)://127.0.0.1:\(peer.port)"), "bind-dn": .string("cn=x"),
                    "password": .string("p"),
                ],
                timeout: .seconds(2)))
        #expect([.unavailable, .deadlineExceeded].contains(error.code), "\(error.text)")
    }

    @Test func `to somebody who stops in the middle of a message ends in time`() async throws {
        // The beginning of an answer that promises 100 bytes.
        let peer = try SilentPeer(saying: [0x30, 0x64, 0x02, 0x01, 0x01, 0x61])
        let error = try await refusal(
            of: LDAPConnector(
                [
                    "url": .string("ldap://127.0.0.1:\(peer.port)"), "bind-dn": .string("cn=x"),
                    "password": .string("p"),
                ],
                timeout: .seconds(2)))
        #expect(error.code == .deadlineExceeded, "\(error.text)")
    }

    @Test(arguments: [
        Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF],
        [0x30, 0x03, 0x02, 0x01, 0x01],
        [0x30, 0x80], [UInt8](repeating: 0, count: 64),
    ]) func `to somebody who speaks otherwise fails`(bytes: [UInt8]) async throws {
        let peer = try SilentPeer(saying: bytes)
        let error = try await refusal(
            of: LDAPConnector(
                [
                    "url": .string("ldap://127.0.0.1:\(peer.port)"), "bind-dn": .string("cn=x"),
                    "password": .string("p"),
                ],
                timeout: .seconds(2)))
        #expect([.unavailable, .deadlineExceeded, .unknown].contains(error.code), "\(error.text)")
    }

    @Test func `is let go when nobody waits any more`() async throws {
        let peer = try SilentPeer()
        let connector = try LDAPConnector(
            ["url": .string("ldap://127.0.0.1:\(peer.port)"), "bind-dn": .string("cn=x"), "password": .string("p")],
            timeout: .seconds(3600))
        let task = Task { try await connector.validate() }
        peer.waitForGuest()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `keeps what a server repeats of the password to itself`() async throws {
        // A bind answer with code 49 and the password as its remark.
        let remark = Array("hunter2 is wrong".utf8)
        let answer: [UInt8] = [0x0A, 0x01, 49, 0x04, 0x00, 0x04, UInt8(remark.count)] + remark
        let message: [UInt8] = [0x02, 0x01, 0x01, 0x61, UInt8(answer.count)] + answer
        let peer = try SilentPeer(saying: [0x30, UInt8(message.count)] + message)
        let error = try await refusal(
            of: LDAPConnector(
                [
                    "url": .string("ldap://127.0.0.1:\(peer.port)"), "bind-dn": .string("cn=x"),
                    "password": .string("hunter2"),
                ]))
        #expect(error.code == .unauthenticated)
        #expect(!error.text.contains("hunter2"))
    }
}

@Suite(.enabled(if: Slapd.isThere, Slapd.absence)) struct `an encrypted connection` {
    @Test(arguments: [false, true]) func `is made to a server whose authority is trusted`(startsTLS: Bool) async throws
    {
        let certificate = try MadeCertificate()
        let server = try Slapd(LDIF.small, globals: "security simple_bind=112", certificate: certificate)
        let way: [String: GivenValue] =
            startsTLS ? ["start-tls": .bool(true)] : ["url": .string(server.secureURL)]
        let trusted = way.merging(["ca-file": .string(certificate.authority)]) { $1 }
        #expect(try await Collection(of: .over(server, trusted)).ids("user").count == 12)
        #expect(
            try await Collection(of: .over(server, way, environment: ["SSL_CERT_FILE": certificate.authority]))
                .ids("user").count == 12)
        let plain = try await refusal(of: .over(server))
        #expect(plain.code == .permissionDenied)
        #expect(plain.text.contains("name an ldaps:// address with --url, or add --start-tls"))
    }

    @Test(arguments: [false, true]) func `isn't made to one whose authority is another, unless told so`(startsTLS: Bool)
        async throws
    {
        let (certificate, other) = (try MadeCertificate(), try MadeCertificate())
        let server = try Slapd(LDIF.small, certificate: certificate)
        let way: [String: GivenValue] =
            startsTLS ? ["start-tls": .bool(true)] : ["url": .string(server.secureURL)]
        let distrusted = way.merging(["ca-file": .string(other.authority)]) { $1 }
        let error = try await refusal(of: .over(server, distrusted))
        #expect(error.code == .failedPrecondition)
        #expect(error.text.contains("--ca-file") && error.text.contains("for the name 127.0.0.1"))
        let skipping = distrusted.merging(["insecure-skip-verify": .bool(true)]) { $1 }
        #expect(try await Collection(of: .over(server, skipping)).ids("user").count == 12)
    }

    @Test func `isn't made to one that has another name`() async throws {
        let certificate = try MadeCertificate(for: "DNS:ldap.example.com")
        let server = try Slapd(LDIF.small, certificate: certificate)
        let error = try await refusal(
            of: .over(server, ["url": .string(server.secureURL), "ca-file": .string(certificate.authority)]))
        #expect(error.code == .failedPrecondition)
    }

    @Test func `is not what a server without certificate offers`() async throws {
        let certificate = try MadeCertificate()
        let server = try Slapd(LDIF.small)
        let error = try await refusal(
            of: .over(server, ["start-tls": .bool(true), "ca-file": .string(certificate.authority)]))
        #expect(error.text.contains("leave out --start-tls"), "\(error.text)")
    }
}

/// Somebody who accepts connections, says something and then nothing.
final class SilentPeer: Sendable {
    let port: UInt16
    private let socket: Int32
    private let guests = DispatchSemaphore(value: 0)

    init(saying bytes: [UInt8] = []) throws {
        #if canImport(Glibc)
        let kind = Int32(SOCK_STREAM.rawValue)
        #else
        let kind = SOCK_STREAM
        #endif
        let socket = Self.opened(kind)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && listen(socket, 8) == 0 ? getsockname(socket, $0, &length) : -1
            }
        }
        try #require(status == 0)
        port = UInt16(bigEndian: address.sin_port)
        self.socket = socket
        let guests = guests
        Thread.detachNewThread {
            // Guests stay until the process ends: closing would tell them something.
            while true {
                let guest = accept(socket, nil, nil)
                guard guest >= 0 else { return }
                guests.signal()
                _ = bytes.withUnsafeBytes { send(guest, $0.baseAddress, $0.count, 0) }
            }
        }
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    /// Waits until somebody has connected.
    func waitForGuest() { guests.wait() }

    private static func opened(_ kind: Int32) -> Int32 {
        #if canImport(Glibc)
        Glibc.socket(AF_INET, kind, 0)
        #else
        Darwin.socket(AF_INET, kind, 0)
        #endif
    }
}
