import AccessModel
import BatonWire
import ConnectorKit
import Foundation
import SwiftProtobuf
import Testing
import WireForm

@testable import AWSConnector

@Suite(.enabled(if: TestAWS.hasSeed, TestAWS.seedAbsence))
struct `changes in IAM` {
    private let aws: TestAWS
    private let connector: AWSConnector

    init() throws {
        aws = try TestAWS()
        try aws.seed()
        connector = try aws.connector()
    }

    private func names(_ list: JSONValue, _ rows: String, _ name: String) -> [String] {
        (list[rows]?.elements ?? []).compactMap { $0[name]?.string }.sorted()
    }

    @Test func `put users into groups and take them out, once each`() async throws {
        let group = try await connector.resource("group", named: "empty")
        let user = try await connector.resource("iam_user", named: "ada")
        let entitlement = try await connector.entitlement(on: group)
        func members() throws -> [String] {
            names(try aws.call("iam", "get_group", ["GroupName": "empty"]), "Users", "UserName")
        }
        let granted = try await connector.grant(entitlement, to: user)
        #expect(granted.outcome == .changed && granted.annotations.contains(C1_Connector_V2_RequestId.self))
        #expect(try members() == ["ada"])
        #expect(try await connector.grant(entitlement, to: user).outcome == .alreadySo)

        let listed = try #require(try await connector.grants(on: group).first)
        let told = try #require(granted.grants.first)
        #expect(told.id == listed.id && told.annotations == listed.annotations)
        #expect(try await connector.revoke(listed).outcome == .changed)
        #expect(try members() == [])
        #expect(try await connector.revoke(listed).outcome == .alreadySo)
        let role = try await connector.resource("role", named: "deploy")
        #expect(
            await complaint { _ = try await connector.grant(entitlement, to: role) }.contains(
                "only users of IAM can be in groups of IAM"))
    }

    @Test(arguments: [
        ("iam_user", "bram", "list_attached_user_policies", "UserName"),
        ("group", "empty", "list_attached_group_policies", "GroupName"),
        ("role", "lambda-exec", "list_attached_role_policies", "RoleName"),
    ])
    func `attach and detach managed policies, once each`(
        type: String, name: String, action: String, parameter: String
    ) async throws {
        let policy = try await connector.resource("iam_policy", named: "WriteThing")
        let holder = try await connector.resource(type, named: name)
        let entitlement = try await connector.entitlement(on: policy)
        func attached() throws -> [String] {
            names(try aws.call("iam", action, [parameter: name]), "AttachedPolicies", "PolicyName")
        }
        let granted = try await connector.grant(entitlement, to: holder)
        #expect(granted.outcome == .changed)
        #expect(try attached() == ["WriteThing"])
        #expect(try await connector.grant(entitlement, to: holder).outcome == .alreadySo)
        let listed = try #require(
            try await connector.grants(on: holder).first { $0.entitlement.id == entitlement.id })
        #expect(try #require(granted.grants.first).id == listed.id)
        #expect(listed.annotations.contains(GrantExpandable.self) == (type != "iam_user"))
        #expect(try await connector.revoke(try #require(granted.grants.first)).outcome == .changed)
        #expect(try attached() == [])
        #expect(try await connector.revoke(listed).outcome == .alreadySo)
    }

    @Test func `delete inline policies, and write none`() async throws {
        let user = try await connector.resource("iam_user", named: "bram")
        let policy = try #require(try await connector.resources("inline_policy", under: user.identity).first)
        let grant = try #require(try await connector.grants(on: policy).first)
        let other = try await connector.resource("iam_user", named: "ada")
        var wrong = grant
        wrong.principal = other
        #expect(await complaint { _ = try await connector.revoke(wrong) }.contains("is not written into"))
        #expect(try await connector.revoke(grant).outcome == .changed)
        #expect(
            try aws.call("iam", "list_user_policies", ["UserName": "bram"])["PolicyNames"]?.elements.isEmpty == true)
        #expect(try await connector.revoke(grant).outcome == .alreadySo)
        let entitlement = try await connector.entitlement(on: policy)
        let error = await #expect(throws: ServiceError.self) {
            try await connector.grant(entitlement, to: user)
        }
        #expect(error?.code == .unimplemented)
    }

    @Test func `create users, once each`() async throws {
        let syncer = try connector.syncer("iam_user", as: (any AccountProvisioner).self)
        let account = NewAccount(
            login: "", profile: ["username": .text("grace"), "email": .text("grace@corp.example")])
        let made = try await syncer.createAccount(account, credential: nil)
        guard case .created = made.outcome else { return #expect(Bool(false), "\(made.outcome)") }
        let user = try #require(made.account)
        #expect(user.identity == ResourceID("iam_user", "arn:aws:iam::123456789012:user/grace"))
        let trait = try #require(try user.annotations.first(C1_Connector_V2_UserTrait.self))
        #expect(trait.emails.map(\.address) == ["grace@corp.example"] && trait.emails[0].isPrimary)
        let tags = try aws.call("iam", "list_user_tags", ["UserName": "grace"])["Tags"]?.elements ?? []
        #expect(tags.map { $0["Key"]?.string } == ["email"] && tags[0]["Value"]?.string == "grace@corp.example")

        let again = try await syncer.createAccount(account, credential: nil)
        guard case .alreadyExists = again.outcome else { return #expect(Bool(false), "\(again.outcome)") }
        #expect(again.account?.identity == user.identity)

        // The address is the name when nothing else is said, and then no tag.
        let plain = try await syncer.createAccount(
            NewAccount(login: "", profile: ["email": .text("linus@corp.example")]), credential: nil)
        #expect(plain.account?.displayName == "linus@corp.example")
        let none = try aws.call("iam", "list_user_tags", ["UserName": "linus@corp.example"])["Tags"]?.elements
        #expect(none?.isEmpty == true)
        let nobody = await complaint { _ = try await syncer.createAccount(NewAccount(login: "x"), credential: nil) }
        #expect(nobody.contains("email: is required"))
    }

    @Test func `delete users with all that hangs on them, once each`() async throws {
        // Ada has a password, a key, groups and a policy; give her all there is besides.
        let key = String(repeating: "A", count: 372)
        try aws.call("iam", "upload_ssh_public_key", ["UserName": "ada", "SSHPublicKeyBody": "ssh-rsa \(key)"])
        try aws.call(
            "iam", "put_user_policy",
            [
                "UserName": "ada", "PolicyName": "own",
                "PolicyDocument":
                    #"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}"#,
            ])
        let device = try aws.call("iam", "create_virtual_mfa_device", ["VirtualMFADeviceName": "phone"])
        let serial = try #require(device["VirtualMFADevice"]?["SerialNumber"]?.string)
        try aws.call(
            "iam", "enable_mfa_device",
            [
                "UserName": "ada", "SerialNumber": serial, "AuthenticationCode1": "123456",
                "AuthenticationCode2": "654321",
            ])
        let syncer = try connector.syncer("iam_user", as: (any ResourceDeleter).self)
        let id = ResourceID("iam_user", "arn:aws:iam::123456789012:user/eng/ada")
        try aws.set()
        #expect(try await syncer.delete(id, under: nil).outcome == .changed)
        let calls = try aws.set()
        #expect(
            Set(calls).isSuperset(of: [
                "iam:DeleteLoginProfile", "iam:DeleteAccessKey", "iam:DeleteSSHPublicKey", "iam:DeactivateMFADevice",
                "iam:DeleteUserPolicy", "iam:DetachUserPolicy", "iam:RemoveUserFromGroup", "iam:DeleteUser",
            ]), "\(calls)")
        #expect(try aws.call("iam", "get_user", ["UserName": "ada"])["error"]?.string?.contains("NoSuchEntity") == true)
        #expect(try await syncer.delete(id, under: nil).outcome == .alreadySo)
    }

    @Test func `go on where a deletion was broken off`() async throws {
        let syncer = try connector.syncer("iam_user", as: (any ResourceDeleter).self)
        let id = ResourceID("iam_user", "arn:aws:iam::123456789012:user/eng/ada")
        try aws.fail([
            "call": "iam:DetachUserPolicy", "status": 403, "code": "AccessDenied",
            "message": "User: x is not authorized to perform: iam:DetachUserPolicy on resource: y",
        ])
        let denied = await complaint { _ = try await syncer.delete(id, under: nil) }
        #expect(denied.contains("Allow iam:DetachUserPolicy in a policy of who asks (AWS_ACCESS_KEY_ID)"), "\(denied)")
        #expect(try await syncer.delete(id, under: nil).outcome == .changed)
    }
}
