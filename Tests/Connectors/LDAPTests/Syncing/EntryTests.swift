import AccessModel
import BatonWire
import ConnectorKit
import Foundation
import SwiftProtobuf
import Testing

@testable import LDAPConnector

@Suite(.enabled(if: Slapd.isThere, Slapd.absence)) struct `an account` {
    private func user(_ uid: String, _ lines: String..., settings: [String: GivenValue] = [:]) async throws -> Resource
    {
        let entry = LDIF.entry(
            LDIF.name(uid), ["objectClass: inetOrgPerson", "objectClass: stateful", "uid: \(uid)"] + lines)
        let server = try Slapd(LDIF.places + entry)
        return try await Collection(of: .over(server, settings)).user(
            try #require(DistinguishedName(LDIF.name(uid))).text)
    }

    @Test(arguments: [
        ("userAccountControl: 512", true), ("userAccountControl: 514", false), ("userAccountControl: 66050", false),
        ("userAccountControl: 66048", true), ("nsAccountLock: TRUE", false), ("nsAccountLock: true", false),
        ("nsAccountLock: no", true), ("title: x", true),
    ]) func `is enabled or not by what its directory says`(line: String, isEnabled: Bool) async throws {
        let user = try await user("ada", "cn: Ada", "sn: A", line)
        #expect(user.status.status == (isEnabled ? .enabled : .disabled))
        #expect(try user.trait().status.status == (isEnabled ? .enabled : .disabled))
    }

    @Test func `whose state is nonsense ends the sync with its name`() async throws {
        let error = await #expect(throws: ServiceError.self) {
            try await user("ada", "cn: Ada", "sn: A", "userAccountControl: many")
        }
        #expect(
            error?.message.contains("uid=ada,ou=people,dc=corp,dc=example: its userAccountControl is \"many\"") == true)
    }

    @Test func `is named by the first of three, and its parts by cn when one is missing`() async throws {
        let whole = try await user(
            "ada", "cn: Ada King Lovelace", "sn: Byron", "givenName: Augusta", "displayName: A. L.")
        #expect(whole.displayName == "A. L.")
        #expect(whole.profile.string("first_name") == "Augusta" && whole.profile.string("last_name") == "Byron")
        let part = try await user("ada", "cn: Ada King Lovelace", "sn: Byron")
        #expect(part.displayName == "Ada King Lovelace")
        #expect(part.profile.string("first_name") == "Ada" && part.profile.string("last_name") == "King Lovelace")
    }

    @Test func `signs in with one name and has others`() async throws {
        let trait = try await user("ada", "cn: Ada", "cn: Other", "sn: A", "mail: a@x", "mail: b@x").trait()
        #expect(trait.login == "ada" && trait.loginAliases == ["Ada"])
        #expect(trait.emails.map(\.address) == ["a@x"] && trait.emails.first?.isPrimary == true)
        #expect(trait.accountType == .human)
        #expect(try await user("ada", "cn: ada", "sn: A").trait().loginAliases.isEmpty)
    }

    @Test func `was made and seen when the directory says`() async throws {
        let user = try await user("ada", "cn: Ada", "sn: A", "lastLogonTimestamp: 133485408000000000")
        #expect(try user.trait().lastLogin.seconds == 1_704_067_200)
        #expect(user.hasCreatedAt)
        let plain = try await self.user(
            "ada", "cn: Ada", "sn: A", "lastLogonTimestamp: 20240101000000Z",
            settings: ["disable-operational-attrs": .bool(true)])
        #expect(try plain.trait().lastLogin.seconds == 1_704_067_200)
        #expect(!plain.hasCreatedAt && plain.profile.fields["entryUUID"] == nil)
    }

    @Test func `shows single values that can be printed, and never a password`() async throws {
        let picture = Data([0xFF, 0xD8] + (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) })
        let long = String(repeating: "x", count: 1 << 20)
        let user = try await user(
            "ada", "cn: Ada", "sn: A", "title: Countess", "employeeType: one", "employeeType: two",
            "userPassword: hunter2",
            "msSFU30Password: hunter3", LDIF.line("jpegPhoto", picture), LDIF.line("description", long),
            LDIF.line("roomNumber", "größe"))
        #expect(user.profile.string("title") == "Countess")
        #expect(user.profile.string("description") == long)
        for name in ["employeeType", "userPassword", "msSFU30Password", "jpegPhoto", "roomNumber", "objectClass"] {
            if name == "objectClass" { continue }
            #expect(user.profile.fields[name] == nil, "\(name)")
        }
        let bytes = String(decoding: try user.serializedBytes() as [UInt8], as: UTF8.self)
        #expect(!bytes.contains("hunter"))
    }

    @Test(arguments: [
        "a,b", "\"quoted\"", " led by blanks", "#hash", "plus+equals=", "back\\slash", "größe", "日本語", "semi;colon",
        "<angles>",
        "trailing ", "emoji 🙂",
    ]) func `of any name is listed, is a member and is found again`(uid: String) async throws {
        let name = "uid=\(DistinguishedName.escaped(Array(uid.utf8))),ou=people,dc=corp,dc=example"
        let server = try Slapd(
            LDIF.places
                + LDIF.entry(
                    name, ["objectClass: inetOrgPerson", LDIF.line("uid", uid), LDIF.line("cn", uid), "sn: x"])
                + LDIF.entry(
                    "cn=g,ou=groups,dc=corp,dc=example",
                    ["objectClass: groupOfNames", "cn: g", LDIF.line("member", name)])
                + LDIF.entry(
                    "cn=p,ou=groups,dc=corp,dc=example", ["objectClass: posixGroup", "cn: p", "gidNumber: 1"]))
        let connector = try LDAPConnector.over(server)
        let found = try await Collection(of: connector)
        let id = try #require(DistinguishedName(name)).text
        #expect(found.ids("user") == [id])
        #expect(found.members(named: "g") == ["user/\(id)"])
        let again = try await connector.users.resource(ResourceID("user", id), under: nil, session: NoSession())
        #expect(again == (try found.user(id)))
        // memberUid takes ASCII only.
        guard uid.utf8.allSatisfy({ $0 < 0x80 }), !uid.contains("=") else { return }
        try server.change(
            "dn: cn=p,ou=groups,dc=corp,dc=example\nchangetype: modify\nadd: memberUid\n\(LDIF.line("memberUid", uid))\n"
        )
        #expect(try await Collection(of: .over(server)).members(named: "p") == ["user/\(id)"])
    }

    @Test func `spelled differently in a group is the same account`() async throws {
        let server = try Slapd(
            LDIF.places + LDIF.person("ada")
                + LDIF.entry(
                    "cn=g,ou=groups,dc=corp,dc=example",
                    ["objectClass: groupOfNames", "cn: g", "member: UID = Ada , OU=People,DC=corp, dc=Example"]))
        #expect(try await Collection(of: .over(server)).members(named: "g") == ["user/\(LDIF.name("ada"))"])
    }
}

