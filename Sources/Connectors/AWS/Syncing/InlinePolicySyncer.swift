import AWSCalls
import AccessModel
import BatonWire
import ConnectorKit
import Logging

/// Policies that are written into users, groups, roles and permission sets.
struct InlinePolicySyncer: ResourceSyncer {
    let type = ResourceType.inlinePolicy
    let accounts: Accounts
    /// Nil without Identity Center, where there are no permission sets.
    let directory: IdentityDirectory?
    let log: Logger

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard let parent else { return Page([]) }
        if parent.type == ResourceType.permissionSet.id { return try await policy(ofPermissionSet: parent) }
        guard let holder = IAM.Holder(parent.type) else { return Page([]) }
        var stack = try page.stack(of: type)
        let iam = try await accounts.iam(holding: parent)
        let name = try ARN.name(of: parent)
        let found: Listing<String>
        do {
            found = try await iam.inlinePolicies(of: holder, name, after: stack.place)
        } catch let error as AWSError where error.isAbsent {
            return Page([])
        }
        let rows = try await found.rows.mapped { policy in
            Resource(
                inlinePolicy: policy, document: try await document(of: policy, holder, name, iam), in: parent,
                description: "Inline policy \(policy) attached to \(parent.type) IAM \(parent.value)")
        }
        return Page(rows, next: try stack.following(found.next))
    }

    func entitlements(of policy: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        Page([
            Entitlement(
                "attached", on: policy, grantableTo: [try Self.holderType(of: policy)],
                displayName: "\(policy.displayName) Inline Policy",
                description: "Has the \(policy.displayName) inline policy in AWS")
        ])
    }

    func grants(on policy: Resource, page: PageRequest) async throws -> Page<Grant> {
        guard let parent = policy.parent else { throw Self.orphaned(policy) }
        return Page([Grant("attached", on: policy, to: parent).expandingToMembers()])
    }

    /// The policy of a permission set, which has one without a name, or none.
    private func policy(ofPermissionSet id: ResourceID) async throws -> Page<Resource> {
        guard let directory else { return Page([]) }
        let document: String
        do {
            document = try await directory.center.inlinePolicy(of: id.value, directory.instance())
        } catch let error as AWSError where error.isAbsent || error.isDenied {
            log.warning("inline policy left out", metadata: ["resource": "\(id)", "error": "\(error)"])
            return Page([])
        }
        guard !document.isEmpty else { return Page([]) }
        return Page([
            Resource(
                inlinePolicy: "inline", document: document, in: id,
                description: "Inline policy attached to permission set \(id.value)")
        ])
    }

    private func document(of policy: String, _ holder: IAM.Holder, _ name: String, _ iam: IAM) async throws -> String {
        do {
            return try await iam.document(ofInlinePolicy: policy, in: holder, name)
        } catch let error as AWSError where error.isAbsent || error.isDenied {
            log.warning(
                "inline policy without its document",
                metadata: ["policy": "\(policy)", "holder": "\(name)", "error": "\(error)"])
            return ""
        }
    }

    private static func holderType(of policy: Resource) throws -> ResourceType {
        let types: [ResourceType] = [.iamUser, .role, .group, .permissionSet]
        guard let parent = policy.parent, let type = types.first(where: { $0.id == parent.type }) else {
            throw orphaned(policy)
        }
        return type
    }

    private static func orphaned(_ policy: Resource) -> ServiceError {
        ServiceError(.invalidArgument, "\(policy.identity): lacks the user, group, role or permission set it is in.")
    }
}

extension Resource {
    /// A policy written into something else, whose id begins its own.
    fileprivate init(inlinePolicy name: String, document: String, in parent: ResourceID, description: String) {
        self.init(
            ResourceID(.inlinePolicy, "\(parent.value)::inline::\(name)"), name: name, description: description,
            under: parent,
            profile: [
                "aws_policy_name": .text(name), "aws_parent_arn": .text(parent.value),
                "policy_document": document.isEmpty ? nil : .text(document),
            ], annotations: [C1_Connector_V2_RoleTrait()])
    }
}
