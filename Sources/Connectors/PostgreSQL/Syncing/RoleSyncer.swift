import AccessModel
import BatonWire
import ConnectorKit
import Logging
import SwiftProtobuf

/// Lists roles, which are users, groups and roles all in one, and who is a member of them.
struct RoleSyncer: ResourceSyncer {
    static let type = ResourceType("role", displayName: "Role", traits: [.role, .user])

    var type: ResourceType { Self.type }
    let cluster: Cluster
    let log: Logger

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard parent == nil else { return Page([]) }
        let after = try page.lastNumber()
        return try await cluster.home.read(
            """
            \(Role.selection) WHERE r.oid > $1::oid ORDER BY r.oid LIMIT \(PageRequest.rowLimit + 1)
            """, [String(after)]
        ) { KeysetRows($0, Role.init) }.page(\.resource)
    }

    func entitlements(of role: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        guard role.hasMembers else { return Page([]) }
        return Page([
            Entitlement(
                "member", on: role, purpose: .assignment, displayName: "Member",
                description: "Is assigned the \(role.displayName) role", slug: "member"),
            Entitlement(
                "admin", on: role, purpose: .assignment, displayName: "Admin",
                description: "Can grant the \(role.displayName) role to other roles", slug: "admin"),
        ])
    }

    func grants(on role: Resource, page: PageRequest) async throws -> Page<Grant> {
        guard role.hasMembers else { return Page([]) }
        let id = try RoleID(role.identity)
        // A role can be granted by several others since PostgreSQL 16; it is a membership all the same.
        let members = try await cluster.home.read(
            """
            SELECT m.member, bool_or(m.admin_option),
              EXISTS (SELECT FROM pg_auth_members below WHERE below.roleid = m.member)
            FROM pg_auth_members m WHERE m.roleid = $1::oid AND m.member > $2::oid
            GROUP BY m.member ORDER BY m.member LIMIT \(PageRequest.rowLimit + 1)
            """, [String(id.number), String(try page.lastNumber())]
        ) { rows in
            KeysetRows(rows) { Membership(member: RoleID($0.oid(0)), isAdmin: $0.flag(1), hasMembers: $0.flag(2)) }
        }
        return members.page { $0.grant(of: role.identity) }
    }
}

/// A role as the catalog has it.
struct Role: Sendable {
    let id: RoleID
    let name: String
    let canLogIn: Bool
    let hasMembers: Bool

    /// Selects what ``init(_:)`` reads.
    static let selection = """
        SELECT r.oid, r.rolname, r.rolcanlogin, EXISTS (SELECT FROM pg_auth_members m WHERE m.roleid = r.oid)
        FROM pg_roles r
        """

    init(_ row: ServerRow) {
        id = RoleID(row.oid(0))
        name = row.text(1)
        canLogIn = row.flag(2)
        hasMembers = row.flag(3)
    }

    var resource: Resource {
        var attributes = UserAttributes()
        attributes.login = name
        if name.utf8.contains(UInt8(ascii: "@")) { attributes.emails = [name] }
        attributes.accountType = name == "postgres" ? .system : canLogIn ? .human : .service
        var role = Resource.user(id.resource, name: name, attributes: attributes)
        if hasMembers { role.annotations.insert(Annotation(carrying: C1_Connector_V2_GroupTrait()), at: 0) }
        role.annotations.append(carrying: C1_Connector_V2_RoleTrait())
        return role
    }
}

extension Resource {
    /// Whether the role had members when it was listed.
    fileprivate var hasMembers: Bool { annotations.contains(C1_Connector_V2_GroupTrait.self) }
}

/// That a role is in another one.
private struct Membership: Sendable {
    let member: RoleID
    let isAdmin: Bool
    let hasMembers: Bool

    /// The grant of it; whoever is in the member is in the other role, too.
    func grant(of role: ResourceID) -> Grant {
        var grant = Grant(suffix: isAdmin ? "admin" : "member", on: role, to: member)
        guard hasMembers else { return grant }
        grant.annotations.append(
            carrying: GrantExpandable.with {
                $0.entitlementIds = ["member", "admin"].map { Entitlement.catalogID($0, on: member.resource) }
                $0.resourceTypeIds = [RoleSyncer.type.id]
            })
        return grant
    }
}
