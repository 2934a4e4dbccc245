import AWSCalls
import AccessModel
import BatonWire
import ConnectorKit
import Logging

/// Permission sets, and the managed policies in them.
struct PermissionSetSyncer: ResourceSyncer {
    let type: ResourceType
    let permissionSets: PermissionSets
    private let policiesAreListed: Bool

    init(permissionSets: PermissionSets, policiesAreListed: Bool) {
        type = policiesAreListed ? .permissionSet : ResourceType.permissionSet.withoutAccess
        self.permissionSets = permissionSets
        self.policiesAreListed = policiesAreListed
    }

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard parent == nil else { return Page([]) }
        var stack = try page.stack(of: type)
        let directory = permissionSets.directory
        let found = try await directory.center.permissionSets(in: directory.instance(), after: stack.place)
        let rows = try await found.rows.mapped(atOnce: 4) { arn in
            Resource(permissionSet: try await permissionSets.one(arn, page.session))
        }
        return Page(rows, next: try stack.following(found.next))
    }

    func grants(on set: Resource, page: PageRequest) async throws -> Page<Grant> {
        guard policiesAreListed else { return Page([]) }
        let directory = permissionSets.directory
        let found: Listing<IdentityCenter.ManagedPolicy>
        do {
            found = try await directory.center.managedPolicies(
                in: set.identity.value, directory.instance(), after: page.token)
        } catch let error as AWSError where error.isAbsent || error.isDenied {
            permissionSets.log.warning(
                "policies of a permission set left out", metadata: ["resource": "\(set.identity)", "error": "\(error)"])
            return Page([])
        }
        let grants = found.rows.map { Grant.attachment(of: $0.arn, named: $0.name ?? "", to: set.identity) }
        return Page(grants, next: found.next)
    }
}

extension Resource {
    /// A permission set.
    fileprivate init(permissionSet: IdentityCenter.PermissionSet) {
        self.init(
            ResourceID(.permissionSet, permissionSet.arn), name: permissionSet.name,
            description: permissionSet.description ?? "",
            annotations: [children(ResourceType.inlinePolicy.id), C1_Connector_V2_RoleTrait()])
    }
}
