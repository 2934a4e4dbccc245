import AccessModel
import BatonWire
import C1Z
import Logging
import SwiftProtobuf
import WireForm

extension SyncStore {
    /// Puts a page of resources and plans what lives under them.
    func putResources(
        _ batch: RecordBatch, of action: SyncAction, next: String, children: [SyncAction], quality: IngestQuality
    ) throws {
        state.quality?.merge(quality)
        coverage.count(batch.count, of: action.resourceType)
        try put([batch], of: action, next: next, pushing: children)
        tell { $0.resources += batch.count }
        guard next.isEmpty else { return }
        log.info(
            "Synced resources",
            metadata: [
                "resource_type_id": "\(action.resourceType)",
                "count": .stringConvertible(coverage.totals[ByteKey(action.resourceType)] ?? 0),
            ])
    }

    /// Puts a page of entitlements or grants.
    func putPage(
        _ batches: [RecordBatch], of action: SyncAction, next: String, spawned: [SyncAction], quality: IngestQuality,
        marks: GrantMarks = GrantMarks()
    ) throws {
        state.quality?.merge(quality)
        if marks.needsExpansion { state.needsExpansion = true }
        if marks.hasExternal { state.hasExternalGrants = true }
        var admitted: [SyncAction] = []
        for cursor in spawned {
            if admits(cursor) {
                admitted.append(cursor)
            } else {
                log.warning("spawned cursor already admitted", metadata: ["action": "\(action.operation.rawValue)"])
            }
        }
        try put(batches, of: action, next: next, pushing: admitted)
        tell { progress in
            for batch in batches {
                switch batch.kind {
                case .resource: progress.resources += batch.count
                case .entitlement: progress.entitlements += batch.count
                case .grant: progress.grants += batch.count
                case .resourceType: break
                }
            }
        }
        if next.isEmpty, !action.isSpawned, !action.isTypeScoped { cover(action) }
    }

    private func cover(_ action: SyncAction) {
        let (done, total) = coverage.cover(action.operation, of: action.resourceType)
        tell {
            $0.done += 1
            $0.total = nil
        }
        let noun = action.operation == .listGrants ? "grants" : "entitlements"
        guard total > 0, done == total else { return }
        log.info(
            "Synced \(noun)",
            metadata: [
                "resource_type_id": "\(action.resourceType)", "count": .stringConvertible(done),
                "total": .stringConvertible(total),
            ])
    }

    /// Plans the templates of each stored type.
    func planStaticEntitlements(_ action: SyncAction) throws {
        let lists = types.all.reversed().map { facts in
            var list = SyncAction(.listStaticEntitlements)
            list.resourceType = facts.type.id
            return list
        }
        try finish(action, pushing: lists)
    }

    /// The ids of the icons and logos that stored resources name.
    func assetIDs() throws -> [String] {
        var seen: Set<ByteKey> = []
        var ids: [String] = []
        try writer.read(.resource, of: try syncID, where: .all) { record in
            let resource = try Resource(serializedBytes: Array(record.data))
            for id in try resource.assetIDs where !id.isEmpty && seen.insert(ByteKey(id)).inserted { ids.append(id) }
        }
        return ids
    }

    func putAsset(_ id: String, _ asset: SyncedAsset) throws {
        try writer.putAsset(id, contentType: asset.contentType, data: asset.bytes)
    }

    /// Derives grants, then takes the action off the stack.
    func expand(_ action: SyncAction) throws {
        if options.expandsGrants, state.needsExpansion {
            try writer.markDiffable()
            try runExpansion()
        } else {
            log.debug("skipping grant expansion, no grants to expand")
            try writer.markDiffable()
        }
        try finish(action)
    }

    private func runExpansion() throws {
        let before = progress.grants
        var expansion = GrantExpansion(in: try writer, sync: try syncID) { derived in
            try self.afterDerived(derived, before: before)
        }
        let fixesCycles = options.writing.environment["BATON_DONT_FIX_CYCLES"] != "true"
        let report = try expansion.run(fixesCycles: fixesCycles)
        log.info("Finished loading entitlement graph", metadata: ["edges": .stringConvertible(report.edges)])
        if !report.cycle.isEmpty {
            let names = report.cycle.prefix(25).map { Logger.MetadataValue.string($0.text) }
            log.warning("cycle detected in entitlement graph", metadata: ["cycle": .array(names)])
        }
        guard !report.missing.isEmpty else { return }
        log.warning(
            "grant expansion: DROPPED edges referencing entitlements with no entitlement row (connector bug or resource type not enabled — check magic-id construction)",
            metadata: [
                "edges_missing_source_entitlement": .stringConvertible(report.missingSources),
                "edges_missing_destination_entitlement": .stringConvertible(report.missingDestinations),
                "distinct_missing_entitlements": .stringConvertible(report.missing.count),
                "entitlement_id_examples": .array(report.missing.sorted().prefix(25).map { .string($0.text) }),
            ])
    }

    private func afterDerived(_ derived: Int, before: Int) throws {
        try Task.checkCancellation()
        try commitWhenDue()
        tell { $0.grants = before + derived }
    }

    /// Fails when what was collected contradicts itself.
    func checkInvariants() throws {
        if let quality = state.quality, quality.invalid > 0 {
            log.warning(
                "connector returned invalid data; skipped records",
                metadata: ["records": .stringConvertible(quality.invalid)])
        }
        if let quality = state.quality, quality.dropped > 0 {
            log.warning(
                "fresh ingest filtered references into resource types not scheduled for this sync",
                metadata: ["references": .stringConvertible(quality.dropped)])
        }
        try Invariants.check(try syncID, in: try writer)
        // Whether every reference has its row is not looked at, and the token says so.
        state.quality?.block(IngestQuality.invalidDataRetained)
    }
}

extension Resource {
    /// The icon of the resource or of its trait, and an application's logo.
    fileprivate var assetIDs: [String] {
        get throws {
            var ids = [icon.id]
            if let user = try annotations.first(C1_Connector_V2_UserTrait.self) { ids.append(user.icon.id) }
            if let group = try annotations.first(C1_Connector_V2_GroupTrait.self) { ids.append(group.icon.id) }
            if let app = try annotations.first(C1_Connector_V2_AppTrait.self) { ids += [app.icon.id, app.logo.id] }
            return ids
        }
    }
}
