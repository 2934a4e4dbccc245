import AccessModel
import BatonWire
import BuiltConnectors
import ConnectorKit
import Foundation
import SwiftProtobuf
import Testing

@testable import LDAPConnector

@Suite(.enabled(if: SambaDomain.isThere, SambaDomain.absence), .serialized, .timeLimit(.minutes(10)))
struct `an Active Directory domain` {
    private let domain: SambaDomain

    init() throws { domain = try SambaDomain.shared.get() }

    private func connector(_ values: [String: GivenValue] = [:], sizes: ListSizes = ListSizes()) throws -> LDAPConnector
    {
        let usual: [String: GivenValue] = [
            "url": .string(domain.url), "bind-dn": .string(SambaDomain.admin),
            "password": .string(SambaDomain.password),
            "ca-file": .string(domain.certificate.authority),
        ]
        return try LDAPConnector(usual.merging(values) { $1 }, sizes: sizes)
    }

    private static func id(_ name: String, _ place: String = "users") -> String {
        "cn=\(name),cn=\(place),dc=corp,dc=example"
    }

    @Test func `is listed with states, kinds and nested groups`() async throws {
        let found = try await Collection(of: connector())
        let ada = try found.user(Self.id("ada active"))
        #expect(ada.displayName == "Ada A." && ada.status.status == .enabled)
        #expect(try ada.trait().login == "Ada.Active" && ada.trait().emails.map(\.address) == ["ada@corp.example"])
        #expect(ada.profile.string("first_name") == "Ada" && ada.hasCreatedAt)
        #expect(try found.user(Self.id("dora disabled")).status.status == .disabled)
        #expect(try found.user(Self.id("nina never")).status.status == .enabled)
        #expect(try found.user(Self.id("ws1", "computers")).trait().accountType == .service)
        #expect(try ada.trait().accountType == .human)
        #expect(found.members(of: Self.id("inner")) == ["user/\(Self.id("ada active"))"])
        #expect(
            found.members(of: Self.id("outer")) == ["group/\(Self.id("inner"))", "user/\(Self.id("dora disabled"))"])
        let nested = try #require(
            found.grants["group:\(Self.id("outer")):member:group:\(Self.id("inner"))"])
        #expect(
            try nested.annotations.first(GrantExpandable.self)?.entitlementIds == ["group:\(Self.id("inner")):member"])
        // The primary group isn't among the values of member.
        let primary = found.members(of: Self.id("domain users"))
        #expect(primary.isSuperset(of: ["ada active", "dora disabled", "administrator"].map { "user/\(Self.id($0))" }))
        let grant = try #require(found.grants["group:\(Self.id("domain users")):member:user:\(Self.id("ada active"))"])
        #expect(grant.annotations.contains(GrantImmutable.self))
        #expect(found.members(of: Self.id("domain computers")).isEmpty == false)
    }

    @Test(arguments: [nil, 100, 333]) func `has groups of any size, also when it tells their members in parts`(
        part: Int?
    )
        async throws
    {
        let connector = try connector(sizes: ListSizes(members: 250, values: part))
        let id = ResourceID("group", Self.id("big"))
        let group = try #require(try await connector.groups.resource(id, under: nil, session: NoSession()))
        let grants = try await allRows { try await connector.groups.grants(on: group, page: $0) }
        let members = grants.map(\.holder.value)
        #expect(members.count == 1600)
        #expect(Set(members) == Set((0..<1600).map { Self.id("m\($0)") }))
    }

    @Test func `lets members in and out of groups, each once`() async throws {
        let connector = try connector()
        let group = try #require(
            try await connector.groups.resource(ResourceID("group", Self.id("mail")), under: nil, session: NoSession()))
        let entitlement = try #require(
            try await connector.groups.entitlements(of: group, page: PageRequest()).rows.first)
        let user = try #require(
            try await connector.users.resource(
                ResourceID("user", Self.id("nina never")), under: nil, session: NoSession()))
        let given = try await connector.groups.grant(entitlement, to: user)
        #expect(given.outcome == .changed)
        #expect(try domain.values("member", of: Self.id("mail")).contains("CN=Nina Never,CN=Users,DC=corp,DC=example"))
        #expect(try await connector.groups.grant(entitlement, to: user).outcome == .alreadySo)
        let grant = try #require(given.grants.first)
        #expect(try await connector.groups.revoke(grant).outcome == .changed)
        #expect(try await connector.groups.revoke(grant).outcome == .alreadySo)
        #expect(try domain.values("member", of: Self.id("mail")).count == 1)
        let everybody = Grant("member", on: ResourceID("group", Self.id("domain users")), to: user.identity)
        let error = await #expect(throws: ServiceError.self) { try await connector.groups.revoke(everybody) }
        #expect(error?.code == .failedPrecondition && error?.message.contains("primaryGroupID") == true)
    }

    private func account(_ name: String) -> NewAccount {
        NewAccount(
            login: "",
            profile: Profile([
                "rdnKey": .text("CN"), "rdnValue": .text(name), "path": .text("CN=Users"),
                "suffix": .text(SambaDomain.suffix),
                "objectClass": .list(["top", "person", "organizationalPerson", "user"]), "sAMAccountName": .text(name),
            ]))
    }

    @Test func `takes accounts with a password, other passwords, and lets go of accounts`() async throws {
        let connector = try connector()
        let (first, second) = ("First-pass-w0rd!", "Second-päss-w0rd!")
        let made = try await connector.users.createAccount(
            account("grace"), credential: CredentialRequest(.password(Secret(first))))
        guard case .created = made.outcome else { throw TestFailure("\(made.outcome)") }
        let id = try #require(made.account?.identity)
        #expect(id.value == Self.id("grace") && made.account?.status.status == .enabled)
        #expect(try domain.accepts(first, of: id.value))
        let again = try await connector.users.createAccount(
            account("grace"), credential: CredentialRequest(.password(Secret(second))))
        guard case .alreadyExists = again.outcome else { throw TestFailure("\(again.outcome)") }

        _ = try await connector.users.rotateCredential(of: id, to: CredentialRequest(.password(Secret(second))))
        #expect(try domain.accepts(second, of: id.value))
        #expect(try domain.accepts(first, of: id.value) == false)
        _ = try await connector.users.rotateCredential(
            of: id, to: CredentialRequest(.password(Secret("Third-pass-w0rd!")), mustChangeAtNextLogin: true))
        #expect(try domain.values("pwdLastSet", of: id.value) == ["0"])
        let none = await #expect(throws: ServiceError.self) {
            try await connector.users.rotateCredential(of: id, to: CredentialRequest(.noPassword))
        }
        #expect(none?.code == .failedPrecondition)
        let weak = await #expect(throws: ServiceError.self) {
            try await connector.users.rotateCredential(of: id, to: CredentialRequest(.password(Secret("abc"))))
        }
        #expect(weak != nil && weak?.message.contains("abc") == false)

        #expect(try await connector.users.delete(id, under: nil).outcome == .changed)
        #expect(try await connector.users.delete(id, under: nil).outcome == .alreadySo)
        #expect(try domain.values("cn", of: id.value).isEmpty)
    }

    @Test func `makes an account without a password, which can't sign in`() async throws {
        let connector = try connector()
        let made = try await connector.users.createAccount(account("quiet"), credential: CredentialRequest(.noPassword))
        #expect(made.account?.status.status == .disabled)
        #expect(try await connector.users.delete(try #require(made.account?.identity), under: nil).outcome == .changed)
    }

    @Test func `updates profiles`() async throws {
        let connector = try connector()
        let action = try #require(try connector.users.actions.first)
        let result = try await action.perform(
            ActionArguments(
                Profile(["user_id": .text(Self.id("nina never")), "first_name": .text("Nina"), "email": .text("n@x")])))
        #expect(result.fields["applied"]?.numberValue == 2)
        #expect(try domain.values("givenName", of: Self.id("nina never")) == ["Nina"])
    }

    @Test func `refuses what it says it refuses`() async throws {
        let wrong = try await refusal(of: connector(["password": .string("hunter2")]))
        #expect(wrong.code == .unauthenticated)
        #expect(wrong.text.contains("Active Directory says: the password is wrong") && !wrong.text.contains("hunter2"))
        let disabled = try await refusal(
            of: connector(["bind-dn": .string(Self.id("dora disabled")), "password": .string("x")]))
        #expect(disabled.code == .unauthenticated)
        let plain = try await refusal(of: connector(["url": .string("ldap://\(domain.address)")]))
        #expect(plain.code == .permissionDenied)
        #expect(plain.text.contains("name an ldaps:// address with --url, or add --start-tls"))
        let secured = try await Collection(
            of: connector(["url": .string("ldap://\(domain.address)"), "start-tls": .bool(true)]))
        #expect(secured.ids("user").contains(Self.id("ada active")))
    }
}
