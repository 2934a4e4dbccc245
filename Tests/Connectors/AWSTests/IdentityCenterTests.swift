import AccessModel
import BatonWire
import BuiltConnectors
import ConnectorKit
import Foundation
import SwiftProtobuf
import Testing
import WireForm

@testable import AWSConnector

@Suite(.enabled(if: TestAWS.isThere, TestAWS.absence))
struct `an organization with Identity Center` {
    private let aws: TestAWS
    private let place: TestAWS.Organization
    private let clock = HurriedClock()
    private let connector: AWSConnector

    init() throws {
        aws = try TestAWS()
        place = try aws.organization()
        connector = try aws.connector(TestAWS.Organization.settings, clock: clock)
    }

    private var account: ResourceID { ResourceID("account", place.child) }

    @Test func `is synced with its tree, its people and who has what where`() async throws {
        let program = try BuiltConnector(asking: aws)
        let outcome = try program("--global-aws-orgs-enabled", "--global-aws-sso-enabled")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let file = try FileTexts(FileContents(of: program.file))
        #expect(
            file.types.keys.sorted() == [
                "account", "group", "iam_policy", "iam_user", "inline_policy", "organization", "organizational_unit",
                "permission_set", "permission_set_assignment", "role", "sso_group", "sso_user",
            ])
        func parent(_ id: ResourceID) -> String? {
            file.messages.first { $0.identity == id }?.parent?.description
        }
        #expect(parent(account) == "organizational_unit/\(place.unit)")
        #expect(parent(ResourceID("organizational_unit", place.unit)) == "organization/\(place.root)")
        #expect(parent(ResourceID("account", TestAWS.account)) == "organization/\(place.root)")
        let binding = "\(place.permissionSet)-\(place.child)"
        #expect(parent(ResourceID("permission_set_assignment", binding)) == "account/\(place.child)")
        #expect(file.resources["inline_policy/\(place.permissionSet)::inline::inline"] != nil)

