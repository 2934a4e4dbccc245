import AccessModel
import BatonWire
import C1Z
import Logging
import SwiftProtobuf

extension Sync {
    /// Syncs one resource that was asked for, and plans what belongs to it (sync-engine §5.8).
    func syncTarget(_ action: SyncAction, activeSync: String) async throws {
        guard !action.resourceType.isEmpty, !action.resource.isEmpty else {
            throw ServiceError(
                .unknown,
                "the unfinished sync has a target that names no resource. Name another --file to begin a new one.")
        }
        let parent = ResourceID(action.parentType, action.parent)
        guard
            let resource = try await fetch(
                ResourceID(action.resourceType, action.resource),
                under: parent.type.isEmpty || parent.value.isEmpty ? nil : parent, activeSync: activeSync)
        else { return try await store.finish(action) }
        var quality = IngestQuality()
        guard try admits(resource, await store.types, &quality) else {
            return try await store.finish(action, quality: quality)
        }
        try await store.putTarget(resource, of: action, children: try await childListings(of: resource).reversed())
    }

    /// The resource as the connector has it now; nil, with a warning, when it can't be had.
    private func fetch(_ id: ResourceID, under parent: ResourceID?, activeSync: String) async throws -> Resource? {
        func skip(_ cause: String) {
            log.warning(
                "skipping resource due to \(cause)",
                metadata: ["resource_id": "\(id.value)", "resource_type_id": "\(id.type)"])
        }
        do {
            let answer = try await connector.getResource(
                .with {
                    $0.resourceID = id.message
                    if let parent { $0.parentResourceID = parent.message }
                    $0.activeSyncID = activeSync
                })
            if answer.hasResource { return answer.resource }
            skip("not found")
        } catch let error where StatusCode(of: error) == .notFound {
            skip("not found")
        } catch let error where StatusCode(of: error) == .unimplemented {
            skip("unimplemented connector")
        }
        return nil
    }

    /// Fetches the resources whose entitlements a page grants, unless they are stored or on their way.
    func addRelated(
        _ grants: [Grant], beside given: Set<ResourceID>, to resources: inout RecordBatch,
        _ quality: inout IngestQuality, activeSync: String
    ) async throws {
        var known = given
        let types = await store.types
        for grant in grants {
            let owner = grant.entitlement.resource
            guard !owner.id.resourceType.isEmpty, !owner.id.resource.isEmpty, known.insert(owner.identity).inserted,
                try await store.resource(owner.identity) == nil
            else { continue }
            // The grants stay in any case: they are what was asked for.
            guard types.contains(owner.id.resourceType) else {
                quality.add(.grantResourcesDropped)
                continue
            }
            guard let fetched = try await fetch(owner.identity, under: owner.parent, activeSync: activeSync) else {
                continue
            }
            if !types.contains(fetched.id.resourceType) {
                quality.add(.grantResourcesDropped)
            } else if try admits(fetched, types, &quality) {
                try resources.append(fetched)
            }
        }
    }
}

extension SyncStore {
    /// Puts a resource that was asked for, and plans its access unless that is skipped.
    func putTarget(_ resource: Resource, of action: SyncAction, children: [SyncAction]) throws {
        var batch = RecordBatch(.resource)
        try batch.append(resource)
        let plans: [SyncAction.Operation] =
            switch (state.skipsEntitlementsAndGrants, state.skipsGrants) {
            case (true, _): []
            case (false, true): [.listEntitlements]
            case (false, false): [.listGrants, .listEntitlements]
            }
        let access = try resource.serializedInOrder().withUnsafeBytes { bytes in
            try plans.compactMap { try listing($0, of: bytes) }
        }
        try put([batch], of: action, next: "", pushing: access + children)
        coverage.count(1, of: resource.id.resourceType)
        tell { $0.resources += 1 }
    }

    /// Takes a finished action off the stack, and notes what was left out.
    func finish(_ action: SyncAction, quality: IngestQuality) throws {
        state.quality?.merge(quality)
        try finish(action)
    }

    /// Whether the resources of granted entitlements are fetched one by one.
    var fetchesRelatedResources: Bool { state.fetchesRelatedResources }
}
