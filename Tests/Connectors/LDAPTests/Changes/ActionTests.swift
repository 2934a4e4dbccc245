import AccessModel
import BatonWire
import ConnectorKit
import Foundation
import SwiftProtobuf
import Testing

@testable import LDAPConnector

@Suite(.enabled(if: Slapd.isThere, Slapd.absence)) struct `update_profile` {
    private func update(_ connector: LDAPConnector, _ arguments: KeyValuePairs<String, Google_Protobuf_Value?>)
        async throws
        -> Profile
    {
        let action = try #require(try connector.users.actions.first { $0.schema.name == "update_profile" })
        return try await action.perform(ActionArguments(Profile(arguments)))
    }

    private func custom(_ values: KeyValuePairs<String, Google_Protobuf_Value?>) -> Google_Protobuf_Value {
        Google_Protobuf_Value(structValue: Profile(values))
    }

    @Test func `sets what was said, and tells what it left out`() async throws {
        let server = try Slapd(LDIF.small)
        let connector = try LDAPConnector.over(server)
        let name = LDIF.name("u1")
        let result = try await update(
            connector,
            [
                "user_id": .text(name), "first_name": .text("Una"), "last_name": .text("1"), "display_name": .text(""),
                "email": .text("una@x"),
                "custom_attributes": custom([
                    "title": .text("Chief"), "GIVENNAME": .text("x"), "uid": .text("other"), "email": .text("y"),
                    "carLicense": .text(""),
                ]),
            ])
        #expect(result.fields["success"]?.boolValue == true)
        // The last name was so already, and there was no carLicense.
        #expect(result.fields["applied"]?.numberValue == 3)
        #expect(
            Set(result.fields["skipped"]?.listValue.values.map(\.stringValue) ?? [])
                == ["display_name", "GIVENNAME", "uid", "email"])
        let lines = try server.search(name)
        for line in ["givenName: Una", "sn: 1", "mail: una@x", "title: Chief", "uid: u1"] {
            #expect(lines.contains(line))
        }
        let shown = try #require(result.fields["updated_user"]?.structValue)
        #expect(shown.string("displayName") == "Person 1")
        #expect(shown.fields["resourceId"]?.structValue.string("resourceId") == name)

        let again = try await update(
            connector, ["user_id": .text(name), "custom_attributes": custom(["title": .text("")])])
        #expect(again.fields["applied"]?.numberValue == 1)
        #expect(try server.values("title", of: name).isEmpty)
    }

    @Test func `replaces no list by one value`() async throws {
        let server = try Slapd(LDIF.small)
        try server.change("dn: \(LDIF.name("u1"))\nchangetype: modify\nadd: title\ntitle: a\ntitle: b\n")
        let connector = try LDAPConnector.over(server)
        let error = await #expect(throws: ServiceError.self) {
            try await update(
                connector, ["user_id": .text(LDIF.name("u1")), "custom_attributes": custom(["title": .text("c")])])
        }
        #expect(error?.code == .failedPrecondition && error?.message.contains("title has 2 values") == true)
        #expect(try server.values("title", of: LDIF.name("u1")) == ["a", "b"])
    }

    @Test(arguments: ["userPassword", "unicodePwd", "objectClass", "objectClass;x", "a b", "title\u{0}"])
    func `doesn't write everything`(attribute: String) async throws {
        let server = try Slapd(LDIF.small)
        let connector = try LDAPConnector.over(server)
        let error = await #expect(throws: ServiceError.self) {
            try await update(
                connector, ["user_id": .text(LDIF.name("u1")), "custom_attributes": custom([:], attribute)])
        }
        #expect(error?.code == .invalidArgument)
    }

    private func custom(_ none: KeyValuePairs<String, Google_Protobuf_Value?>, _ attribute: String)
        -> Google_Protobuf_Value
    {
        var profile = Profile(none)
        profile.fields[attribute] = .text("x")
        return Google_Protobuf_Value(structValue: profile)
    }

    @Test(arguments: [LDIF.name("gone"), "cn=one,ou=groups,dc=corp,dc=example", "dc=corp,dc=example"])
    func `says the same of who isn't there and who is out of reach`(name: String) async throws {
        let server = try Slapd(LDIF.small)
        let connector = try LDAPConnector.over(server, ["user-search-dn": .string("ou=people,dc=corp,dc=example")])
        let error = await #expect(throws: ServiceError.self) {
            try await update(connector, ["user_id": .text(name), "first_name": .text("x")])
        }
        #expect(error?.code == .notFound)
        #expect(error?.message == "user/\(name): there is no such account among those that are synced.")
    }
}

@Suite(.enabled(if: Slapd.isThere, Slapd.absence)) struct `create_ou` {
    private func create(_ connector: LDAPConnector, _ arguments: KeyValuePairs<String, Google_Protobuf_Value?>)
        async throws
        -> Profile
    {
        let action = try #require(connector.actions.first { $0.schema.name == "create_ou" })
        return try await action.perform(ActionArguments(Profile(arguments)))
    }

    @Test func `makes a unit, or finds it`() async throws {
        let server = try Slapd(LDIF.small)
        let connector = try LDAPConnector.over(server, ["filter": .string("(cn=*)")])
        for _ in 0..<2 {
            let made = try await create(
                connector,
                [
                    "name": .text(" Sales, \"EU\" "), "parent_dn": .text("OU=People,dc=corp,dc=example"),
                    "description": .text("who sells"),
                ])
            #expect(made.fields["success"]?.boolValue == true)
            #expect(made.string("ou_dn") == "ou=sales\\, \\\"eu\\\",ou=people,dc=corp,dc=example")
        }
        let lines = try server.search(
            "ou=Sales\\, \\\"EU\\\",ou=people,dc=corp,dc=example", "(objectClass=organizationalUnit)")
        #expect(lines.contains("ou: Sales, \"EU\"") && lines.contains("description: who sells"))
        #expect(try await create(connector, ["name": .text("top")]).string("ou_dn") == "ou=top,dc=corp,dc=example")
    }

    @Test func `stays within the base`() async throws {
        let server = try Slapd(LDIF.small)
        let connector = try LDAPConnector.over(server, ["base-dn": .string("ou=people,dc=corp,dc=example")])
        for parent in ["dc=corp,dc=example", "ou=groups,dc=corp,dc=example", "nonsense"] {
            let error = await #expect(throws: ServiceError.self) {
                try await create(connector, ["name": .text("x"), "parent_dn": .text(parent)])
            }
            #expect(error?.code == .invalidArgument)
        }
        let none = await #expect(throws: ServiceError.self) {
            try await create(.over(server, ["base-dn": .string("")]), ["name": .text("x")])
        }
        #expect(none?.code == .failedPrecondition)
        let empty = await #expect(throws: ServiceError.self) { try await create(connector, ["name": .text("  ")]) }
        #expect(empty?.code == .invalidArgument)
    }
}
