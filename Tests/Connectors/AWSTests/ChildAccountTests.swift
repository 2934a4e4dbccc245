import AccessModel
import BuiltConnectors
import ConnectorHTTP
import ConnectorKit
import Foundation
import Logging
import Testing
import WireForm

@testable import AWSCalls
@testable import AWSConnector

@Suite(.enabled(if: TestAWS.isThere, TestAWS.absence))
struct `an account below` {
    private let aws: TestAWS
    private let child: String
    private let role: String

    init() throws {
        aws = try TestAWS()
        child = try aws.organization().child
        role = "arn:aws:iam::\(child):role/OrganizationAccountAccessRole"
        let document = #"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}"#
        try aws.call("iam", "create_user", ["UserName": "mia"])
        try aws.call("iam", "create_user", ["UserName": "noa"], as: role)
        try aws.call("iam", "create_group", ["GroupName": "crew"], as: role)
        try aws.call("iam", "create_policy", ["PolicyName": "Steer", "PolicyDocument": document], as: role)
        try aws.call(
            "iam", "put_user_policy", ["UserName": "noa", "PolicyName": "own", "PolicyDocument": document], as: role)
        try aws.call(
            "iam", "attach_user_policy",
            ["UserName": "noa", "PolicyArn": "arn:aws:iam::\(child):policy/Steer"], as: role)
    }

    @Test func `is synced under its name, with all that is written into its users`() throws {
        let program = try BuiltConnector(asking: aws)
        let outcome = try program("--global-aws-orgs-enabled")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let file = try FileTexts(FileContents(of: program.file))
        func parent(_ type: String, _ id: String) -> String? {
            file.messages.first { $0.identity == ResourceID(type, id) }.map { $0.parent?.description ?? "none" }
        }
        let noa = "arn:aws:iam::\(child):user/noa"
        #expect(parent("iam_user", "arn:aws:iam::\(TestAWS.account):user/mia") == "none")
        #expect(parent("iam_user", noa) == "account_iam/\(child)")
        #expect(parent("inline_policy", "\(noa)::inline::own") == "iam_user/\(noa)")
        #expect(parent("iam_policy", "arn:aws:iam::\(child):policy/Steer") == "account_iam/\(child)")
        #expect(file.grants["iam_policy:arn:aws:iam::\(child):policy/Steer:attached:iam_user:\(noa)"] != nil)
    }

    @Test func `is changed where it is`() async throws {
        let connector = try aws.connector(["global-aws-orgs-enabled": .bool(true)])
        let account = ResourceID("account_iam", child)
        let group = try await connector.resource("group", named: "crew", under: account)
        let noa = try await connector.resource("iam_user", named: "noa", under: account)
        let entitlement = try await connector.entitlement(on: group)
        #expect(try await connector.grant(entitlement, to: noa).outcome == .changed)
        #expect(try await connector.grants(on: group).count == 1)
        let deleter = try connector.syncer("iam_user", as: (any ResourceDeleter).self)
        #expect(try await deleter.delete(noa.identity, under: nil).outcome == .changed)
        #expect(try aws.call("iam", "list_users", as: role)["Users"]?.elements.isEmpty == true)
    }
}

@Suite struct `the address of a service` {
    private func host(_ api: AWSAPI, _ region: String, _ variables: [String: String] = [:]) throws -> String {
        let environment = try AWSEnvironment(
            variables.merging(["HOME": "/nowhere"]) { $1 }, clock: HurriedClock(), log: .init(label: "test"))
        return try api.address(in: region, environment).text
    }

    @Test func `is that of its region, unless it has one only`() throws {
        #expect(try host(.iam, "eu-west-1") == "https://iam.amazonaws.com/")
        #expect(try host(.sts, "eu-west-1") == "https://sts.eu-west-1.amazonaws.com/")
        #expect(try host(.organizations, "eu-west-1") == "https://organizations.us-east-1.amazonaws.com/")
        #expect(try host(.sso, "eu-west-1") == "https://sso.eu-west-1.amazonaws.com/")
        #expect(try host(.identityStore, "eu-west-1") == "https://identitystore.eu-west-1.amazonaws.com/")
        #expect(try host(.cloudTrail, "eu-west-1") == "https://cloudtrail.eu-west-1.amazonaws.com/")
        #expect(try host(.sts, "cn-north-1") == "https://sts.cn-north-1.amazonaws.com.cn/")
    }

    @Test func `is chosen by variables`() throws {
        let (fips, dual) = (["AWS_USE_FIPS_ENDPOINT": "true"], ["AWS_USE_DUALSTACK_ENDPOINT": "true"])
        #expect(try host(.sts, "us-east-1", fips) == "https://sts-fips.us-east-1.amazonaws.com/")
        #expect(try host(.iam, "us-east-1", fips) == "https://iam-fips.amazonaws.com/")
        #expect(try host(.sso, "us-east-1", dual) == "https://sso.us-east-1.api.aws/")
        #expect(try host(.iam, "us-east-1", dual) == "https://iam.global.api.aws/")
        let own = ["AWS_ENDPOINT_URL": "http://a:1", "AWS_ENDPOINT_URL_SSO_ADMIN": "http://b:2/x"]
        #expect(try host(.iam, "us-east-1", own) == "http://a:1/")
        #expect(try host(.sso, "us-east-1", own) == "http://b:2/x")
        #expect(throws: AWSError.self) { try host(.iam, "us-east-1", ["AWS_ENDPOINT_URL": "x"]) }
    }
}
