import AccessModel
import ConnectorKit

/// A syncer whose list calls go wrong on purpose.
struct FaultySyncer: TargetedSyncer {
    private let syncer: any TargetedSyncer
    private let faults: Faults

    init(_ syncer: any TargetedSyncer, faults: Faults) {
        self.syncer = syncer
        self.faults = faults
    }

    var type: ResourceType { syncer.type }

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        try await faults.strike()
        return try await syncer.resources(under: parent, page: page)
    }

    func entitlements(of resource: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        try await faults.strike()
        return try await syncer.entitlements(of: resource, page: page)
    }

    func grants(on resource: Resource, page: PageRequest) async throws -> Page<Grant> {
        try await faults.strike()
        return try await syncer.grants(on: resource, page: page)
    }

    func resource(_ id: ResourceID, under parent: ResourceID?) async throws -> Resource? {
        try await syncer.resource(id, under: parent)
    }
}
