import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

extension ResourceType {
    static let user = ResourceType(
        "user", displayName: "User", traits: [.user], annotations: [SkipEntitlementsAndGrants()])
    static let group = ResourceType("group", displayName: "Group", traits: [.group])
    static let role = ResourceType("role", displayName: "Role", traits: [.role])
}

/// The accounts of the directory.
struct UserSyncer: TargetedSyncer {
    let type = ResourceType.user
    let directory: Directory
    let bases: SearchBases
    /// What is asked for of each account.
    let attributes: [String]

    /// The classes of accounts.
    static let filter = LDAPFilter.classes("inetOrgPerson", "person", "user", "organizationalPerson")

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        let search = LDAPSearch(base: try await bases.ofUsers, filter: Self.filter, attributes: attributes)
        let found = try await directory.page(of: search, after: page.token, size: page.size, read: Resource.init(user:))
        return Page(found.rows, next: found.next)
    }

    func resource(_ id: ResourceID, under parent: ResourceID?, session: any SessionStore) async throws -> Resource? {
        try await entry(of: id).map(Resource.init(user:))
    }

    /// The entry of an account; nil when it is gone.
    func entry(of id: ResourceID) async throws -> LDAPEntry? {
        try await directory.entry(id.value, Self.filter, attributes: attributes)
    }
}
