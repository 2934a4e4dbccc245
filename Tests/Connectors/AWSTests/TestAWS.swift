import AccessModel
import BuiltConnectors
import ConnectorHTTP
import ConnectorKit
import Foundation
import Logging
import PythonServices
import Synchronization
import Testing
import WireForm

@testable import AWSConnector

/// AWS in a process of its own: moto behind checks of signatures, with faults on demand.
final class TestAWS: Sendable {
    private let service: PythonService
    let port: Int

    /// Whether it can be started.
    static let isThere = PythonService.hasPackage("moto")
    /// What a test says that can't start it.
    static let absence = Comment(rawValue: PythonService.absence(of: "moto"))

    /// Whether it can be started and filled with what the golden files were made from.
    static let hasSeed = isThere && GoldenFiles.areAvailable
    /// What a test says that can't fill it.
    static let seedAbsence: Comment =
        "NOT COMPARED with the reference: its files (LANTERN_FIXTURES) or moto are missing"

    /// The account that everybody is in who has keys of their own.
    static let account = "123456789012"

    init() throws {
        service = try PythonService(
            "aws-service.py", besides: #filePath,
            environment: ["AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"])
        port = try #require(Int(service.greeting))
    }

    /// The variables of somebody who may do everything.
    var variables: [String: String] {
        [
            "AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:\(port)", "HOME": "/nowhere", "AWS_EC2_METADATA_DISABLED": "true",
        ]
    }

    /// Fills it with what the golden files were made from.
    func seed() throws {
        _ = try service.tell(["run": GoldenFiles.source("aws_moto_seed.py")])
    }

    /// Does something behind the connector's back, through boto3; an error of AWS comes back under `error`.
    ///
    /// - Parameter role: who does it; nil for somebody of the own account.
    @discardableResult
    func call(
        _ name: String, _ action: String, _ arguments: [String: Any] = [:], as role: String? = nil
    ) throws -> JSONValue {
        let words: [Any] = [name, action, arguments] + (role.map { [$0] } ?? [])
        return try JSONValue(parsing: Array(service.tell(["do": words]).utf8))
    }

    /// Changes how it behaves from now on, and returns the calls made since the last time.
    @discardableResult
    func set(_ words: [String: Any] = [:]) throws -> [String] {
        struct Seen: Decodable { let calls: [String] }
        return try service.tell(["set": words], Seen.self).calls
    }

    /// Makes these calls fail from now on, in place of others.
    func fail(_ faults: [String: Any]...) throws { try set(["faults": faults]) }

    /// A connector with these settings.
    func connector(
        _ settings: [String: GivenValue] = [:], variables: [String: String] = [:], types: [String] = [],
        clock: any ClientClock = HurriedClock(),
        log: Logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    ) throws -> AWSConnector {
        let configuration = AWSConfiguration()
        for setting in configuration.settings {
            if let value = settings[setting.declaration.name] { setting.take(value) }
        }
        return try AWSConnector(
            configuration, context: ConnectorContext(log: log, resourceTypes: types),
            variables: self.variables.merging(variables) { $1 }, clock: clock)
    }
}

extension TestAWS {
    /// What an organization with Identity Center looks like.
    struct Organization {
        let instance: String
        let store: String
        let root: String
        let unit: String
        let child: String
        let permissionSet: String
        let person: String
        let other: String
        let group: String

        static let settings: [String: GivenValue] = [
            "global-aws-orgs-enabled": .bool(true), "global-aws-sso-enabled": .bool(true),
        ]

        func user(_ id: String) -> ResourceID {
            ResourceID("sso_user", "arn:aws:identitystore:us-east-1::\(store)/user/\(id)")
        }
        var groupID: ResourceID {
            ResourceID("sso_group", "arn:aws:identitystore:us-east-1::\(store)/group/\(group)")
        }
    }

