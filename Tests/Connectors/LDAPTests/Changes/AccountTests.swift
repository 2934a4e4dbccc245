import AccessModel
import BatonWire
import ConnectorKit
import Foundation
import SwiftProtobuf
import Testing

@testable import LDAPConnector

@Suite(.enabled(if: Slapd.isThere, Slapd.absence)) struct `a new account` {
    private func profile(_ more: KeyValuePairs<String, Google_Protobuf_Value?> = [:]) -> Profile {
        var profile = Profile([
            "rdnKey": .text("uid"), "rdnValue": .text("grace"), "path": .text("ou=people"),
            "suffix": .text("dc=corp,dc=example"), "objectClass": .list(["inetOrgPerson"]), "cn": .text("Grace"),
            "additionalAttributes": Google_Protobuf_Value(
                structValue: Profile(["sn": .text("Hopper"), "title": .list(["Admiral", ""])])),
        ])
        for (key, value) in more { profile.fields[key] = value }
        return profile
    }

    @Test func `is made with what was said, and signs in`() async throws {
        let server = try Slapd(LDIF.small)
        let connector = try LDAPConnector.over(server)
        let made = try await connector.users.createAccount(
            NewAccount(
                login: "grace", profile: profile(["login": .text("x"), "roomNumber": .number(42), "mail": .text("")])),
            credential: CredentialRequest(.password(Secret("first one"))))
        guard case .created = made.outcome else { throw TestFailure("\(made.outcome)") }
        #expect(made.credentials.map(\.name) == ["password"] && made.credentials.first?.value.reveal() == "first one")
        let name = LDIF.name("grace")
        #expect(made.account?.id.resource == name && made.account?.displayName == "Grace")
        let lines = try server.search(name)
        for line in [
            "cn: Grace", "sn: Hopper", "uid: grace", "title: Admiral", "roomNumber: 42", "objectClass: inetOrgPerson",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        #expect(!lines.contains { $0.hasPrefix("mail") || $0.hasPrefix("login") })
        #expect(try server.accepts("first one", of: name))
        // The server keeps a digest of it.
        let kept = try server.search(name, "(objectClass=*)", "userPassword").first { $0.hasPrefix("userPassword:: ") }
        let digest = try #require(kept.flatMap { Data(base64Encoded: String($0.dropFirst("userPassword:: ".count))) })
        #expect(String(decoding: digest, as: UTF8.self).hasPrefix("{SSHA}"))

        let again = try await connector.users.createAccount(
            NewAccount(login: "", profile: profile()), credential: CredentialRequest(.password(Secret("second"))))
        guard case .alreadyExists = again.outcome else { throw TestFailure("\(again.outcome)") }
        #expect(again.credentials.isEmpty && again.account?.id.resource == name)
        #expect(try server.accepts("first one", of: name))
    }

    @Test func `may have no password, a name of any letters, and the next number`() async throws {
        let server = try Slapd(
            LDIF.small
                + LDIF.entry(
                    LDIF.name("p"),
                    [
                        "objectClass: inetOrgPerson", "objectClass: posixAccount", "cn: p", "sn: p", "uid: p",
                        "uidNumber: 4711",
                        "gidNumber: 3000", "homeDirectory: /",
                    ]))
        let connector = try LDAPConnector.over(server)
        let more = Profile([
            "sn": .text("x"), "gidNumber": .number(3000), "homeDirectory": .text("/home/x"), "uidNumber": .number(1),
        ])
        let made = try await connector.users.createAccount(
            NewAccount(
                login: "",
                profile: profile([
                    "rdnValue": .text("größe, \"x\""), "objectClass": .list(["inetOrgPerson", "posixAccount"]),
                    "calculatePosixUIDNumber": .flag(true),
                    "additionalAttributes": Google_Protobuf_Value(structValue: more),
                ])), credential: CredentialRequest(.noPassword))
        let id = try #require(made.account?.id.resource)
        #expect(id == "uid=gr\\c3\\b6\\c3\\9fe\\, \\\"x\\\",ou=people,dc=corp,dc=example")
        #expect(made.credentials.isEmpty)
        #expect(try server.values("uidNumber", of: id) == ["4712"])
        #expect(try server.search(id, "(userPassword=*)").isEmpty)
    }

    @Test(arguments: [
        ("rdnKey", "", "rdnKey is missing"), ("rdnKey", "u id", "no name of an attribute"),
        ("suffix", "", "suffix is missing"),
        ("suffix", "example", "path or suffix"), ("sn;x y", "z", "no name of an attribute"),
        ("SN", "twice", "is there twice"),
    ]) func `is refused when its profile makes no sense`(field: String, value: String, problem: String) async throws {
        let error = #expect(throws: ServiceError.self) { try NewEntry(profile([field: .text(value)])) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains(problem) == true, "\(error?.message ?? "")")
    }

    @Test func `that the server refuses leaves nothing, and its password is in no error`() async throws {
        let server = try Slapd(LDIF.small)
        let connector = try LDAPConnector.over(server)
        let error = await #expect(throws: ServiceError.self) {
            try await connector.users.createAccount(
                NewAccount(login: "", profile: profile(["objectClass": .list(["nonsense"])])),
                credential: CredentialRequest(.password(Secret("hunter2"))))
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("hunter2") == false)
        #expect(try server.search(LDIF.name("grace")).isEmpty)
    }

    @Test func `whose password is refused is removed again`() async throws {
        // Whoever writes may not write passwords.
        let rules = """
            access to attrs=userPassword by anonymous auth
            access to * by dn.exact="\(LDIF.name("u0"))" write by * read
            """
        let server = try Slapd(LDIF.small, rules: rules)
        let connector = try LDAPConnector.over(
            server, ["bind-dn": .string(LDIF.name("u0")), "password": .string("old-0")])
        let error = await #expect(throws: ServiceError.self) {
            try await connector.users.createAccount(
                NewAccount(login: "", profile: profile()), credential: CredentialRequest(.password(Secret("hunter2"))))
        }
        #expect(error?.message.contains("\(LDIF.name("grace")) was removed again.") == true, "\(error?.message ?? "")")
        #expect(try server.search(LDIF.name("grace")).isEmpty)
    }
}

