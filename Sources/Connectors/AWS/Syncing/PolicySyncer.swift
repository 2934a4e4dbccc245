import AWSCalls
import AccessModel
import BatonWire
import ConnectorKit
import Logging

/// Managed policies, of the account and of AWS; who has them is listed with the users, groups and roles.
struct PolicySyncer: ResourceSyncer {
    let type = ResourceType.policy
    let accounts: Accounts
    let onlyAttached: Bool
    /// Whether the policies of AWS come up again with each account below.
    let sharesDocuments: Bool
    let log: Logger

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        var stack = try page.stack(of: type)
        let iam = await accounts.iam(under: parent)
        let found = try await iam.policies(onlyAttached: onlyAttached, after: stack.place)
        let rows = try await found.rows.mapped { policy in
            Resource(
                policy: policy, document: try await document(of: policy, iam, page.session),
                under: policy.isAWSManaged ? nil : parent)
        }
        return Page(rows, next: try stack.following(found.next))
    }

    func entitlements(of policy: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        Page([
            Entitlement(
                "attached", on: policy, grantableTo: [.iamUser, .role, .group, .permissionSet, .assignment],
                displayName: "\(policy.displayName) Managed Policy",
                description: "Has the \(policy.displayName) managed policy in AWS")
        ])
    }

    private func document(of policy: IAMPolicy, _ iam: IAM, _ session: any SessionStore) async throws -> String {
        guard sharesDocuments, policy.isAWSManaged else { return try await document(of: policy, iam) }
        return try await session.value("aws-connector-iam-policy-document:\(policy.arn)") {
            try await document(of: policy, iam)
        }
    }

    /// The policy as JSON; empty when it is gone or may not be read.
    private func document(of policy: IAMPolicy, _ iam: IAM) async throws -> String {
        do {
            return try await iam.document(of: policy)
        } catch let error as AWSError where error.isAbsent || error.isDenied {
            log.warning("policy without its document", metadata: ["policy": "\(policy.arn)", "error": "\(error)"])
            return ""
        }
    }
}

extension Resource {
    /// A managed policy.
    fileprivate init(policy: IAMPolicy, document: String, under parent: ResourceID?) {
        self.init(
            ResourceID(.policy, policy.arn), name: policy.name, description: policy.description, under: parent,
            profile: [
                "aws_policy_name": .text(policy.name), "aws_policy_arn": .text(policy.arn),
                "policy_document": document.isEmpty ? nil : .text(document),
            ], annotations: [SkipGrants(), C1_Connector_V2_RoleTrait()])
    }
}