@Suite(.enabled(if: Slapd.isThere, Slapd.absence)) struct `a group` {
    @Test func `has the members that its kind of group has`() async throws {
        let server = try Slapd(LDIF.small)
        let found = try await Collection(of: .over(server))
        #expect(found.members(named: "one") == Set((0..<5).map { "user/\(LDIF.name("u\($0)"))" }))
        #expect(found.members(named: "unique") == ["user/\(LDIF.name("u1"))"])
        #expect(found.members(named: "posix") == ["user/\(LDIF.name("u2"))"])
        let nested = "group/cn=one,ou=groups,dc=corp,dc=example"
        #expect(found.members(named: "all").contains(nested))
        let grant = try #require(found.grants.values.first { $0.holder.description == nested })
        #expect(
            try grant.annotations.first(GrantExpandable.self)?.entitlementIds == [
                "group:cn=one,ou=groups,dc=corp,dc=example:member"
            ])
        #expect(found.members(of: "cn=boss,ou=roles,dc=corp,dc=example", type: "role") == ["user/\(LDIF.name("u0"))"])
    }

    @Test func `of Posix has those whose number it is`() async throws {
        let posix = ["objectClass: inetOrgPerson", "objectClass: posixAccount", "cn: x", "sn: x", "homeDirectory: /"]
        func person(_ uid: String, _ number: Int) -> String {
            LDIF.entry(LDIF.name(uid), posix + ["uid: \(uid)", "uidNumber: 1", "gidNumber: \(number)"])
        }
        let server = try Slapd(LDIF.small + person("p", 3000) + person("q", 3001))
        #expect(
            try await Collection(of: .over(server)).members(named: "posix") == [
                "user/\(LDIF.name("u2"))", "user/\(LDIF.name("p"))",
            ])
    }

    @Test func `knows members by cn when no uid fits, and not twice by name`() async throws {
        let people = [("a", "Ada"), ("b", "Bob"), ("c", "Bob")].map { uid, cn in LDIF.person(uid, "cn: \(cn)", "sn: x")
        }
        func group(_ member: String) -> String {
            LDIF.entry(
                "cn=p,ou=groups,dc=corp,dc=example",
                ["objectClass: posixGroup", "cn: p", "gidNumber: 1", "memberUid: \(member)"])
        }
        let one = try Slapd(LDIF.places + people.joined() + group("ADA"))
        #expect(try await Collection(of: .over(one)).members(named: "p") == ["user/\(LDIF.name("a"))"])
        let two = try Slapd(LDIF.places + people.joined() + group("Bob"))
        let error = await #expect(throws: ServiceError.self) { try await Collection(of: .over(two)) }
        #expect(error?.message.contains("2 accounts are called \"Bob\"") == true)
    }

    @Test func `that is dynamic has what its addresses find`() async throws {
        func dynamic(_ addresses: String...) -> String {
            LDIF.entry(
                "cn=d,ou=groups,dc=corp,dc=example",
                ["objectClass: groupOfURLs", "cn: d"] + addresses.map { "memberURL: \($0)" })
        }
        let server = try Slapd(
            LDIF.small
                + dynamic(
                    "ldap:///ou=people,dc=corp,dc=example??one?(|(uid=u1)(uid=u2))",
                    "ldap://elsewhere/\(LDIF.name("u3"))??base", "ldap:///dc=corp,dc=example???(cn=one)"))
        let found = try await Collection(of: .over(server))
        #expect(
            found.members(named: "d")
                == Set(
                    ["u1", "u2", "u3"].map { "user/\(LDIF.name($0))" } + ["group/cn=one,ou=groups,dc=corp,dc=example"]))
        let grants = found.grants.values.filter { $0.entitlement.resource.id.resource.hasPrefix("cn=d,") }
        #expect(grants.count == 4 && grants.allSatisfy { $0.annotations.contains(GrantImmutable.self) })
    }

    @Test func `that is gone meanwhile has nobody`() async throws {
        let server = try Slapd(LDIF.small)
        let connector = try LDAPConnector.over(server)
        let group = try await Collection(of: connector).resource("group", "cn=one,ou=groups,dc=corp,dc=example")
        try server.change("dn: cn=one,ou=groups,dc=corp,dc=example\nchangetype: delete\n")
        #expect(try await connector.groups.grants(on: group, page: PageRequest()).rows.isEmpty)
        #expect(try await connector.groups.resource(group.identity, under: nil, session: NoSession()) == nil)
    }

    @Test func `whose members may not be seen ends the sync`() async throws {
        let rules = """
            access to attrs=member by dn.exact="uid=u0,ou=people,dc=corp,dc=example" none by * read
            access to * by * read
            """
        let server = try Slapd(LDIF.small, rules: rules)
        let error = await #expect(throws: ServiceError.self) {
            try await Collection(
                of: .over(server, ["bind-dn": .string(LDIF.name("u0")), "password": .string("old-0")]))
        }
        #expect(error?.code == .permissionDenied)
        #expect(error?.message.contains("Let \(LDIF.name("u0")) read member") == true)
    }

    @Test func `with an endless description is listed, its profile has all of it`() async throws {
        let long = String(repeating: "é", count: 3000)
        let server = try Slapd(
            LDIF.places + LDIF.person("a") + LDIF.group("g", of: [LDIF.name("a")], LDIF.line("description", long)))
        let group = try await Collection(of: .over(server)).resource("group", "cn=g,ou=groups,dc=corp,dc=example")
        #expect(group.description_p.utf8.count == 2048)
        #expect(group.profile.string("group_description") == long)
    }
}

