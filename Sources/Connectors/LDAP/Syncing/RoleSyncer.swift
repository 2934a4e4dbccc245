import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

/// The organizational roles of the directory.
struct RoleSyncer: ResourceSyncer {
    let type = ResourceType.role
    let directory: Directory
    let bases: SearchBases

    /// What can be held on a role.
    static let member = "member"
    /// The attribute that names who has it.
    static let occupant = "roleOccupant"

    private static let filter = LDAPFilter.classes("organizationalRole")

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        let search = LDAPSearch(
            base: try await bases.ofRoles, filter: Self.filter, attributes: ["objectClass", "cn", "description"])
        let found = try await directory.page(of: search, after: page.token, size: page.size, read: Resource.init(role:))
        return Page(found.rows, next: found.next)
    }

    func entitlements(of role: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        Page([
            .assignment(
                Self.member, on: role, grantableTo: .user, displayName: "\(role.displayName) Role member",
                description: "Access to \(role.displayName) role in LDAP")
        ])
    }

    func grants(on role: Resource, page: PageRequest) async throws -> Page<Grant> {
        var grants: [Grant] = []
        var seen: Set<DistinguishedName> = []
        for value in try await occupants(of: role.identity) ?? [] {
            guard let name = DistinguishedName(value), seen.insert(name).inserted else { continue }
            grants.append(Grant(occupant: name, of: role))
        }
        return Page(grants)
    }

    /// Who has a role, as the server spells them; nil when the role is gone.
    func occupants(of role: ResourceID) async throws -> [[UInt8]]? {
        let entry = try await directory.entry(role.value, Self.filter, attributes: [Self.occupant])
        guard let entry else { return nil }
        return try await RangedValues(directory: directory).all(Self.occupant, of: entry)
    }
}

extension Grant {
    /// The grant of a role to an account; unlike that of a group it carries the whole role.
    init(occupant: DistinguishedName, of role: Resource) {
        self.init(RoleSyncer.member, on: role.identity, to: ResourceID(.user, occupant.text))
        entitlement.resource = role
    }
}

extension Resource {
    /// The role that an entry describes.
    init(role entry: LDAPEntry) throws {
        let name = try entry.distinguishedName().text
        self.init(ResourceID(.role, name), name: entry.text("cn").shortened(toBytes: 1000))
        profile = Profile(["role_description": .text(entry.text("description")), "path": .text(name)])
        annotations = [Annotation(carrying: C1_Connector_V2_RoleTrait())]
    }
}