        let (person, group) = (place.user(place.person), place.groupID)
        let flat = "\(place.child)|\(place.permissionSet)"
        let direct = try #require(file.grants["grant:sso_group:\(group.value):\(flat)"])
        #expect(direct.contains(#""displayName":"Admin Permission Set""#))
        // Who is in the group has it through the group.
        let inherited = try #require(file.grants["\(flat):sso_user:\(person.value)"], "\(file.grants.keys.sorted())")
        #expect(inherited.contains("sso_group:\(group.value):member"))
        let assigned = "permission_set_assignment:\(binding):assigned"
        #expect(file.grants["grant:sso_group:\(group.value):\(assigned)"] != nil)
        // And the policies in the permission set, of AWS and of the account, through the assignment.
        for policy in ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::\(place.child):policy/team/Own"] {
            let attached = "iam_policy:\(policy):attached"
            #expect(file.grants["\(attached):permission_set_assignment:\(binding)"] != nil, "\(policy)")
        }
        let structural = "iam_policy:arn:aws:iam::aws:policy/ReadOnlyAccess:attached:permission_set"
        #expect(file.grants["\(structural):\(place.permissionSet)"] != nil)
    }

    @Test func `has people with their addresses, and groups whose memberships are known by their ids`() async throws {
        let ada = try await connector.resource("sso_user", named: "ada@corp.example")
        let trait = try #require(try ada.annotations.first(C1_Connector_V2_UserTrait.self))
        #expect(trait.emails.map(\.address) == ["ada@corp.example", "ada@corp.example"] && trait.emails[0].isPrimary)
        #expect(ada.profile.string("aws_user_name") == "Ada Example" && ada.profile.string("aws_user_type") == "sso")
        let group = try await connector.resource("sso_group", named: "admins")
        let grant = try #require(try await connector.grants(on: group).first)
        let memberships = try aws.call(
            "identitystore", "list_group_memberships", ["IdentityStoreId": place.store, "GroupId": place.group])
        #expect(grant.id == memberships["GroupMemberships"]?.elements.first?["MembershipId"]?.string)
        #expect(grant.holder == place.user(place.person))
    }

    @Test func `takes new members into groups and lets them go, once each`() async throws {
        let group = try await connector.resource("sso_group", named: "admins")
        let bram = try await connector.resource("sso_user", named: "bram")
        let entitlement = try await connector.entitlement(on: group)
        let granted = try await connector.grant(entitlement, to: bram)
        let listed = try #require(try await connector.grants(on: group).first { $0.holder == bram.identity })
        #expect(granted.grants.map(\.id) == [listed.id])
        let again = try await connector.grant(entitlement, to: bram)
        #expect(again.annotations.contains(C1_Connector_V2_GrantAlreadyExists.self))
        #expect(again.grants.map(\.id) == [listed.id])
        // A grant with another id is found by who is in it.
        var strange = listed
        strange.id = "strange"
        #expect(try await connector.revoke(strange).outcome == .changed)
        #expect(try await !connector.grants(on: group).contains { $0.holder == bram.identity })
        #expect(try await connector.revoke(listed).outcome == .alreadySo)
    }

    @Test func `creates and deletes people, once each`() async throws {
        var settings = TestAWS.Organization.settings
        settings["create-account-resource-type"] = .string("sso_user")
        let connector = try aws.connector(settings)
        let syncer = try connector.syncer("sso_user", as: (any AccountProvisioner).self)
        let account = NewAccount(
            login: "grace",
            profile: [
                "username": .text("grace"), "given_name": .text("Grace"), "family_name": .text("Hopper"),
                "email": .text("grace@corp.example"),
            ])
        let made = try await syncer.createAccount(account, credential: nil)
        guard case .created = made.outcome else { return #expect(Bool(false), "\(made.outcome)") }
        let id = try #require(made.account?.identity)
        let listed = try await connector.resource("sso_user", named: "grace")
        #expect(listed.identity == id && listed.profile == made.account?.profile)
        let again = try await syncer.createAccount(account, credential: nil)
        guard case .alreadyExists = again.outcome else { return #expect(Bool(false), "\(again.outcome)") }
        #expect(again.account?.identity == id)
        let deleter = try connector.syncer("sso_user", as: (any ResourceDeleter).self)
        #expect(try await deleter.delete(id, under: nil).outcome == .changed)
        #expect(try await !connector.resources("sso_user").contains { $0.identity == id })
        #expect(try await deleter.delete(id, under: nil).outcome == .alreadySo)

        // The other kind isn't created then.
        let iam = try connector.syncer("iam_user", as: (any AccountProvisioner).self)
        let refused = await #expect(throws: ServiceError.self) {
            try await iam.createAccount(NewAccount(login: "x", profile: ["email": .text("x@y")]), credential: nil)
        }
        #expect(refused?.code == .unimplemented)
    }

    /// What is assigned in the account, as AWS lists it.
    private func assigned() throws -> [String] {
        let list = try aws.call(
            "sso-admin", "list_account_assignments",
            ["InstanceArn": place.instance, "AccountId": place.child, "PermissionSetArn": place.permissionSet])
        return (list["AccountAssignments"]?.elements ?? []).compactMap { $0["PrincipalId"]?.string }
    }

    @Test(arguments: ["account", "permission_set_assignment"])
    func `gives and takes permission sets in accounts, waiting until AWS is done`(type: String) async throws {
        let account = try await connector.resource("account", named: "child")
        let target =
            type == "account"
            ? account
            : try #require(try await connector.resources(type, under: account.identity).first)
        let entitlement = try await connector.entitlement(on: target)
        let bram = try await connector.resource("sso_user", named: "bram")
        try aws.set(["pending": 3])
        let granted = try await connector.grant(entitlement, to: bram)
        #expect(granted.outcome == .changed)
        #expect(try assigned().contains(place.other))
        #expect(clock.rested >= .seconds(3))
        #expect(try await connector.grant(entitlement, to: bram).outcome == .alreadySo)
        let grant = try #require(try await connector.grants(on: target).first { $0.holder == bram.identity })
        #expect(try await connector.revoke(grant).outcome == .changed)
        #expect(try !assigned().contains(place.other))
        #expect(try await connector.revoke(grant).outcome == .alreadySo)
    }

    @Test func `tells why AWS failed, and gives up after five minutes`() async throws {
        let account = try await connector.resource("account", named: "child")
        let entitlement = try await connector.entitlement(on: account)
        let bram = try await connector.resource("sso_user", named: "bram")
        try aws.set(["failing": "the account is closed"])
        #expect(
            await complaint { _ = try await connector.grant(entitlement, to: bram) }.contains(
                "account assignment creation failed: the account is closed"))
        try aws.set(["failing": "", "pending": 1_000_000])
        let error = await #expect(throws: ServiceError.self) { try await connector.grant(entitlement, to: bram) }
        #expect(error?.code == .deadlineExceeded)
        #expect(clock.rested >= .seconds(300))
        try aws.fail([
            "call": "sso:CreateAccountAssignment", "status": 400, "code": "ConflictException", "message": "pending",
        ])
        try aws.call(
            "sso-admin", "delete_account_assignment",
            [
                "InstanceArn": place.instance, "TargetId": place.child, "TargetType": "AWS_ACCOUNT",
                "PermissionSetArn": place.permissionSet, "PrincipalType": "USER", "PrincipalId": place.other,
            ])
        #expect(
            await complaint { _ = try await connector.grant(entitlement, to: bram) }.contains("or it is suspended"))
    }

    @Test func `is done when how far it is may not be asked`() async throws {
        let account = try await connector.resource("account", named: "child")
        let entitlement = try await connector.entitlement(on: account)
        let bram = try await connector.resource("sso_user", named: "bram")
        try aws.set(["pending": 5])
        try aws.fail(
            [
                "call": "sso:DescribeAccountAssignmentCreationStatus", "status": 400, "code": "AccessDeniedException",
                "message": "no", "after": 1,
            ],
            [
                "call": "organizations:DescribeAccount", "status": 400, "code": "AccessDeniedException",
                "message": "no",
            ])
        #expect(try await connector.grant(entitlement, to: bram).outcome == .changed)
    }

    @Test func `is flat, with a warning, when its tree may not be read`() async throws {
        func denied(_ call: String) -> [String: Any] {
            ["call": call, "status": 400, "code": "AccessDeniedException", "message": "no", "times": 9]
        }
        try aws.fail(
            denied("organizations:ListRoots"), denied("organizations:ListParents"),
            denied("organizations:ListOrganizationalUnitsForParent"))
        #expect(try await connector.resources("organization").isEmpty)
        #expect(try await connector.resources("account").allSatisfy { $0.parent == nil })
        #expect(
            try await connector.resources("organizational_unit", under: ResourceID("organization", place.root)).isEmpty)
    }

    @Test func `leaves the tree out of what points to it when it isn't synced`() async throws {
        let connector = try aws.connector(TestAWS.Organization.settings, types: ["account", "organization"])
        let accounts = try await connector.resources("account")
        #expect(accounts.first { $0.identity == account }?.parent == nil)
        #expect(accounts.first { $0.identity.value == TestAWS.account }?.parent?.value == place.root)
        // Without managed policies nothing is granted on them.
        #expect(try connector.syncer("iam_user").type.annotations.contains(SkipEntitlementsAndGrants.self))
        #expect(try connector.syncer("permission_set").type.annotations.contains(SkipEntitlementsAndGrants.self))
    }

    @Test func `is asked for in the region it is in`() async throws {
        try aws.fail(["call": "sso:ListInstances", "body": #"{"Instances":[]}"#])
        let error = await complaint { try await connector.validate() }
        #expect(error.contains("no instance in us-east-1. Name its region with global-aws-sso-region"), "\(error)")
    }
}