@Suite(.enabled(if: Slapd.isThere, Slapd.absence)) struct `what is searched` {
    @Test func `can be told apart for users, groups and roles`() async throws {
        let server = try Slapd(
            LDIF.small + LDIF.unit("other")
                + LDIF.entry(
                    "uid=x,ou=other,dc=corp,dc=example", ["objectClass: inetOrgPerson", "uid: x", "cn: x", "sn: x"]))
        let found = try await Collection(
            of: .over(
                server,
                [
                    "user-search-dn": .string("ou=other,dc=corp,dc=example"),
                    "group-search-dn": .string("OU=Groups,dc=corp,dc=example"),
                    "role-search-dn": .string("ou=people,dc=corp,dc=example"),
                ]))
        #expect(found.ids("user") == ["uid=x,ou=other,dc=corp,dc=example"])
        #expect(found.ids("group").count == 5 && found.ids("role").isEmpty)
    }

    @Test func `is all that the server has when nothing is said`() async throws {
        let server = try Slapd(LDIF.small)
        #expect(try await Collection(of: .over(server, ["base-dn": .string("")])).ids("user").count == 12)
    }

    @Test func `is narrowed by a filter`() async throws {
        let server = try Slapd(LDIF.small)
        let found = try await Collection(of: .over(server, ["filter": .string("!(|(uid=u1)(cn=two))")]))
        #expect(found.ids("user").count == 11 && !found.ids("user").contains(LDIF.name("u1")))
        #expect(found.ids("group").count == 4)
        // What is left out is still what it is.
        #expect(found.members(named: "all").contains("group/cn=two,ou=groups,dc=corp,dc=example"))
        let wrong = await #expect(throws: (any Error).self) {
            try await LDAPConnector.over(server, ["filter": .string("(uid=*=(")]).validate()
        }
        #expect(wrong.map { "\($0)" }?.contains("filter") == true)
    }

    @Test func `leads through aliases`() async throws {
        let server = try Slapd(
            LDIF.small + LDIF.unit("links")
                + LDIF.entry(
                    "ou=alias,ou=links,dc=corp,dc=example",
                    [
                        "objectClass: alias", "objectClass: extensibleObject", "ou: alias",
                        "aliasedObjectName: ou=people,dc=corp,dc=example",
                    ]))
        let found = try await Collection(of: .over(server, ["user-search-dn": .string("ou=links,dc=corp,dc=example")]))
        #expect(found.ids("user").count == 12)
    }

    @Test func `on another server is named in a warning`() async throws {
        let server = try Slapd(
            LDIF.small
                + LDIF.entry(
                    "ou=far,dc=corp,dc=example",
                    [
                        "objectClass: referral", "objectClass: extensibleObject", "ou: far",
                        "ref: ldap://elsewhere.example/ou=far,dc=corp,dc=example",
                    ]))
        let lines = LogLines()
        let found = try await Collection(of: .over(server, log: lines.log))
        #expect(found.ids("user").count == 12)
        let told = lines.warnings.filter { $0.contains("ldap://elsewhere.example/ou=far,dc=corp,dc=example") }
        #expect(told.count == 1)
        let error = await #expect(throws: (any Error).self) {
            try await LDAPConnector.over(server, ["user-search-dn": .string("ou=far,dc=corp,dc=example")]).validate()
        }
        #expect(error.map { "\($0)" }?.contains("name that one with --url") == true)
    }
}
