import AccessModel
import BatonWire
import ConnectorKit
import Foundation
import Testing

@testable import LDAPConnector

@Suite(.enabled(if: Slapd.isThere, Slapd.absence)) struct `a membership` {
    private func group(_ name: String, in connector: LDAPConnector) async throws -> (Entitlement, Resource) {
        let id = ResourceID("group", "cn=\(name),ou=groups,dc=corp,dc=example")
        let group = try #require(try await connector.groups.resource(id, under: nil, session: NoSession()))
        return (try #require(try await connector.groups.entitlements(of: group, page: PageRequest()).rows.first), group)
    }

    private func user(_ uid: String, in connector: LDAPConnector) async throws -> Resource {
        try #require(
            try await connector.users.resource(ResourceID("user", LDIF.name(uid)), under: nil, session: NoSession()))
    }

    @Test(arguments: [
        ("one", "member", LDIF.name("u7")), ("unique", "uniqueMember", LDIF.name("u7")), ("posix", "memberUid", "u7"),
    ])
    func `is given and taken, each once`(name: String, attribute: String, value: String) async throws {
        let server = try Slapd(LDIF.small)
        let connector = try LDAPConnector.over(server)
        let place = "cn=\(name),ou=groups,dc=corp,dc=example"
        let before = try server.values(attribute, of: place)
        let (entitlement, group) = try await group(name, in: connector)
        let user = try await user("u7", in: connector)
        let given = try await connector.groups.grant(entitlement, to: user)
        #expect(given.outcome == .changed)
        #expect(try server.values(attribute, of: place) == before + [value])
        let grant = try #require(given.grants.first)
        #expect(grant.id == "group:\(place):member:user:\(LDIF.name("u7"))")
        #expect(try await Collection(of: connector).grants[grant.id] == grant)
        #expect(try await connector.groups.grant(entitlement, to: user).outcome == .alreadySo)
        var stored = grant
        stored.entitlement.resource = group
        #expect(try await connector.groups.revoke(stored).outcome == .changed)
        #expect(try server.values(attribute, of: place) == before)
        #expect(try await connector.groups.revoke(stored).outcome == .alreadySo)
    }

    @Test func `is taken however it was spelled`() async throws {
        let server = try Slapd(
            LDIF.small
                + LDIF.entry(
                    "cn=odd,ou=groups,dc=corp,dc=example",
                    [
                        "objectClass: groupOfNames", "cn: odd", "member: UID=U1, ou=People,dc=corp,dc=example",
                        "member: \(LDIF.name("u2"))",
                    ]))
        let connector = try LDAPConnector.over(server)
        let (entitlement, group) = try await group("odd", in: connector)
        let user = try await user("u1", in: connector)
        #expect(try await connector.groups.grant(entitlement, to: user).outcome == .alreadySo)
        var grant = Grant("member", on: group.identity, to: user.identity)
        grant.entitlement.resource = group
        #expect(try await connector.groups.revoke(grant).outcome == .changed)
        #expect(try server.values("member", of: group.id.resource) == [LDIF.name("u2")])
    }

    @Test func `that is the last one of its group stays, and says why`() async throws {
        let server = try Slapd(LDIF.small)
        let connector = try LDAPConnector.over(server)
        let (_, group) = try await group("unique", in: connector)
        var grant = Grant("member", on: group.identity, to: ResourceID("user", LDIF.name("u1")))
        grant.entitlement.resource = group
        let error = await #expect(throws: ServiceError.self) { try await connector.groups.revoke(grant) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("put somebody else in first") == true)
        #expect(try server.values("uniqueMember", of: group.id.resource).count == 1)
    }

    @Test func `that follows from something else is not taken`() async throws {
        let posix = LDIF.entry(
            LDIF.name("p"),
            [
                "objectClass: inetOrgPerson", "objectClass: posixAccount", "cn: p", "sn: p", "uid: p", "uidNumber: 1",
                "gidNumber: 3000", "homeDirectory: /",
            ])
        let dynamic = LDIF.entry(
            "cn=d,ou=groups,dc=corp,dc=example",
            ["objectClass: groupOfURLs", "cn: d", "memberURL: ldap:///ou=people,dc=corp,dc=example"])
        let server = try Slapd(LDIF.small + posix + dynamic)
        let connector = try LDAPConnector.over(server)
        for (name, uid, problem) in [("posix", "p", "primary group"), ("d", "u1", "dynamic group")] {
            let (entitlement, group) = try await group(name, in: connector)
            var grant = Grant("member", on: group.identity, to: ResourceID("user", LDIF.name(uid)))
            grant.entitlement.resource = group
            let error = await #expect(throws: ServiceError.self) { try await connector.groups.revoke(grant) }
            #expect(error?.code == .failedPrecondition && error?.message.contains(problem) == true)
            guard name == "d" else { continue }
            let user = try await user("u1", in: connector)
            await #expect(throws: ServiceError.self) { try await connector.groups.grant(entitlement, to: user) }
        }
    }

    @Test func `is for accounts that are there`() async throws {
        let server = try Slapd(LDIF.small)
        let connector = try LDAPConnector.over(server)
        let (entitlement, group) = try await group("one", in: connector)
        let error = await #expect(throws: ServiceError.self) {
            try await connector.groups.grant(entitlement, to: group)
        }
        #expect(error?.code == .invalidArgument && error?.message.contains("only a user") == true)
        let gone = Resource(ResourceID("user", LDIF.name("gone")), name: "gone")
        let missing = await #expect(throws: ServiceError.self) {
            try await connector.groups.grant(entitlement, to: gone)
        }
        #expect(missing?.code == .notFound)
    }

    @Test func `needs the right to write`() async throws {
        let server = try Slapd(LDIF.small, rules: "access to * by * read")
        let connector = try LDAPConnector.over(
            server, ["bind-dn": .string(LDIF.name("u0")), "password": .string("old-0")])
        let (entitlement, _) = try await group("one", in: connector)
        let user = try await user("u7", in: connector)
        let error = await #expect(throws: ServiceError.self) { try await connector.groups.grant(entitlement, to: user) }
        #expect(error?.code == .permissionDenied)
        #expect(error?.message.contains("Give \(LDIF.name("u0")) the right to write there.") == true)
    }

    @Test func `of a role is given and taken, each once`() async throws {
        let server = try Slapd(LDIF.small)
        let connector = try LDAPConnector.over(server)
        let place = "cn=boss,ou=roles,dc=corp,dc=example"
        let role = try #require(try await connector.roles.resources(under: nil, page: PageRequest()).rows.first)
        let entitlement = try #require(try await connector.roles.entitlements(of: role, page: PageRequest()).rows.first)
        let user = try await user("u3", in: connector)
        let given = try await connector.roles.grant(entitlement, to: user)
        #expect(given.outcome == .changed)
        #expect(try server.values("roleOccupant", of: place) == [LDIF.name("u0"), LDIF.name("u3")])
        #expect(try await connector.roles.grant(entitlement, to: user).outcome == .alreadySo)
        let grant = try #require(given.grants.first)
        #expect(try await connector.roles.revoke(grant).outcome == .changed)
        #expect(try await connector.roles.revoke(grant).outcome == .alreadySo)
        #expect(try server.values("roleOccupant", of: place) == [LDIF.name("u0")])
    }

    @Test func `by a login that somebody else has is that one's`() async throws {
        let namesake = LDIF.person("other", "cn: u2", "sn: x")
        let server = try Slapd(LDIF.small + namesake)
        let connector = try LDAPConnector.over(server)
        let (entitlement, group) = try await group("posix", in: connector)
        let other = try await user("other", in: connector)
        var grant = Grant("member", on: group.identity, to: other.identity)
        grant.entitlement.resource = group
        #expect(try await connector.groups.revoke(grant).outcome == .alreadySo)
        #expect(try server.values("memberUid", of: group.id.resource).contains("u2"))
        #expect(try await connector.groups.grant(entitlement, to: other).outcome == .changed)
        #expect(try server.values("memberUid", of: group.id.resource).contains("other"))
    }
}