@Suite(.enabled(if: Slapd.isThere, Slapd.absence)) struct `an account that is there` {
    @Test func `gets another password, or none`() async throws {
        let server = try Slapd(LDIF.small)
        let connector = try LDAPConnector.over(server)
        let id = ResourceID("user", LDIF.name("u1"))
        let new = try await connector.users.rotateCredential(of: id, to: CredentialRequest(.password(Secret("neu é"))))
        #expect(new.map { $0.value.reveal() } == ["neu é"])
        #expect(try server.accepts("neu é", of: id.value))
        #expect(try server.accepts("old-1", of: id.value) == false)
        for _ in 0..<2 {
            #expect(try await connector.users.rotateCredential(of: id, to: CredentialRequest(.noPassword)).isEmpty)
        }
        #expect(try server.accepts("neu é", of: id.value) == false)
        let gone = await #expect(throws: ServiceError.self) {
            try await connector.users.rotateCredential(
                of: ResourceID("user", LDIF.name("gone")), to: CredentialRequest(.password(Secret("x"))))
        }
        #expect(gone?.code == .notFound)
        let later = await #expect(throws: ServiceError.self) {
            try await connector.users.rotateCredential(
                of: id, to: CredentialRequest(.password(Secret("x")), mustChangeAtNextLogin: true))
        }
        #expect(later?.code == .invalidArgument)
    }

    @Test func `is deleted once, and nothing else is`() async throws {
        let server = try Slapd(
            LDIF.small + LDIF.entry("cn=below,\(LDIF.name("u2"))", ["objectClass: person", "cn: below", "sn: b"]))
        let connector = try LDAPConnector.over(server)
        let id = ResourceID("user", LDIF.name("u1"))
        #expect(try await connector.users.delete(id, under: nil).outcome == .changed)
        #expect(try server.search(id.value).isEmpty)
        #expect(try await connector.users.delete(id, under: nil).outcome == .alreadySo)
        for (name, problem) in [
            (LDIF.name("u2"), "entries below it"), ("cn=one,ou=groups,dc=corp,dc=example", "is no account"),
        ] {
            let error = await #expect(throws: ServiceError.self) {
                try await connector.users.delete(ResourceID("user", name), under: nil)
            }
            #expect(error?.code == .failedPrecondition && error?.message.contains(problem) == true)
            #expect(try !server.search(name).isEmpty)
        }
    }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
