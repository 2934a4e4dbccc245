import AWSCalls
import AccessModel
import ConnectorKit
import Logging

/// The permission sets of Identity Center, which a sync asks about again and again: what was told once is kept in its session.
struct PermissionSets: Sendable {
    let directory: IdentityDirectory
    let log: Logger

    /// How many permission sets are looked at for one page.
    static let batch = 25

    /// The ids of all.
    func all(_ session: any SessionStore) async throws -> [String] {
        try await session.value("all-permission-set-ids") {
            let instance = try await directory.instance()
            return try await Listing.all { try await directory.center.permissionSets(in: instance, after: $0) }
        }
    }

    /// The ids of those in an account.
    func ofAccount(_ account: String, _ session: any SessionStore) async throws -> [String] {
        try await session.value("permission-set-ids:\(account)") {
            try await directory.center.permissionSets(in: directory.instance(), ofAccount: account)
        }
    }

    /// What is known of one.
    func one(_ arn: String, _ session: any SessionStore) async throws -> IdentityCenter.PermissionSet {
        try await session.value("permission-set:\(arn)") {
            try await directory.center.permissionSet(arn, in: directory.instance())
        }
    }

    /// The policies that AWS has for all accounts, in a permission set.
    func managedPolicies(
        in arn: String, _ session: any SessionStore
    ) async throws -> [IdentityCenter.ManagedPolicy] {
        try await session.value("aws-connector-ps-managed-policies:\(arn)") {
            let instance = try await directory.instance()
            return try await leavingOut(arn) {
                try await Listing.all { try await directory.center.managedPolicies(in: arn, instance, after: $0) }
            }
        }
    }

    /// The policies that each account has for itself, in a permission set.
    func policyReferences(
        in arn: String, _ session: any SessionStore
    ) async throws -> [IdentityCenter.PolicyReference] {
        try await session.value("aws-connector-ps-customer-policies:\(arn)") {
            let instance = try await directory.instance()
            return try await leavingOut(arn) {
                try await Listing.all { try await directory.center.policyReferences(in: arn, instance, after: $0) }
            }
        }
    }

    /// Nothing, and a warning, when the permission set is gone or its policies may not be read.
    private func leavingOut<Row>(_ arn: String, _ list: () async throws -> [Row]) async throws -> [Row] {
        do {
            return try await list()
        } catch let error as AWSError where error.isAbsent || error.isDenied {
            log.warning(
                "policies of a permission set left out", metadata: ["permission_set": "\(arn)", "error": "\(error)"])
            return []
        }
    }
}
