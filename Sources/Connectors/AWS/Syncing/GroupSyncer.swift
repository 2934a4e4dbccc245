import AWSCalls
import AccessModel
import BatonWire
import ConnectorKit
import Logging

/// Groups of IAM, their members, and the managed policies they have.
struct GroupSyncer: ResourceSyncer {
    static let member = "member"
    /// What tokens call the second part of the grants.
    private static let policyPhase = "attached_policies"

    let type = ResourceType.group
    let accounts: Accounts
    let policies: AttachedPolicies

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        var stack = try page.stack(of: type)
        let found = try await accounts.iam(under: parent).groups(after: stack.place)
        return Page(found.rows.map { Resource(group: $0, under: parent) }, next: try stack.following(found.next))
    }

    func entitlements(of group: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        Page([
            Entitlement(
                Self.member, on: group, grantableTo: [.iamUser], displayName: "\(group.displayName) Group Member",
                description: "Is member of the \(group.displayName) IAM group in AWS",
                v1ID: Entitlement.v1ID(on: group.identity))
        ])
    }

    func grants(on group: Resource, page: PageRequest) async throws -> Page<Grant> {
        var stack = try page.stack(of: type)
        let iam = await accounts.iam(under: group.parent)
        if stack.current?.type == Self.policyPhase { return try await attachments(of: group, iam, &stack, after: []) }
        let found: Listing<IAMUser>
        do {
            found = try await iam.members(ofGroup: ARN.name(of: group.identity), after: stack.place)
        } catch let error as AWSError where error.isAbsent {
            policies.log.warning("group is gone", metadata: ["resource": "\(group.identity)", "error": "\(error)"])
            return Page([])
        }
        let members = found.rows.map { Grant.membership(Self.member, of: ResourceID(.iamUser, $0.arn), in: group) }
        if let next = found.next { return Page(members, next: try stack.following(next)) }
        guard policies.areListed else { return Page(members) }
        stack.push(.init(type: Self.policyPhase))
        return try await attachments(of: group, iam, &stack, after: members)
    }

    private func attachments(
        of group: Resource, _ iam: IAM, _ stack: inout PageStack, after members: [Grant]
    ) async throws -> Page<Grant> {
        let found = try await policies.grants(of: group.identity, .group, in: iam, after: stack.place)
        // The members, which lie below, are done.
        return Page(members + found.rows, next: found.next == nil ? nil : try stack.following(found.next))
    }
}

extension Resource {
    /// A group of IAM.
    fileprivate init(group: IAMGroup, under parent: ResourceID?) {
        self.init(
            ResourceID(.group, group.arn), name: group.name, under: parent,
            profile: [
                "aws_arn": .text(group.arn), "aws_path": .text(group.path), "aws_group_type": .text("iam"),
                "aws_group_name": .text(group.name), "aws_group_id": .text(group.id),
            ],
            annotations: [
                v1Identifier(group.arn), children(ResourceType.inlinePolicy.id), C1_Connector_V2_GroupTrait(),
            ])
    }
}
