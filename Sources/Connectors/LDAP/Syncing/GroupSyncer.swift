import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

/// The groups of the directory.
struct GroupSyncer: TargetedSyncer {
    let type = ResourceType.group
    let directory: Directory
    let bases: SearchBases
    let members: GroupMembers

    /// What can be held on a group.
    static let member = "member"

    /// The classes of groups.
    static let filter = LDAPFilter.classes("groupOfUniqueNames", "groupOfNames", "groupOfURLs", "posixGroup", "group")

    private static let attributes = ["objectClass", "cn", "description", "gidNumber"]

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        let search = LDAPSearch(base: try await bases.ofGroups, filter: Self.filter, attributes: Self.attributes)
        let found = try await directory.page(
            of: search, after: page.token, size: page.size, read: Resource.init(group:))
        return Page(found.rows, next: found.next)
    }

    func resource(_ id: ResourceID, under parent: ResourceID?, session: any SessionStore) async throws -> Resource? {
        try await directory.entry(id.value, Self.filter, attributes: Self.attributes).map(Resource.init(group:))
    }

    func entitlements(of group: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        Page([
            .assignment(
                Self.member, on: group, grantableTo: .user, displayName: "\(group.displayName) Group member",
                description: "Access to \(group.displayName) group in LDAP")
        ])
    }

    func grants(on group: Resource, page: PageRequest) async throws -> Page<Grant> {
        var stack = try PageStack(token: page.token)
        if page.token.isEmpty {
            guard let entry = try await entry(of: group) else { return Page([]) }
            for part in try await members.parts(of: entry).reversed() { stack.push(part) }
        }
        guard let part = stack.current else { return Page([]) }
        let found = try await members.page(of: part, in: { try await entry(of: group) })
        let grants = found.rows.map { Grant(member: $0, of: group.identity) }
        return Page(grants, next: try stack.next(found.next))
    }

    /// The entry of a group; nil when it is gone.
    ///
    /// Some servers only know the name as they spelled it.
    func entry(of group: Resource) async throws -> LDAPEntry? {
        let spelled = group.externalID.id
        if !spelled.isEmpty, let entry = try await members.entry(spelled) { return entry }
        return try await members.entry(group.id.resource)
    }
}

extension Grant {
    /// The grant of a group's membership to one of its members.
    init(member: GroupMember, of group: ResourceID) {
        let plain = Grant(GroupSyncer.member, on: group, to: member.id)
        self = member.isGroup ? plain.expanding(GroupSyncer.member) : plain
        if member.isFixed { annotations.append(carrying: GrantImmutable()) }
    }
}

extension Resource {
    /// The group that an entry describes, without its members: these can be many.
    init(group entry: LDAPEntry) throws {
        let name = try entry.distinguishedName().text
        let description = entry.text("description")
        self.init(
            ResourceID(.group, name), name: entry.text("cn").shortened(toBytes: 1000),
            description: description.shortened(toBytes: 2048))
        externalID.id = String(validating: entry.name, as: UTF8.self) ?? name
        let number = entry.text("gidNumber")
        profile = Profile([
            "path": .text(name), "group_description": description.isEmpty ? nil : .text(description),
            "gid": number.isEmpty ? nil : .text(number),
        ])
        annotations = [Annotation(carrying: C1_Connector_V2_GroupTrait())]
    }
}
