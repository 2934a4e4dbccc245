import AccessModel
import BatonWire
import C1Z
import Logging
import SwiftProtobuf

extension Sync {
    func listResourceTypes(_ action: SyncAction, activeSync: String) async throws {
        let answer = try await connector.listResourceTypes(
            .with {
                $0.pageToken = action.pageToken
                $0.activeSyncID = activeSync
            })
        try await store.putResourceTypes(answer.list, of: action, next: answer.nextPageToken)
    }

    func listResources(_ action: SyncAction, activeSync: String) async throws {
        let parent = ResourceID(action.parentType, action.parent)
        let answer = try await connector.listResources(
            .with {
                $0.resourceTypeID = action.resourceType
                if !parent.type.isEmpty, !parent.value.isEmpty { $0.parentResourceID = parent.message }
                $0.pageToken = action.pageToken
                $0.activeSyncID = activeSync
            })
        let types = await store.types
        var quality = IngestQuality()
        var batch = RecordBatch(.resource)
        var children: [SyncAction] = []
        for resource in answer.list where try admits(resource, types, &quality) {
            try batch.append(resource)
            children += try await childListings(of: resource)
        }
        try await store.putResources(
            batch, listed: answer.list.count, of: action, next: answer.nextPageToken, children: children.reversed(),
            quality: quality)
    }

    /// Whether a resource may be stored (sync-engine §5.4).
    func admits(_ resource: Resource, _ types: StoredTypes, _ quality: inout IngestQuality) throws -> Bool {
        guard !resource.id.resourceType.isEmpty, !resource.id.resource.isEmpty else {
            quality.add(.invalidResources)
            return false
        }
        if resource.annotations.contains(C1_Connector_V2_BatonID.self) {
            throw ServiceError(
                .internal, "resource \(resource.identity) carries the BatonID annotation, which only the sync may set")
        }
        guard let facts = types[resource.id.resourceType] else {
            throw ServiceError(.notFound, "resource \(resource.identity) is of a type that is not stored")
        }
        for trait in facts.type.traits {
            guard let name = trait.requiredAnnotation else { continue }
            guard resource.annotations.contains(where: { $0.messageName == "c1.connector.v2.\(name)" }) else {
                throw ServiceError(.unknown, "resource was missing expected trait \(name): \(resource.identity)")
            }
        }
        return true
    }

    /// The listings of a resource's children, in the order they are declared.
    func childListings(of resource: Resource) async throws -> [SyncAction] {
        var children: [SyncAction] = []
        for child in try resource.annotations.all(C1_Connector_V2_ChildResourceType.self) {
            guard options.includes(child.resourceTypeID),
                await store.schedules(child.resourceTypeID, under: resource.identity)
            else { continue }
            var list = SyncAction(.listResources)
            list.resourceType = child.resourceTypeID
            list.parentType = resource.id.resourceType
            list.parent = resource.id.resource
            children.append(list)
        }
        return children
    }

    func listStaticEntitlements(_ action: SyncAction, activeSync: String) async throws {
        guard !action.isRoot else { return try await store.planStaticEntitlements(action) }
        do {
            let answer = try await connector.listStaticEntitlements(
                .with {
                    $0.resourceTypeID = action.resourceType
                    $0.pageToken = action.pageToken
                    $0.activeSyncID = activeSync
                })
            try await store.putStaticEntitlements(answer.list, of: action, next: answer.nextPageToken)
        } catch let error where StatusCode(of: error) == .unimplemented {
            // Connectors older than this call have none.
            try await store.finish(action)
        }
    }

    func listEntitlements(_ action: SyncAction, activeSync: String) async throws {
        let resource = try await requested(action)
        let answer = try await connector.listEntitlements(
            .with {
                $0.resource = resource
                $0.pageToken = action.pageToken
                $0.activeSyncID = activeSync
                if action.isTypeScoped {
                    $0.annotations.append(carrying: C1_Connector_V2_TypeScopedEntitlements())
                }
            })
        var filter = IngestFilter(await store.types, isFullSync: options.syncType == .full)
        var batch = RecordBatch(.entitlement)
        for entitlement in answer.list where filter.admits(entitlement) { try batch.append(entitlement) }
        try await store.putPage(
            [batch], of: action, next: answer.nextPageToken,
            spawned: try spawned(answer.annotations, by: action, answer.nextPageToken),
            quality: filter.quality)
    }

