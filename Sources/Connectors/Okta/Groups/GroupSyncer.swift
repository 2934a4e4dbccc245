import AccessModel
import BatonWire
import ConnectorHTTP
import ConnectorKit
import Logging
import SwiftProtobuf
import WireForm

/// The groups, with their members and the administrator roles they bring.
struct GroupSyncer: TargetedSyncer {
    static let member = "member"

    let type = OktaTypes.group
    let okta: OktaClient
    let filter: EmailDomainFilter
    let skipsAppGroups: Bool
    /// Which administrator roles are listed.
    let roles: ListedRoles

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard parent == nil else { return Page([]) }
        return try await okta.groups(after: page.token, size: page.size).page(resource)
    }

    func resource(_ id: ResourceID, under parent: ResourceID?, session: any SessionStore) async throws -> Resource? {
        guard let group = try await okta.group(id.value) else { return nil }
        var found = try resource(group)
        if found?.profile.fields["users_count"]?.numberValue == 0 { found?.annotations.append(carrying: SkipGrants()) }
        return found
    }

    /// The group as a resource; nil when it is left out.
    func resource(_ group: JSONValue) throws -> Resource? {
        let source = GroupSource(raw: group.text("type"))
        guard !(skipsAppGroups && source == .appImported) else { return nil }
        return try Resource(group: group, from: source)
    }

    func entitlements(of group: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        var membership = Entitlement.assignment(
            Self.member, on: group, grantableTo: OktaTypes.user, displayName: "\(group.displayName) Group Member",
            description: "Member of \(group.displayName) group in Okta")
        membership.annotations = [Annotation(carrying: V1Identifier.membership(group.identity.value))]
        return Page([membership])
    }

    func grants(on group: Resource, page: PageRequest) async throws -> Page<Grant> {
        var lists = try PageStack(token: page.token)
        if lists.current == nil {
            lists.push(.init(type: OktaTypes.role.id))
            if !group.isEmptyGroup { lists.push(.init(type: OktaTypes.user.id)) }
        }
        guard let list = lists.current else { return Page([]) }
        if list.type == OktaTypes.role.id {
            return Page(try await roleGrants(of: group), next: try lists.next(nil))
        }
        let members = try await memberGrants(on: group, after: list.token, page)
        return Page(members.rows, next: try lists.next(members.next), annotations: members.annotations)
    }

    private func memberGrants(on group: Resource, after: String, _ page: PageRequest) async throws -> Page<Grant> {
        let members = try await okta.members(ofGroup: group.identity.value, after: after, size: page.size)
        return try members.page { user in
            guard filter.admits(profile: user["profile"] ?? .null) else { return nil }
            return Grant.membership(
                of: ResourceID(OktaTypes.user, try user.required("id", of: "member of a group")), in: group.identity)
        }
    }

    /// The roles that all members have.
    private func roleGrants(of group: Resource) async throws -> [Grant] {
        guard roles.listsAny else { return [] }
        do {
            return try await okta.roles(ofGroup: group.identity.value).compactMap { assignment in
                guard assignment.isActive, assignment.holder == .group, let role = roles.role(of: assignment) else {
                    return nil
                }
                let grant = Grant.role(role, to: group.identity)
                return group.isEmptyGroup ? grant : grant.expanding(Self.member, shallow: true)
            }
        } catch let refusal as OktaRefusal where refusal.isDenied {
            // Not every administrator may see roles, and those of groups are told of by the people who have them, too.
            okta.log.debug("the roles of a group can't be seen", metadata: ["group": "\(group.identity)"])
            return []
        }
    }
}

extension Grant {
    /// Somebody's membership in a group.
    static func membership(of member: ResourceID, in group: ResourceID) -> Grant {
        Grant(
            GroupSyncer.member, on: group, to: member,
            annotations: [V1Identifier.grant(of: .membership(group.value), to: member)])
    }
}

extension Resource {
    /// Whether Okta counted no members when the group was listed.
    fileprivate var isEmptyGroup: Bool {
        guard case .numberValue(let count)? = profile.fields["users_count"]?.kind else { return false }
        return count == 0
    }
}

extension OktaClient {
    /// One page of all groups.
    func groups(after: String, size: Int?) async throws -> Listed {
        try await list(
            "/api/v1/groups", after: after, most: 200, size: size, query: [QueryParameter("expand", "stats")],
            needs: .groupsRead)
    }

    /// A group; nil when there is none.
    func group(_ id: String, isFresh: Bool = false) async throws -> JSONValue? {
        try await existing(
            "/api/v1/groups/\(id)", query: [QueryParameter("expand", "stats,app")], needs: .groupsRead, isFresh: isFresh
        )
    }

    /// One page of a group's members.
    func members(ofGroup id: String, after: String, size: Int?) async throws -> Listed {
        try await list("/api/v1/groups/\(id)/users", after: after, most: 1000, size: size, needs: .groupsRead)
    }

    /// The administrator roles that a group brings.
    func roles(ofGroup id: String) async throws -> [RoleAssignment] {
        try await get("/api/v1/groups/\(id)/roles", needs: .rolesRead).elements.map(RoleAssignment.init)
    }
}
