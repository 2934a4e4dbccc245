import AWSCalls
import AccessModel
import BatonWire
import ConnectorKit
import CredentialCipher
import Foundation
import SwiftProtobuf
import Testing
import WireForm

@testable import AWSConnector

@Suite(.enabled(if: TestAWS.isThere, TestAWS.absence))
struct `access to AWS` {
    private let aws: TestAWS
    private static let external = String(repeating: "x", count: 32)
    private static let role = "arn:aws:iam::123456789012:role/Audit"
    private static let binding = "arn:aws:iam::123456789012:role/Binding"

    init() throws { aws = try TestAWS() }

    private func assuming(_ more: [String: GivenValue] = [:]) -> [String: GivenValue] {
        ["use-assume": .bool(true), "role-arn": .string(Self.role), "external-id": .string(Self.external)]
            .merging(more) { $1 }
    }

    @Test func `is had by a role with its external id, and not with another one`() async throws {
        try aws.set(["external_ids": [Self.role: Self.external]])
        try await aws.connector(assuming()).validate()
        let calls = try aws.set()
        #expect(calls.prefix(2) == ["sts:AssumeRole", "sts:GetCallerIdentity"])
        let error = await complaint {
            try await aws.connector(assuming(["external-id": .string("another")])).validate()
        }
        #expect(error.contains("role \(Self.role): can't be taken on"))
        #expect(error.contains("Check that the role's trust policy names who asks, and the external ID."), "\(error)")
    }

