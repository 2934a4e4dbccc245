import AccessModel
import ConnectorHTTP
import ConnectorKit
import WireForm

/// The administrator roles that the organisation made, and those of Okta's products.
struct CustomRoleSyncer: TargetedSyncer {
    let type = OktaTypes.customRole
    let okta: OktaClient
    let administrators: Administrators

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard parent == nil else { return Page([]) }
        return try await okta.customRoles(after: page.token).page(Resource.init(customRole:))
    }

    func resource(_ id: ResourceID, under parent: ResourceID?, session: any SessionStore) async throws -> Resource? {
        try await okta.customRole(id.value).map(Resource.init(customRole:))
    }

    func entitlements(of role: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        Page([RoleMembership.entitlement(on: role)])
    }

    func grants(on role: Resource, page: PageRequest) async throws -> Page<Grant> {
        try await administrators.grants(of: role.identity, page: page)
    }
}

extension Resource {
    /// A custom role, made of what Okta says of it.
    init(customRole role: JSONValue) throws {
        let id = try role.required("id", of: "custom role")
        let label = role.text("label")
        self = .role(
            ResourceID(OktaTypes.customRole, id), name: label, description: role.text("description"),
            profile: Profile(["id": .text(id), "label": .text(label), "type": .text(role.text("type"))]))
        identify(v1: .role(id))
    }
}

extension OktaClient {
    /// One page of the custom roles.
    func customRoles(after: String) async throws -> Listed {
        try await list("/api/v1/iam/roles", after: after, most: nil, in: "roles", needs: .rolesRead)
    }

    /// A custom role; nil when there is none.
    func customRole(_ id: String) async throws -> JSONValue? {
        try await existing("/api/v1/iam/roles/\(id)", needs: .rolesRead)
    }
}
