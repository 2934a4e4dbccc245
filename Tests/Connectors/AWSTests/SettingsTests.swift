import AccessModel
import BatonWire
import BuiltConnectors
import ConnectorHTTP
import ConnectorKit
import Foundation
import Logging
import Testing

@testable import AWSConnector

@Suite struct `settings of the connector` {
    private func connector(_ settings: [String: GivenValue], types: [String] = []) throws -> AWSConnector {
        let configuration = AWSConfiguration()
        for setting in configuration.settings {
            if let value = settings[setting.declaration.name] { setting.take(value) }
        }
        return try AWSConnector(
            configuration, context: ConnectorContext(log: Logger(label: "test"), resourceTypes: types),
            variables: ["HOME": "/nowhere"], clock: SystemClock())
    }

    @Test(arguments: [
        ("arn:aws:iam::123456789012:role/Audit", ""), ("arn:aws:iam::123456789012:role/a/path/Audit+=,.@_-1", ""),
        ("Audit", "is no ARN"), ("arn:aws-cn:iam::123456789012:role/Audit", "another partition"),
        ("arn:aws:iam::123456789012:user/Audit", "names no role"),
        ("arn:aws:iam:us-east-1:123456789012:role/Audit", "names no role"),
        ("arn:aws:sts::123456789012:role/Audit", "names no role"),
        ("arn:aws:iam::12345678901:role/Audit", "account of 12 digits"),
        ("arn:aws:iam::12345678901x:role/Audit", "account of 12 digits"),
        ("arn:aws:iam::123456789012:role/Au dit", "characters"), ("arn:aws:iam::123456789012:role/", "characters"),
        ("arn:aws:iam::123456789012:role/\(String(repeating: "x", count: 65))", "characters"),
        ("arn:aws:iam::123456789012:role/Äudit", "characters"),
    ])
    func `tell wrong roles`(role: String, problem: String) async {
        let settings: [String: GivenValue] = ["use-assume": .bool(true), "role-arn": .string(role)]
        guard !problem.isEmpty else {
            #expect(throws: Never.self) { try connector(settings) }
            return
        }
        let error = await complaint { _ = try connector(settings) }
        #expect(error.hasPrefix("role-arn: ") && error.contains(problem), "\(error)")
    }

    @Test(arguments: [31, 65]) func `ask for an external id of the right length where there is a role in between`(
        length: Int
    ) async {
        let role = GivenValue.string("arn:aws:iam::123456789012:role/Audit")
        let settings: [String: GivenValue] = [
            "use-assume": .bool(true), "role-arn": role, "global-role-arn": role,
            "external-id": .string(String(repeating: "x", count: length)),
        ]
        #expect(await complaint { _ = try connector(settings) }.contains("external-id: must have 32 to 64 bytes"))
    }

    @Test func `that need each other say so`() async {
        #expect(
            await complaint { _ = try connector(["global-aws-sso-enabled": .bool(true)]) }.contains(
                "SSO Support requires Org support to also be enabled. Please enable both"))
        #expect(
            await complaint { _ = try connector(["create-account-resource-type": .string("sso_user")]) }.contains(
                "needs global-aws-sso-enabled"))
        #expect(
            await complaint { _ = try connector(["global-access-key-id": .string("x")]) }.contains(
                "global-secret-access-key: isn't set"))
        #expect(
            await complaint { _ = try connector(["iam-assume-role-name": .string("a b")]) }.contains(
                "iam-assume-role-name"))
    }

    private static let iam = ["group", "iam_policy", "iam_user", "inline_policy", "role"]

    @Test(arguments: [
        ([], iam), (["sync-secrets"], iam + ["access-key"]), (["global-aws-orgs-enabled"], iam + ["account_iam"]),
        (
            ["global-aws-orgs-enabled", "global-aws-sso-enabled"],
            iam + [
                "account", "organization", "organizational_unit", "permission_set", "permission_set_assignment",
                "sso_group", "sso_user",
            ]
        ),
        (
            ["global-aws-orgs-enabled", "global-aws-sso-enabled", "global-aws-cross-account-iam-enabled"],
            iam + [
                "account", "account_iam", "organization", "organizational_unit", "permission_set",
                "permission_set_assignment", "sso_group", "sso_user",
            ]
        ),
    ])
    func `decide which types there are`(settings: [String], types: [String]) throws {
        let connector = try connector(Dictionary(uniqueKeysWithValues: settings.map { ($0, .bool(true)) }))
        #expect(connector.syncers.map(\.type.id).sorted() == types.sorted())
        #expect(connector.allSyncers.count == 14)
    }
}

@Suite struct `the program` {
    @Test func `describes all types and settings, whatever is set`() throws {
        let program = try BuiltConnector("baton-aws", ["HOME": "/nowhere"])
        let capabilities = try program("capabilities")
        #expect(capabilities.status == 0, "\(capabilities.errors)")
        let manifest = try capabilities.json()
        let types = try #require(manifest["resourceTypeCapabilities"] as? [[String: Any]])
        let summary = types.map { type in
            let id = (type["resourceType"] as? [String: Any])?["id"] as? String ?? ""
            let capabilities = (type["capabilities"] as? [String] ?? []).map { $0.replacing("CAPABILITY_", with: "") }
            let permissions = ((type["permissions"] as? [String: Any])?["permissions"] as? [Any])?.count ?? 0
            return "\(id) \(capabilities.joined(separator: ",")) \(permissions) \(type["optInRequired"] ?? "")"
        }
        // As baton_capabilities.json of the reference has them.
        #expect(
            summary == [
                "access-key SYNC 2 ", "account SYNC,PROVISION 25 ", "account_iam SYNC 1 ", "group SYNC,PROVISION 5 ",
                "iam_policy SYNC,PROVISION 9 ", "iam_user SYNC,ACCOUNT_PROVISIONING,RESOURCE_DELETE 22 ",
                "inline_policy SYNC,PROVISION 10 ", "organization SYNC 2 true", "organizational_unit SYNC 1 true",
                "permission_set SYNC 4 true", "permission_set_assignment SYNC,PROVISION 11 true", "role SYNC 3 ",
                "sso_group SYNC,PROVISION 6 ", "sso_user SYNC,ACCOUNT_PROVISIONING,RESOURCE_DELETE 4 ",
            ])
        let schema = try program("config")
        #expect(schema.output.contains(#""type": "STRING_FIELD_TYPE_RANDOM""#))
        #expect(schema.output.contains(#""iconUrl": "/static/app-icons/aws.svg""#))
        #expect(schema.output.contains(#""name": "create-account-resource-type""#))
    }

    @Test func `takes the kind of new accounts as a setting that a sync doesn't mind`() throws {
        let variables = [
            "HOME": "/nowhere", "BATON_CREATE_ACCOUNT_RESOURCE_TYPE": "iam_user", "AWS_EC2_METADATA_DISABLED": "true",
        ]
        let program = try BuiltConnector("baton-aws", variables)
        let sync = try program()
        #expect(sync.errors.contains("no AWS credentials. Set AWS_ACCESS_KEY_ID"), "\(sync.errors)")
        #expect(sync.status == 16)
        let email = try program("--create-account-email", "x@y")
        #expect(email.errors.contains("create-account-email: say who"), "\(email.errors)")
    }
}
