import AccessModel
import BatonWire
import BuiltConnectors
import OktaStandin
import StandinKit
import Testing

@Suite struct `access to Okta` {
    /// Something that can be granted, and what is asked of Okta for it.
    struct Case: Sendable, CustomTestStringConvertible {
        let entitlement: String
        let principal: String
        let type: String
        let granting: String
        let revoking: String
        var testDescription: String { "\(entitlement) to \(principal)" }
    }

    static let cases = [
        Case(
            entitlement: "group:00g00000000000000003:member", principal: "00u00000000000000001", type: "user",
            granting: "PUT /api/v1/groups/*/users/*", revoking: "DELETE /api/v1/groups/*/users/*"),
        Case(
            entitlement: "role:REPORT_ADMIN:assigned", principal: "00u00000000000000001", type: "user",
            granting: "POST /api/v1/users/*/roles", revoking: "DELETE /api/v1/users/*/roles/*"),
        Case(
            entitlement: "role:REPORT_ADMIN:assigned", principal: "00g00000000000000002", type: "group",
            granting: "POST /api/v1/groups/*/roles", revoking: "DELETE /api/v1/groups/*/roles/*"),
        Case(
            entitlement: "app:0oa00000000000000001:access", principal: "00u00000000000000002", type: "user",
            granting: "POST /api/v1/apps/*/users", revoking: "DELETE /api/v1/apps/*/users/*"),
        Case(
            entitlement: "app:0oa00000000000000001:access", principal: "00g00000000000000001", type: "group",
            granting: "PUT /api/v1/apps/*/groups/*", revoking: "DELETE /api/v1/apps/*/groups/*"),
        Case(
            entitlement: "resourceset-binding:iam0people:cr0help:member", principal: "00u00000000000000006",
            type: "user", granting: "PATCH /api/v1/iam/resource-sets/*/bindings/*/members",
            revoking: "DELETE /api/v1/iam/resource-sets/*/bindings/*/members/*"),
    ]

    @Test(arguments: cases) func `is granted and revoked, once`(given: Case) async throws {
        try await Trial.run(try Trial.directory(adding: SyncTests.more), ["BATON_SYNC_CUSTOM_ROLES": "true"]) { trial in
            let id = "\(given.entitlement):\(given.type):\(given.principal)"
            #expect(try await trial.sync().grants[id] == nil)
            let grant = [
                "--grant-entitlement=\(given.entitlement)", "--grant-principal=\(given.principal)",
                "--grant-principal-type=\(given.type)",
            ]
            for _ in 0..<2 {
                let ending = try await trial.program.run(grant)
                #expect(ending.status == 0, "\(ending.errors)")
            }
            #expect(trial.okta.journal.entries(given.granting).contains { (200..<300).contains($0.status) })
            #expect(try await trial.sync().grants[id] != nil, "it is to be seen in Okta")

            for _ in 0..<2 {
                let ending = try await trial.program.run("--revoke-grant=\(id)")
                #expect(ending.status == 0, "\(ending.errors)")
            }
            #expect(trial.okta.journal.entries(given.revoking).contains { (200..<300).contains($0.status) })
            #expect(try await trial.sync().grants[id] == nil)
        }
    }

    @Test func `is refused to who can't hold it`() async throws {
        try await Trial.run { trial in
            _ = try await trial.sync()
            let ending = try await trial.program.run(
                "--grant-entitlement=group:00g00000000000000001:member", "--grant-principal=00g00000000000000002",
                "--grant-principal-type=group")
            #expect(ending.status == 3)
            #expect(ending.errors.contains("only a user can be a member of a group"), "\(ending.errors)")
        }
    }

    @Test func `that a group brings is not revoked from one of its members`() async throws {
        let org = #"{"org": {"companyName": "Corp", "subdomain": "corp", "appUsersByGroup": true}}"#
        try await Trial.run(try Trial.directory(adding: org)) { trial in
            let (app, group) = ("0oa00000000000000001", "00g00000000000000001")
            let before = try await trial.sync()
            let granting = try await trial.program.run(
                "--grant-entitlement=app:\(app):access", "--grant-principal=\(group)",
                "--grant-principal-type=group")
            #expect(granting.status == 0, "\(granting.errors)")
            let after = try await trial.sync()
            let members = after.grants.values.filter { $0.entitlement.id == "group:\(group):member" }.map(
                \.holder.value)
            let brought = members.map { "app:\(app):access:user:\($0)" }.filter { id in
                before.grants[id] == nil && after.grants[id] != nil
            }
            let ending = try await trial.program.run("--revoke-grant=\(#require(brought.first))")
            #expect(ending.status == 9)
            #expect(ending.errors.contains("through a group"), "\(ending.errors)")
            #expect(trial.okta.journal.count("DELETE /api/v1/apps/*/users/*") == 0)
        }
    }

    @Test func `of a binding whose last member went is made anew`() async throws {
        try await Trial.run(try Trial.directory(adding: SyncTests.more), ["BATON_SYNC_CUSTOM_ROLES": "true"]) { trial in
            let binding = "resourceset-binding:iam0people:cr0help:member"
            _ = try await trial.sync()
            let ending = try await trial.program.run(
                "--revoke-grant=resource-set:iam0people:bindings:custom-role:cr0help")
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(trial.okta.journal.count("DELETE /api/v1/iam/resource-sets/*/bindings/*") == 1)
            let again = try await trial.program.run(
                "--grant-entitlement=\(binding)", "--grant-principal=00u00000000000000004",
                "--grant-principal-type=user")
            #expect(again.status == 0, "\(again.errors)")
            #expect(trial.okta.journal.count("POST /api/v1/iam/resource-sets/*/bindings") == 1)
            #expect(try await trial.sync().grants["\(binding):user:00u00000000000000004"] != nil)
        }
    }
}
