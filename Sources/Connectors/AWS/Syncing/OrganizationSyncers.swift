import AWSCalls
import AccessModel
import BatonWire
import ConnectorKit
import Logging

/// The roots of the organization's tree.
struct OrganizationSyncer: ResourceSyncer {
    let type = ResourceType.organization
    let organizations: Organizations
    let log: Logger

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard parent == nil else { return Page([]) }
        return try await tree(page, type, log, under: nil) { try await organizations.roots(after: $0) }
    }
}

/// The organizational units below roots, and below each other.
struct OrganizationalUnitSyncer: ResourceSyncer {
    let type = ResourceType.organizationalUnit
    let organizations: Organizations
    let log: Logger

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard let parent, [ResourceType.organization.id, type.id].contains(parent.type) else { return Page([]) }
        return try await tree(page, type, log, under: parent) {
            try await organizations.units(under: parent.value, after: $0)
        }
    }
}

/// One page of a tier; nothing, and a warning, when it may not be read: accounts are then listed without it.
private func tree(
    _ page: PageRequest, _ type: ResourceType, _ log: Logger, under parent: ResourceID?,
    _ list: (String) async throws -> Listing<Organizations.Node>
) async throws -> Page<Resource> {
    var stack = try page.stack(of: type)
    do {
        let found = try await list(stack.place)
        let rows = found.rows.map { node in
            let name = node.name.flatMap { $0.isEmpty ? nil : $0 } ?? node.id
            return Resource(
                ResourceID(type, node.id), name: name, under: parent,
                annotations: [children(ResourceType.organizationalUnit.id)])
        }
        return Page(rows, next: try stack.following(found.next))
    } catch let error as AWSError where error.isDenied {
        log.warning("the organization's tree is left out", metadata: ["type": "\(type.id)", "error": "\(error)"])
        return Page([])
    }
}