    /// Makes an organization with a unit, an account in it, two people of whom one is in a group, and a permission set that the
    /// group has in that account.
    func organization() throws -> Organization {
        func text(_ value: JSONValue, _ path: String...) throws -> String {
            try #require(path.reduce(Optional(value)) { $0?[$1] }?.string, "\(value.text)")
        }
        try call("organizations", "create_organization", ["FeatureSet": "ALL"])
        let root = try text(call("organizations", "list_roots")["Roots"]?.elements.first ?? .null, "Id")
        let unit = try text(
            call("organizations", "create_organizational_unit", ["ParentId": root, "Name": "engineering"]),
            "OrganizationalUnit", "Id")
        let child = try text(
            call("organizations", "create_account", ["Email": "child@corp.example", "AccountName": "child"]),
            "CreateAccountStatus", "AccountId")
        try call(
            "organizations", "move_account",
            ["AccountId": child, "SourceParentId": root, "DestinationParentId": unit])
        let instances = try call("sso-admin", "list_instances")["Instances"]?.elements.first ?? .null
        let (instance, store) = (try text(instances, "InstanceArn"), try text(instances, "IdentityStoreId"))
        func person(_ name: String, _ given: String) throws -> String {
            try text(
                call(
                    "identitystore", "create_user",
                    [
                        "IdentityStoreId": store, "UserName": name, "DisplayName": "\(given) Example",
                        "Name": ["GivenName": given, "FamilyName": "Example"],
                        "Emails": [["Value": "\(given.lowercased())@corp.example", "Type": "work", "Primary": true]],
                    ]), "UserId")
        }
        let (ada, bram) = (try person("ada@corp.example", "Ada"), try person("bram", "Bram"))
        let group = try text(
            call("identitystore", "create_group", ["IdentityStoreId": store, "DisplayName": "admins"]), "GroupId")
        try call(
            "identitystore", "create_group_membership",
            ["IdentityStoreId": store, "GroupId": group, "MemberId": ["UserId": ada]])
        let set = try text(
            call(
                "sso-admin", "create_permission_set",
                ["InstanceArn": instance, "Name": "Admin", "Description": "Everything"]), "PermissionSet",
            "PermissionSetArn")
        try call(
            "sso-admin", "attach_managed_policy_to_permission_set",
            [
                "InstanceArn": instance, "PermissionSetArn": set,
                "ManagedPolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
            ])
        try call(
            "sso-admin", "attach_customer_managed_policy_reference_to_permission_set",
            [
                "InstanceArn": instance, "PermissionSetArn": set,
                "CustomerManagedPolicyReference": ["Name": "Own", "Path": "/team/"],
            ])
        try call(
            "sso-admin", "put_inline_policy_to_permission_set",
            ["InstanceArn": instance, "PermissionSetArn": set, "InlinePolicy": "{\"Version\":\"2012-10-17\"}"])
        try call(
            "sso-admin", "create_account_assignment",
            [
                "InstanceArn": instance, "TargetId": child, "TargetType": "AWS_ACCOUNT", "PermissionSetArn": set,
                "PrincipalType": "GROUP", "PrincipalId": group,
            ])
        return Organization(
            instance: instance, store: store, root: root, unit: unit, child: child, permissionSet: set, person: ada,
            other: bram, group: group)
    }
}

/// A clock that doesn't wait: what would be slept passes at once.
final class HurriedClock: ClientClock {
    private let slept = Mutex(Duration.zero)
    /// How far it is wrong.
    let error: TimeInterval

    init(error: TimeInterval = 0) { self.error = error }

    var now: Date { Date().addingTimeInterval(error + Double(slept.withLock { $0 }.components.seconds)) }

    var uptime: Duration { slept.withLock { $0 } }

    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        // Whoever waits for an answer waits for the real one.
        guard duration < .seconds(25) else { return try await Task.sleep(for: duration) }
        slept.withLock { $0 += duration }
    }

    /// How much was slept.
    var rested: Duration { slept.withLock { $0 } }
}
