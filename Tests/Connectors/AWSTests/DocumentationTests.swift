import BuiltConnectors
import Foundation
import Testing
import WireForm

@Suite(.enabled(if: TestAWS.hasSeed, TestAWS.seedAbsence))
struct `the documentation of the connector` {
    private static let page: String = {
        let root = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        return (try? String(contentsOf: root.appending(path: "docs/connectors/aws.md"), encoding: .utf8)) ?? ""
    }()

    private static func blocks(_ kind: String) -> [String] {
        page.components(separatedBy: "```\(kind)\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
    }

    /// What the policy of that name allows.
    private static func allowed(_ sid: String) throws -> Set<String> {
        for block in blocks("json") {
            let policy = try JSONValue(parsing: Array(block.utf8))
            for statement in policy["Statement"]?.elements ?? [] where statement["Sid"]?.string == sid {
                return Set(statement["Action"]?.elements.compactMap(\.string) ?? [])
            }
        }
        return []
    }

    /// Calls that no policy has to allow.
    private static let free: Set = ["sts:GetCallerIdentity"]

    @Test func `asks for the permissions that a sync needs, and for no others`() throws {
        let aws = try TestAWS()
        try aws.seed()
        _ = try aws.organization()
        // Every kind of policy in every kind of holder.
        try aws.call(
            "iam", "put_role_policy",
            [
                "RoleName": "deploy", "PolicyName": "own",
                "PolicyDocument":
                    #"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}"#,
            ])
        try aws.set()
        let iam = try BuiltConnector(asking: aws)("--sync-secrets")
        #expect(iam.status == 0, "\(iam.errors)")
        #expect(Set(try aws.set()).subtracting(Self.free) == (try Self.allowed("Read")))
        let all = try BuiltConnector(asking: aws)(
            "--global-aws-orgs-enabled", "--global-aws-sso-enabled", "--sync-secrets")
        #expect(all.status == 0, "\(all.errors)")
        let needed = Set(try aws.set()).subtracting(Self.free)
        #expect(needed.subtracting(try Self.allowed("Read")) == (try Self.allowed("ReadOrganization")))
    }

    @Test func `has commands that work, one after the other`() throws {
        let aws = try TestAWS()
        try aws.seed()
        _ = try aws.organization()
        try aws.call(
            "iam", "create_role",
            [
                "RoleName": "Audit",
                "AssumeRolePolicyDocument": #require(
                    Self.blocks("json").first { $0.contains("sts:ExternalId") }?.replacing("\n", with: "")),
            ])
        try aws.set(["external_ids": ["arn:aws:iam::123456789012:role/Audit": "choose-32-to-64-characters-at-random"]])
        var variables = aws.variables
        variables["AWS_ACCESS_KEY_ID"] = nil
        variables["AWS_SECRET_ACCESS_KEY"] = nil
        let program = try BuiltConnector("baton-aws", variables)
        let profiles = program.folder.appending(path: "credentials")
        // The profile that the page speaks of.
        try Data("[audit]\naws_access_key_id = AKIATEST\naws_secret_access_key = secret\n".utf8)
            .write(to: profiles)
        let place = URL(filePath: BuiltConnector.path(of: "baton-aws")).deletingLastPathComponent().path
        let more = [
            "AWS_SHARED_CREDENTIALS_FILE": profiles.path, "BATON_LOG_LEVEL": "warn", "PATH": "\(place):/usr/bin:/bin",
        ]
        let commands = Self.blocks("sh")
        #expect(commands.count == 5)
        let script = "set -eu\n" + commands.joined()
        let outcome = try program.finish(running: "/bin/sh", ["-c", script], more)
        #expect(outcome.status == 0, "\(outcome.errors)\n\(outcome.output)")
        #expect(outcome.output.contains("iam_policy:arn:aws:iam::123456789012:policy/AdminThing:attached"))
        #expect(outcome.output.contains("Admin Permission Set"), "\(outcome.output)")
        let calls = Set(try aws.set())
        let changes = try Self.allowed("Change")
        let done = calls.intersection(changes)
        #expect(
            done.isSuperset(of: ["iam:CreateUser", "iam:AddUserToGroup", "iam:RemoveUserFromGroup", "iam:DeleteUser"]))
        #expect(calls.subtracting(changes).contains("sts:AssumeRole"))
        #expect(try aws.call("iam", "get_user", ["UserName": "grace"])["error"] != nil)
    }
}
