import AWSCalls
import AccessModel
import BatonWire
import BuiltConnectors
import ConnectorKit
import Foundation
import Testing

@testable import AWSConnector

@Suite(.enabled(if: TestAWS.hasSeed, TestAWS.seedAbsence))
struct `trouble with AWS` {
    private let aws: TestAWS

    init() throws {
        aws = try TestAWS()
        try aws.seed()
    }

    @Test(arguments: [
        (400, "Throttling"), (400, "ThrottlingException"), (400, "RequestLimitExceeded"), (429, "TooManyRequests"),
        (503, "SlowDown"), (500, "InternalFailure"), (502, ""), (503, "ServiceUnavailable"),
    ])
    func `that passes costs nothing but time`(status: Int, code: String) async throws {
        let connector = try aws.connector()
        try aws.fail(["call": "*", "status": status, "code": code, "message": "later", "times": 2])
        #expect(try await connector.resources("iam_user").count == 12)
    }

    @Test func `that lasts is told as what passes, so that the sync goes on later`() async throws {
        let clock = HurriedClock()
        let connector = try aws.connector(clock: clock)
        try aws.fail([
            "call": "iam:ListGroups", "status": 400, "code": "Throttling", "message": "Rate exceeded", "times": 99,
        ])
        let error = await #expect(throws: AWSError.self) { try await connector.resources("group") }
        #expect(error?.statusCode == .unavailable)
        #expect(error?.description.contains("iam:ListGroups: Throttling (Rate exceeded). Try again later.") == true)
        // Throttling is waited for with patience, since the whole page would have to be asked again.
        #expect(try aws.set().filter { $0 == "iam:ListGroups" }.count == 10)
        try aws.fail(["call": "iam:ListGroups", "status": 500, "code": "InternalFailure", "message": "", "times": 99])
        _ = await #expect(throws: AWSError.self) { try await connector.resources("group") }
        #expect(try aws.set().filter { $0 == "iam:ListGroups" }.count == 3)
        let hurried = try aws.connector(variables: ["AWS_MAX_ATTEMPTS": "1"])
        _ = await #expect(throws: AWSError.self) { try await hurried.resources("group") }
        #expect(try aws.set().filter { $0 == "iam:ListGroups" }.count == 1)
    }

    @Test func `on the way is made up for`() async throws {
        let connector = try aws.connector()
        try aws.fail(["call": "iam:ListUsers", "cut": true, "times": 2])
        #expect(try await connector.resources("iam_user").count == 12)
        try aws.fail(["call": "iam:ListUsers", "cut": true, "times": 99])
        let error = await #expect(throws: AWSError.self) { try await connector.resources("iam_user") }
        #expect(error?.statusCode == .unavailable)
    }

    @Test(arguments: [
        "<ListUsersResponse><ListUsersResult><IsTruncated>false</IsTruncated></ListUsersResult></ListUsersResponse>",
        "<ListUsersResponse/>", "<html>", "", "{}",
        "<ListUsersResponse><ListUsersResult><Users><member><UserName>x</UserName></member></Users><IsTruncated>false</IsTruncated></ListUsersResult></ListUsersResponse>",
        "<ListUsersResponse><ListUsersResult><Users/><IsTruncated>true</IsTruncated></ListUsersResult></ListUsersResponse>",
    ])
    func `in an answer is never taken for an empty list`(body: String) async throws {
        let connector = try aws.connector()
        try aws.fail(["call": "iam:ListUsers", "body": body, "times": 99])
        let error = await #expect(throws: AWSError.self) { try await connector.resources("iam_user") }
        #expect(error?.statusCode == .unavailable, "\(error.map { "\($0)" } ?? "")")
    }

    @Test func `of a marker that repeats ends with an error`() async throws {
        let connector = try aws.connector()
        let page = """
            <ListGroupsResponse><ListGroupsResult><Groups/><IsTruncated>true</IsTruncated><Marker>again</Marker></ListGroupsResult></ListGroupsResponse>
            """
        try aws.fail(["call": "iam:ListGroups", "body": page, "times": 99])
        #expect(await complaint { _ = try await connector.resources("group") }.contains("pagination does not advance"))
        let keys = """
            <ListAccessKeysResponse><ListAccessKeysResult><AccessKeyMetadata/><IsTruncated>true</IsTruncated><Marker>again</Marker></ListAccessKeysResult></ListAccessKeysResponse>
            """
        try aws.fail(["call": "iam:ListAccessKeys", "body": keys, "times": 99])
        #expect(await complaint { _ = try await connector.resources("iam_user") }.contains("the page just read"))
    }