    func listGrants(_ action: SyncAction, activeSync: String) async throws {
        let resource = try await requested(action)
        let answer = try await connector.listGrants(
            .with {
                $0.resource = resource
                $0.pageToken = action.pageToken
                $0.activeSyncID = activeSync
                if action.isTypeScoped { $0.annotations.append(carrying: C1_Connector_V2_TypeScopedGrants()) }
            })
        var filter = IngestFilter(await store.types, isFullSync: options.syncType == .full)
        let insertsResources = answer.annotations.contains(C1_Connector_V2_InsertResourceGrants.self)
        var resources = RecordBatch(.resource)
        var grants = RecordBatch(.grant, detail: try await store.detail)
        for var grant in answer.list {
            if insertsResources {
                guard try insertResource(of: &grant, into: &resources, &filter) else { continue }
            }
            guard let grant = try filter.admitted(grant) else { continue }
            try grants.append(grant)
        }
        if await store.fetchesRelatedResources {
            let inserted = insertsResources ? answer.list.map { ResourceID($0.entitlement.resource.id) } : []
            try await addRelated(
                answer.list, beside: Set(inserted), to: &resources, &filter.quality, activeSync: activeSync)
        }
        try await store.putPage(
            [resources, grants], of: action, next: answer.nextPageToken,
            spawned: try spawned(answer.annotations, by: action, answer.nextPageToken), quality: filter.quality,
            marks: filter.marks)
    }

    /// Puts the grant's own resource beside it (wire §6, `InsertResourceGrants`); false when the grant is to be left out.
    private func insertResource(
        of grant: inout Grant, into resources: inout RecordBatch, _ filter: inout IngestFilter
    ) throws -> Bool {
        let resource = grant.entitlement.resource
        guard !resource.id.resourceType.isEmpty, !resource.id.resource.isEmpty else {
            filter.quality.add(.grantResourcesDropped)
            return false
        }
        if !grant.annotations.contains(C1_Connector_V2_InsertResourceGrants.self) {
            grant.annotations.append(carrying: C1_Connector_V2_InsertResourceGrants())
        }
        guard !filter.isFullSync || filter.types.admits(resource.id.resourceType) else {
            filter.quality.add(.grantResourcesDropped)
            return true
        }
        try resources.append(resource)
        return true
    }

    /// The resource a request is about: the stored one, or a stub for a whole type.
    private func requested(_ action: SyncAction) async throws -> Resource {
        let id = ResourceID(action.resourceType, action.isTypeScoped ? action.resourceType : action.resource)
        guard !action.isTypeScoped else { return Resource.with { $0.id = id.message } }
        guard let bytes = try await store.resource(id) else {
            throw ServiceError(.notFound, "resource \(id) is not stored")
        }
        return try Resource(serializedBytes: bytes)
    }

    /// The cursors that a page asks to follow beside its own (sync-engine §5.9).
    private func spawned(_ annotations: [Annotation], by action: SyncAction, _ next: String) throws -> [SyncAction] {
        let marks = try annotations.all(C1_Connector_V2_EnqueuePageTokens.self)
        guard let mark = marks.first else { return [] }
        guard marks.count == 1 else {
            throw ServiceError(.internal, "more than one EnqueuePageTokens annotation in one answer")
        }
        let tokens = mark.pageTokens
        let sizes = tokens.map(\.utf8.count)
        guard tokens.count <= 1024, !sizes.contains(0), (sizes.max() ?? 0) <= 1 << 20, sizes.reduce(0, +) <= 16 << 20
        else {
            throw ServiceError(
                .internal,
                "EnqueuePageTokens may carry 1024 tokens, each 1 byte to 1 MiB, 16 MiB in all; this one doesn't keep to that"
            )
        }
        var seen: Set<ByteKey> = [ByteKey(next)]
        return try tokens.map { token in
            guard seen.insert(ByteKey(token)).inserted else {
                throw ServiceError(.internal, "duplicate or cyclic spawned cursor for op \(action.operation.rawValue)")
            }
            var sibling = action
            sibling.pageToken = token
            sibling.isSpawned = true
            return sibling
        }
    }

    func fetchAssets(_ action: SyncAction) async throws {
        for id in try await store.assetIDs() {
            guard let asset = try await connector.getAsset(id) else { continue }
            try await store.putAsset(id, asset)
        }
        try await store.finish(action)
    }
}

extension Trait {
    /// The annotation without which a resource of this trait is refused; nil when none is asked for.
    fileprivate var requiredAnnotation: String? {
        switch self {
        case .user: "UserTrait"
        case .group: "GroupTrait"
        case .role: "RoleTrait"
        case .app: "AppTrait"
        case .secret: "SecretTrait"
        default: nil
        }
    }
}