    @Test func `is had through a role in between, of which errors don't speak`() async throws {
        let two = assuming([
            "global-role-arn": .string(Self.binding), "global-binding-external-id": .string("between"),
            "global-access-key-id": .string("AKIATEST"), "global-secret-access-key": .string("secret"),
        ])
        try aws.set(["external_ids": [Self.role: Self.external, Self.binding: "between"]])
        try await aws.connector(two, variables: ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""]).validate()
        #expect(try aws.set().prefix(3) == ["sts:AssumeRole", "sts:AssumeRole", "sts:GetCallerIdentity"])
        try aws.set(["external_ids": [Self.binding: "changed"]])
        let error = await complaint { try await aws.connector(two).validate() }
        #expect(error.contains("internal binding error") && !error.contains("Binding"), "\(error)")
    }

    @Test(arguments: [
        ("AWS_SECRET_ACCESS_KEY", "wrong", "Check the secret of the access key (AWS_ACCESS_KEY_ID)."),
        ("AWS_ACCESS_KEY_ID", "AKIANOBODY", "Check the access key (AWS_ACCESS_KEY_ID)."),
        ("AWS_SECRET_ACCESS_KEY", "", "AWS_SECRET_ACCESS_KEY: isn't set, but its other half is."),
        ("AWS_ENDPOINT_URL", "nowhere", "make no http or https address"),
        ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1", "connection refused"),
    ])
    func `names what is wrong with credentials and addresses`(name: String, value: String, text: String) async throws {
        let error = await complaint { try await aws.connector(variables: [name: value]).validate() }
        #expect(error.contains(text), "\(error)")
    }

    @Test func `names the permission that is missing`() async throws {
        try aws.fail([
            "call": "iam:ListUsers", "status": 403, "code": "AccessDenied",
            "message":
                "User: arn:aws:iam::123456789012:user/x is not authorized to perform: iam:ListUsers on resource: y",
        ])
        let error = await complaint { try await aws.connector().validate() }
        #expect(error.contains("iam:ListUsers: AccessDenied"))
        #expect(error.hasSuffix("Allow iam:ListUsers in a policy of who asks (AWS_ACCESS_KEY_ID)."), "\(error)")
    }

    @Test func `goes by the clock of AWS when this machine's is wrong`() async throws {
        try await aws.connector(clock: HurriedClock(error: -3600)).validate()
        // A clock that is never right is told about.
        let skewed: [String: Any] = [
            "call": "sts:GetCallerIdentity", "status": 403, "code": "SignatureDoesNotMatch",
            "message": "Signature expired: a is now earlier than b", "times": 9,
        ]
        try aws.fail(skewed)
        let error = await complaint { try await aws.connector().validate() }
        #expect(error.contains("Set the clock, or have it kept by NTP."), "\(error)")
    }

    @Test func `is renewed when a session ends in the middle of a sync`() async throws {
        let connector = try aws.connector(assuming())
        try await connector.validate()
        try aws.set(["expired": ["*"]])
        _ = try await connector.resources("iam_user")
        #expect(try aws.set().contains("sts:AssumeRole"))
        // Keys that nobody can renew say so.
        try aws.set(["expired": ["gone"]])
        let error = await complaint {
            try await aws.connector(variables: ["AWS_SESSION_TOKEN": "gone"]).validate()
        }
        #expect(error.contains("have expired. Get new ones."), "\(error)")
    }

    @Test func `reaches the accounts below by their role, and leaves out those it can't enter`() async throws {
        let place = try aws.organization()
        let child = "arn:aws:iam::\(place.child):role/OrganizationAccountAccessRole"
        let assumed = try aws.call(
            "sts", "assume_role", ["RoleArn": child, "RoleSessionName": "seeding"])["Credentials"]
        #expect(assumed != nil)
        let settings: [String: GivenValue] = ["global-aws-orgs-enabled": .bool(true)]
        let connector = try aws.connector(settings)
        #expect(connector.syncers.map(\.type.id).contains("account_iam"))
        let accounts = try await connector.resources("account_iam")
        func children(_ id: String) throws -> [String] {
            try accounts.first { $0.identity.value == id }?.annotations.all(C1_Connector_V2_ChildResourceType.self)
                .map(\.resourceTypeID) ?? []
        }
        #expect(try children(place.child) == ["iam_user", "role", "group", "iam_policy"])
        #expect(try children(TestAWS.account).isEmpty)
        _ = try await connector.resources("iam_user", under: ResourceID("account_iam", place.child))

        try aws.set(["external_ids": [child: "secret handshake"]])
        let other = try aws.connector(settings)
        let closed = try await other.resources("account_iam").first { $0.identity.value == place.child }
        #expect(try closed?.annotations.all(C1_Connector_V2_ChildResourceType.self).isEmpty == true)
        try aws.set(["external_ids": [:] as [String: String]])
        // Whether it can be entered must not be guessed: what may pass ends the listing.
        try aws.fail([
            "call": "sts:AssumeRole", "status": 503, "code": "ServiceUnavailable", "message": "later", "times": 99,
        ])
        let error = await #expect(throws: AWSError.self) {
            try await aws.connector(settings).resources("account_iam")
        }
        #expect(error?.statusCode == .unavailable)
    }

    @Test func `is never mistaken for an answer when credentials are refused in the middle`() async throws {
        let place = try aws.organization()
        let child = "arn:aws:iam::\(place.child):role/OrganizationAccountAccessRole"
        let connector = try aws.connector(["global-aws-orgs-enabled": .bool(true)])
        try aws.set(["external_ids": [child: "no longer"]])
        // Attached policies that may not be read are left out, but these are not: nobody was asked.
        let user = Resource(
            ResourceID("iam_user", "arn:aws:iam::\(place.child):user/x"), name: "x",
            under: ResourceID("account_iam", place.child))
        let error = await complaint { _ = try await connector.grants(on: user) }
        #expect(error.contains("can't be taken on"), "\(error)")
    }

    @Test func `hands out sessions for tokens of others, encrypted`() async throws {
        // The pair of the test vectors of age.
        let recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
        let identity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
        let action = try #require(try aws.connector().actions.first)
        #expect(action.schema.name == "assume_role_with_web_identity")
        #expect(action.schema.arguments.first { $0.name == "web_identity_token" }?.isSecret == true)
        var arguments: Profile = [
            "role_arn": .text(Self.role), "web_identity_token": .text("a.b.c"), "age_recipient": .text(recipient),
            "session_name": .text("ada@corp"), "duration_seconds": .number(900),
        ]
        let result = try await action.perform(ActionArguments(arguments))
        let sealed = try #require(result.string("encrypted_credentials").flatMap { Data(base64Encoded: $0) })
        let opened = try CredentialKey(parsing: identity).decrypt(Array(sealed))
        let json = try JSONValue(parsing: opened)
        #expect(json["access_key_id"]?.string?.hasPrefix("ASIA") == true && json["session_token"]?.string != nil)
        #expect(json["expiration"]?.string == result.string("expiration"))
        #expect(result.string("assumed_role_arn") == "arn:aws:sts::123456789012:assumed-role/Audit/ada@corp")
        for (name, value) in [
            ("duration_seconds", Google_Protobuf_Value.number(899)), ("session_name", .text("x")),
            ("age_recipient", .text("age1nobody")), ("policy_json", .text("{")), ("role_arn", .text(" ")),
        ] {
            var wrong = arguments
            wrong.fields[name] = value
            let error = await complaint { _ = try await action.perform(ActionArguments(wrong)) }
            #expect(error.contains(name) || error.contains("age"), "\(error)")
        }
        arguments.fields["policy_json"] = .text(#"{"Version":"2012-10-17","Statement":[]}"#)
        _ = try await action.perform(ActionArguments(arguments))
    }
}