    @Test func `of permissions leaves out what may be left out, and nothing else`() async throws {
        func deny(_ calls: String...) throws {
            try aws.set([
                "faults": calls.map {
                    ["call": $0, "status": 403, "code": "AccessDenied", "message": "no", "times": 999] as [String: Any]
                }
            ])
        }
        let connector = try aws.connector(["sync-secrets": .bool(true)])
        // When keys were used is a remark; which there are is not.
        try deny("iam:ListAccessKeys")
        #expect(try await connector.resources("iam_user").count == 12)
        #expect(
            await complaint { _ = try await connector.resources("access-key") }.contains("Allow iam:ListAccessKeys"))
        try deny("iam:GetPolicyVersion", "iam:GetUserPolicy")
        let policies = try await connector.resources("iam_policy")
        #expect(policies.count == 3 && policies.allSatisfy { $0.profile.string("policy_document") == nil })
        let bram = try await connector.resource("iam_user", named: "bram")
        #expect(try await connector.resources("inline_policy", under: bram.identity).count == 1)
        try deny(
            "iam:ListAttachedUserPolicies", "iam:ListAttachedGroupPolicies", "iam:ListAttachedRolePolicies",
            "iam:GetRole")
        let ops = try await connector.resource("group", named: "ops")
        #expect(try await connector.grants(on: ops).allSatisfy { $0.entitlement.resource.id.resourceType == "group" })
        #expect(try await connector.grants(on: bram).isEmpty)
        let role = try await connector.resource("role", named: "deploy")
        #expect(try await connector.grants(on: role).isEmpty)
        for (call, act) in [
            ("iam:GetGroup", { _ = try await connector.grants(on: ops) }),
            ("iam:ListUserPolicies", { _ = try await connector.resources("inline_policy", under: bram.identity) }),
            ("iam:ListRoles", { _ = try await connector.resources("role") }),
        ] as [(String, () async throws -> Void)] {
            try deny(call)
            #expect(await complaint(act).contains("Allow \(call)"))
        }
    }

    @Test func `of things that vanish meanwhile is none`() async throws {
        let connector = try aws.connector()
        let group = try await connector.resource("group", named: "empty")
        let role = try await connector.resource("role", named: "lambda-exec")
        let user = try await connector.resource("iam_user", named: "lena")
        try aws.call("iam", "delete_group", ["GroupName": "empty"])
        try aws.call("iam", "delete_role", ["RoleName": "lambda-exec"])
        try aws.call("iam", "remove_user_from_group", ["GroupName": "auditors", "UserName": "lena"])
        try aws.call("iam", "delete_user", ["UserName": "lena"])
        for gone in [group, role, user] {
            #expect(try await connector.grants(on: gone).isEmpty)
            #expect(try await connector.resources("inline_policy", under: gone.identity).isEmpty)
        }
    }

    @Test func `says nothing of secrets, however much is logged`() throws {
        let program = try BuiltConnector(asking: aws, level: "debug")
        let external = "external-\(UUID().uuidString)"
        let role = ["--use-assume", "--role-arn", "arn:aws:iam::123456789012:role/Audit", "--external-id", external]
        let wrong = try program.finish(role, ["AWS_SECRET_ACCESS_KEY": "wrong-secret-of-mine"])
        #expect(wrong.status == 16)
        let right = try program.finish(role)
        #expect(right.status == 0, "\(right.errors)")
        let file = try String(decoding: Data(contentsOf: URL(filePath: program.file)), as: UTF8.self)
        for text in [wrong.errors, wrong.output, right.errors, right.output, file] {
            #expect(!text.contains("wrong-secret-of-mine") && !text.contains("Passw0rd"))
            #expect(!text.contains("Signature="))
        }
    }
}
