import AccessModel
import ConnectorKit

/// The administrator roles that every organisation has.
struct RoleSyncer: TargetedSyncer {
    let type = OktaTypes.role
    let okta: OktaClient
    let administrators: Administrators

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        Page(parent == nil ? StandardRole.all.map(\.resource) : [])
    }

    func resource(_ id: ResourceID, under parent: ResourceID?, session: any SessionStore) async throws -> Resource? {
        StandardRole.ofType(id.value)?.resource
    }

    func entitlements(of role: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        Page([RoleMembership.entitlement(on: role)])
    }

    func grants(on role: Resource, page: PageRequest) async throws -> Page<Grant> {
        try await administrators.grants(of: role.identity, page: page)
    }
}
