import AWSCalls
import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

/// Groups of Identity Center, and their members.
struct DirectoryGroupSyncer: ResourceSyncer {
    static let member = "member"

    let type = ResourceType.ssoGroup
    let directory: IdentityDirectory

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        var stack = try page.stack(of: type)
        let names = try await directory.names()
        let found = try await directory.store.groups(in: names.identityStore, after: stack.place)
        return Page(
            found.rows.map { Resource(group: $0, as: names.group($0.id)) }, next: try stack.following(found.next))
    }

    func entitlements(of group: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        Page([
            Entitlement(
                Self.member, on: group, grantableTo: [.ssoUser], displayName: "\(group.displayName) Group Member",
                description: "Is member of the \(group.displayName) SSO group in AWS",
                v1ID: Entitlement.v1ID(on: group.identity))
        ])
    }

    func grants(on group: Resource, page: PageRequest) async throws -> Page<Grant> {
        var stack = try page.stack(of: type)
        let names = try await directory.names()
        let found = try await directory.store.memberships(
            ofGroup: DirectoryNames.id(of: group.identity), in: names.identityStore, after: stack.place)
        let grants = found.rows.compactMap { membership in
            membership.member?.user.map { Self.grant(membership.id, of: names.user($0), in: group) }
        }
        return Page(grants, next: try stack.following(found.next))
    }

    /// A membership, known by the id that the identity store has for it, which is what it is ended by.
    static func grant(_ membership: String?, of user: ResourceID, in group: Resource) -> Grant {
        var grant = Grant.membership(member, of: user, in: group)
        if let membership, !membership.isEmpty { grant.id = membership }
        return grant
    }
}

extension Resource {
    /// A group of Identity Center.
    fileprivate init(group: IdentityStore.Group, as id: ResourceID) {
        self.init(
            id, name: group.name ?? "",
            profile: [
                "aws_group_type": .text("sso"), "aws_group_name": .text(group.name ?? ""),
                "aws_group_id": .text(group.id), "external_ids": group.externalIDs.flatMap(\.value),
            ], annotations: [v1Identifier(id.value), C1_Connector_V2_GroupTrait()])
    }
}

extension [IdentityStore.ExternalID] {
    /// The ids as a profile has them; nil when there are none.
    var value: Google_Protobuf_Value? {
        isEmpty ? nil : .maps(map { [("id", $0.id ?? ""), ("issuer", $0.issuer ?? "")] })
    }
}
