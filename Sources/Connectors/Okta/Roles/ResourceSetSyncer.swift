import AccessModel
import BatonWire
import ConnectorHTTP
import ConnectorKit
import SwiftProtobuf
import WireForm

/// What custom roles can be held on: sets of users, groups and applications.
struct ResourceSetSyncer: TargetedSyncer {
    static let bindings = "bindings"

    let type = OktaTypes.resourceSet
    let okta: OktaClient

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard parent == nil else { return Page([]) }
        return try await okta.resourceSets(after: page.token).page(Resource.init(resourceSet:))
    }

    func resource(_ id: ResourceID, under parent: ResourceID?, session: any SessionStore) async throws -> Resource? {
        try await okta.existing("/api/v1/iam/resource-sets/\(id.value)", needs: .rolesRead)
            .map(Resource.init(resourceSet:))
    }

    func entitlements(of set: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        var entitlement = Entitlement.assignment(
            Self.bindings, on: set, grantableTo: OktaTypes.resourceSet,
            displayName: "\(set.displayName) Resource Set Bindings",
            description: "Roles that are bound to the \(set.displayName) resource set in Okta")
        entitlement.annotations = [Annotation(carrying: V1Identifier.membership(set.identity.value))]
        return Page([entitlement])
    }

    func grants(on set: Resource, page: PageRequest) async throws -> Page<Grant> {
        let bound = try await okta.bindings(ofResourceSet: set.identity.value, after: page.token)
        return try bound.page { role in
            let holder = ResourceID(OktaTypes.customRole, try role.required("id", of: "bound role"))
            return Grant(
                Self.bindings, on: set.identity, to: holder,
                annotations: [V1Identifier.grant(of: .membership(set.identity.value), to: holder)])
        }
    }
}

extension Resource {
    /// A resource set, made of what Okta says of it.
    init(resourceSet set: JSONValue) throws {
        let id = try set.required("id", of: "resource set")
        let label = set.text("label")
        let description = set.text("description")
        self = .app(
            ResourceID(OktaTypes.resourceSet, id), name: label, description: description,
            profile: Profile(["id": .text(id), "label": .text(label), "description": .text(description)]))
        identify(v1: V1Identifier(id: id), raw: id)
    }
}

extension OktaClient {
    /// One page of the resource sets.
    func resourceSets(after: String) async throws -> Listed {
        try await list("/api/v1/iam/resource-sets", after: after, most: nil, in: "resource-sets", needs: .rolesRead)
    }

    /// One page of the roles that are bound to a resource set.
    func bindings(ofResourceSet id: String, after: String) async throws -> Listed {
        try await list(
            "/api/v1/iam/resource-sets/\(id)/bindings", after: after, most: nil, in: "roles", needs: .rolesRead)
    }
}
