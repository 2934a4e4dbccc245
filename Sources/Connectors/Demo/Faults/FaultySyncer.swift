import AccessModel
import ConnectorKit

/// A syncer whose list calls go wrong on purpose.
///
/// It can do what the syncer inside can do: each capability of a demo syncer has a conformance here.
struct FaultySyncer<Syncer: ResourceSyncer>: ResourceSyncer {
    fileprivate let syncer: Syncer
    fileprivate let faults: Faults

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
}

extension FaultySyncer: TargetedSyncer where Syncer: TargetedSyncer {
    func resource(_ id: ResourceID, under parent: ResourceID?) async throws -> Resource? {
        try await syncer.resource(id, under: parent)
    }
}

extension ResourceSyncer {
    /// This syncer, going wrong as `faults` say.
    func failing(with faults: Faults) -> any ResourceSyncer {
        FaultySyncer(syncer: self, faults: faults)
    }
}
