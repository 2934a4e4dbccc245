import AccessModel
import BatonWire
import C1Z
import Logging
import SwiftProtobuf
import WireForm

extension SyncStore {
    /// Plans the walk; the last pushed runs first (sync-engine §5.2).
    func plan(_ action: SyncAction, fetchesAssets: Bool) throws {
        state.finish(action.id)
        state.skipsEntitlementsAndGrants = options.skipsEntitlementsAndGrants
        state.skipsGrants = options.skipsGrants
        guard options.targets.isEmpty else { return try planTargets() }
        if !options.skipsEntitlementsAndGrants {
            if fetchesAssets { state.push(SyncAction(.fetchAssets)) }
            state.push(SyncAction(.expandGrants))
        }
        if external != nil { state.push(SyncAction(.listExternalResources)) }
        if !options.skipsEntitlementsAndGrants {
            state.push(SyncAction(.listGrants))
            state.push(SyncAction(.listEntitlements))
            state.push(SyncAction(.listStaticEntitlements))
        }
        state.push(SyncAction(.listResources))
        state.push(SyncAction(.listResourceTypes))
        try commit()
    }

    /// Plans the resources that were asked for; nothing is expanded.
    private func planTargets() throws {
        state.fetchesRelatedResources = true
        for target in options.targets {
            var action = SyncAction(.syncTarget)
            action.resourceType = target.id.type
            action.resource = target.id.value
            action.parentType = target.parent?.type ?? ""
            action.parent = target.parent?.value ?? ""
            state.push(action)
        }
        state.push(SyncAction(.listResourceTypes))
        try commit()
    }

    /// Puts a page of resource types, those outside the filter left out.
    func putResourceTypes(_ page: [ResourceType], of action: SyncAction, next: String) throws {
        var batch = RecordBatch(.resourceType)
        for type in page {
            guard !type.id.isEmpty else {
                state.quality?.add(.invalidTypes)
                continue
            }
            listedTypes.append(type.id)
            guard options.includes(type.id) else { continue }
            types.add(type)
            try batch.append(type)
        }
        // Before the action is done: a sync with a filter that can't be right must not go on from here.
        if next.isEmpty { try checkFilter() }
        try put([batch], of: action, next: next)
        tell { $0.resourceTypes += batch.count }
        guard next.isEmpty else { return }
        log.info("Synced resource types", metadata: ["count": .stringConvertible(types.all.count)])
    }

    private func checkFilter() throws {
        guard let unknown = options.resourceTypes.first(where: { !types.contains($0) }) else { return }
        throw ServiceError(
            .unknown,
            "invalid resource type '\(unknown)' in filter. "
                + "--sync-resource-types can be: \(listedTypes.joined(separator: ", ")).", isVerdict: true)
    }

    /// Plans the listing of each stored type's resources.
    func planResources(_ action: SyncAction) throws {
        let lists = types.all.reversed().map { facts in
            var list = SyncAction(.listResources)
            list.resourceType = facts.type.id
            list.parentType = action.parentType
            list.parent = action.parent
            return list
        }
        try finish(action, pushing: lists)
    }

    /// Plans the entitlements or grants of one page of stored resources (sync-engine §5.6).
    func planPerResource(_ action: SyncAction) throws {
        var planned: [SyncAction] = []
        let next = try writer.readPage(.resource, of: try syncID, after: action.pageToken, limit: Self.planningPage) {
            record in
            if let list = try listing(action.operation, of: record.data) { planned.append(list) }
        }
        if next.isEmpty {
            state.finish(action.id)
        } else {
            state.update(action.id) {
                $0.pageToken = next
                $0.hasPlannedTypeScoped = true
            }
        }
        // The first planned is to run first, so it is pushed last; work on whole types comes before.
        for list in planned.reversed() { state.push(list) }
        if !action.hasPlannedTypeScoped {
            for list in typeScopedListings(action.operation).reversed() { state.push(list) }
        }
        try commit()
    }

    private func typeScopedListings(_ operation: SyncAction.Operation) -> [SyncAction] {
        types.all.compactMap { facts in
            let isScoped = operation == .listGrants ? facts.hasTypeScopedGrants : facts.hasTypeScopedEntitlements
            guard isScoped else { return nil }
            var list = SyncAction(operation)
            list.resourceType = facts.type.id
            list.isTypeScoped = true
            return list
        }
    }

    /// The listing of one resource; nil when it is to be skipped.
    func listing(_ operation: SyncAction.Operation, of resource: UnsafeRawBufferPointer) throws -> SyncAction? {
        guard let id = try resource.wireBytes(1), let type = try id.wireBytes(1)?.text,
            let value = try id.wireBytes(2)?.text
        else { return nil }
        let facts = types[type]
        switch operation {
        case .listEntitlements:
            guard facts?.skipsEntitlements != true, facts?.hasTypeScopedEntitlements != true else { return nil }
            guard
                try !resource.carriesAnnotation([
                    "c1.connector.v2.SkipEntitlementsAndGrants", "c1.connector.v2.SkipEntitlements",
                ])
            else { return nil }
        default:
            guard facts?.skipsGrants != true, facts?.hasTypeScopedGrants != true else { return nil }
            guard
                try !resource.carriesAnnotation([
                    "c1.connector.v2.SkipEntitlementsAndGrants", "c1.connector.v2.SkipGrants",
                ])
            else { return nil }
        }
        var list = SyncAction(operation)
        list.resourceType = type
        list.resource = value
        return list
    }

    /// Gives every stored resource of a type its copy of the type's templates (sync-engine §5.5).
    func putStaticEntitlements(_ templates: [Entitlement], of action: SyncAction, next: String) throws {
        var batch = RecordBatch(.entitlement)
        var count = 0
        func flush() throws {
            count += batch.count
            try writing { try $0.put(batch) }
            batch = RecordBatch(.entitlement)
        }
        try writer.read(.resource, of: try syncID, where: .resourceType(action.resourceType)) { record in
            let resource = try Resource(serializedBytes: Array(record.data))
            for template in templates { try batch.append(template.copy(on: resource)) }
            if batch.count >= Self.planningPage { try flush() }
        }
        try flush()
        try put([], of: action, next: next)
        tell { $0.entitlements += count }
    }
}

extension SyncOptions {
    /// Whether resources of this type are wanted.
    func includes(_ type: String) -> Bool {
        resourceTypes.isEmpty || resourceTypes.contains { $0.hasSameBytes(as: type) }
    }
}

extension Entitlement {
    /// The entitlement that this template gives a resource.
    fileprivate func copy(on resource: Resource) throws -> Entitlement {
        var copy = self
        copy.resource = resource
        copy.id = Entitlement.id(slug, on: resource.identity)
        if displayName.isEmpty { copy.displayName = resource.displayName }
        if description_p.isEmpty { copy.description_p = resource.description_p }
        if var group = try annotations.first(C1_Connector_V2_EntitlementExclusionGroup.self), group.scopeToResource {
            group.exclusionGroupID += "-" + resource.id.resource
            copy.annotations.update(group)
        }
        return copy
    }
}

extension UnsafeRawBufferPointer {
    /// Whether a serialized resource carries one of these annotations.
    fileprivate func carriesAnnotation(_ names: [StaticString]) throws(WireError) -> Bool {
        var reader = WireReader(self)
        while let field = try reader.next() {
            guard field.number == 4, let found = try field.bytes.annotationName else { continue }
            if names.contains(where: { found.isBytes(of: $0) }) { return true }
        }
        return false
    }
}
