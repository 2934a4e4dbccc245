import AccessModel
import BatonWire
import BuiltConnectors
import OktaStandin
import StandinKit
import SwiftProtobuf
import Testing

@Suite("a sync of Okta") struct SyncTests {
    /// Custom roles on sets of resources, a token and a device, besides the people of the golden directory.
    static let more = """
        {"customRoles": [{"id": "cr0help", "label": "Helpers", "description": "May reset", "permissions": ["okta.users.read"]}],
         "roles": [
            {"id": "ra1", "type": "SUPER_ADMIN", "user": "00u00000000000000000"}],
         "resourceSets": [{"id": "iam0people", "label": "People", "description": "All people", "bindings": [
            {"role": "cr0help", "members": ["users/00u00000000000000001", "groups/00g00000000000000001"]}]}],
         "devices": [{"id": "guo1", "status": "ACTIVE", "profile": {"displayName": "Ada's laptop", "platform": "MACOS",
            "serialNumber": "C02", "manufacturer": "Apple", "model": "Mac", "osVersion": "15.1"}}]}
        """

    @Test func `lists custom roles, resource sets and who holds what on them`() async throws {
        try await Trial.run(try Trial.directory(adding: Self.more), ["BATON_SYNC_CUSTOM_ROLES": "true"]) { trial in
            let file = try await trial.sync()
            #expect(file.ids("custom-role") == ["cr0help"])
            #expect(file.ids("resource-set") == ["iam0people"])
            #expect(file.ids("resourceset-binding") == ["iam0people:cr0help"])
            #expect(
                Set(file.grants.keys.filter { $0.hasPrefix("custom-role") || $0.hasPrefix("resource") }).isSuperset(
                    of: [
                        "custom-role:cr0help:assigned:user:00u00000000000000001",
                        "custom-role:cr0help:assigned:group:00g00000000000000001",
                        "resource-set:iam0people:bindings:custom-role:cr0help",
                        "resourceset-binding:iam0people:cr0help:member:user:00u00000000000000001",
                        "resourceset-binding:iam0people:cr0help:member:group:00g00000000000000001",
                    ]))
            // Members of the group have the role by it.
            let inherited = try #require(file.grants["custom-role:cr0help:assigned:user:00u00000000000000005"])
            #expect(inherited.sources.sources.keys.contains("group:00g00000000000000001:member"))
            let binding = try #require(file.resources[ResourceID("resourceset-binding", "iam0people:cr0help")])
            #expect(binding.displayName == "People: Helpers")
        }
    }

    @Test func `lists tokens and devices only when asked to`() async throws {
        try await Trial.run(try Trial.directory(adding: Self.more)) { trial in
            let file = try await trial.sync()
            #expect(file.types.keys.sorted() == ["app", "group", "role", "user"])
            #expect(trial.okta.journal.count("GET /api/v1/devices") == 0)
            #expect(trial.okta.journal.count("GET /api/v1/api-tokens") == 0)
            #expect(trial.okta.journal.count("GET /api/v1/iam/roles") == 0)
        }
        try await Trial.run(try Trial.directory(adding: Self.more), ["BATON_SYNC_SECRETS": "true"]) { trial in
            let file = try await trial.sync("--sync-resource-types=user,device,api-token")
            let token = try #require(file.resources[ResourceID("api-token", "00T00000000000000000")])
            let secret = try #require(try token.annotations.first(C1_Connector_V2_SecretTrait.self))
            #expect(secret.identityID.resource == "00u00000000000000000")
            #expect(secret.credentialType == .staticSecret)
            let device = try #require(file.resources[ResourceID("device", "guo1")])
            let trait = try #require(try device.annotations.first(C1_Connector_V2_ManagedDeviceTrait.self))
            #expect(device.displayName == "Ada's laptop")
            #expect(trait.serial == "C02" && trait.os.type == .macos && trait.os.version == "15.1")
        }
    }

    @Test func `leaves out people without an address in the domains, everywhere`() async throws {
        let environment = ["BATON_FILTER_EMAIL_DOMAINS": "ALT.example"]
        try await Trial.run(nil, environment) { trial in
            let file = try await trial.sync()
            let expected = [1, 3, 5, 7, 9, 11, 13].map {
                $0 < 10 ? "00u0000000000000000\($0)" : "00u000000000000000\($0)"
            }
            #expect(file.ids("user") == expected)
            let holders = Set(file.grants.values.map(\.holder).filter { $0.type == "user" }.map(\.value))
            #expect(holders.isSubset(of: expected))
            #expect(file.grants["role:APP_ADMIN:assigned:user:00u00000000000000001"] != nil)
        }
    }

    @Test func `leaves out what the settings say`() async throws {
        let environment = [
            "BATON_SKIP_APP_GROUPS": "true", "BATON_SYNC_INACTIVE_APPS": "false", "BATON_SKIP_SECONDARY_EMAILS": "true",
        ]
        try await Trial.run(nil, environment) { trial in
            let file = try await trial.sync()
            #expect(!file.ids("group").contains("00g00000000000000004"))
            #expect(!file.ids("app").contains("0oa00000000000000003"))
            let user = try #require(file.resources[ResourceID("user", "00u00000000000000001")])
            let trait = try #require(try user.annotations.first(C1_Connector_V2_UserTrait.self))
            #expect(trait.emails.map(\.address) == ["bram@corp.example"])
            #expect(user.profile.fields["secondEmail"]?.nullValue == .nullValue)
        }
    }

    @Test func `reads the administrators once, not once a role`() async throws {
        try await Trial.run { trial in
            _ = try await trial.sync("--workers=1")
            #expect(trial.okta.journal.count("GET /api/v1/users/*/roles") == 6, "three, and three by a group")
            #expect(trial.okta.journal.count("GET /api/v1/iam/assignees/users") == 1, "the others come from the cache")
        }
    }

    @Test func `of one group, user, app and role asks for those only`() async throws {
        try await Trial.run { trial in
            _ = try await trial.sync()
            trial.okta.journal.clear()
            let ending = try await trial.program.run(
                "--sync-resources=bid:r:group/00g00000000000000002,bid:r:user/00u00000000000000005,bid:r:app/0oa00000000000000001"
            )
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(trial.okta.journal.count("GET /api/v1/groups/00g00000000000000002") == 1)
            #expect(trial.okta.journal.count("GET /api/v1/users/00u00000000000000005") == 1)
            #expect(trial.okta.journal.count("GET /api/v1/apps/0oa00000000000000001") == 1)
            #expect(trial.okta.journal.count("GET /api/v1/groups") == 0)
        }
    }

    @Test func `takes the pages Okta gives, however many`() async throws {
        let directory = OktaDirectory(users: 450, groups: 7, apps: 3)
        try await Trial.run(directory) { trial in
            trial.okta.setUserPageLimit(37)
            let file = try await trial.sync()
            #expect(file.ids("user").count == 450)
            #expect(trial.okta.journal.count("GET /api/v1/users") >= 13)
        }
    }

    @Test func `spells out names, ids and states of hostile profiles as they are`() async throws {
        let users = """
            {"users": [{"id": "00u/..%2F?x#y", "status": "PASSWORD_EXPIRED", "created": "2024-02-29T23:59:59.987Z",
              "profile": {"firstName": "", "lastName": "O'Brien\\u0000\\n<b>", "login": "a@b@c", "email": "é@corp.example",
                "employeeID": 7, "employee_number": "7", "flags": [true, null, {"deep": [1.5]}]}}],
             "groups": [], "apps": [], "roles": [], "apiTokens": []}
            """
        try await Trial.run(try Trial.directory(adding: users)) { trial in
            let file = try await trial.sync("--sync-resource-types=user")
            let user = try #require(file.resources.values.first)
            #expect(user.identity.value == "00u/..%2F?x#y")
            #expect(user.displayName == "unknown O'Brien\u{0}\n<b>")
            #expect(user.status.details == "PASSWORD_EXPIRED" && user.status.status == .enabled)
            #expect(user.createdAt == Google_Protobuf_Timestamp(seconds: 1_709_251_199, nanos: 987_000_000))
            let trait = try #require(try user.annotations.first(C1_Connector_V2_UserTrait.self))
            #expect(trait.employeeIds == ["7"])
            #expect(trait.loginAliases == [])
            #expect(user.profile.fields["flags"]?.listValue.values.count == 3)
        }
    }
}
