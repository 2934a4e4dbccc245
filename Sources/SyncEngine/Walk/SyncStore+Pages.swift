import AccessModel
import BatonWire
import C1Z
import Logging
import SwiftProtobuf

extension SyncStore {
    /// Puts a page of resources and plans what lives under them.
    ///
    /// - Parameter listed: how many the connector listed, those left out included.
    func putResources(
        _ batch: RecordBatch, listed: Int, of action: SyncAction, next: String, children: [SyncAction],
        quality: IngestQuality
    ) throws {
        state.quality?.merge(quality)
        try put([batch], of: action, next: next, pushing: children)
        coverage.count(listed, of: action.resourceType)
        tell { $0.resources += batch.count }
        guard next.isEmpty else { return }
        log.info(
            "Synced resources",
            metadata: [
                "resource_type_id": "\(action.resourceType)",
                "count": .stringConvertible(coverage.totals[ByteKey(action.resourceType)] ?? 0),
            ])
    }

    /// Whether children of that type under that parent still have to be listed; says yes once.
    func schedules(_ type: String, under parent: ResourceID) -> Bool {
        once.admitsChildren(of: type, under: parent)
    }

    /// Puts a page of entitlements or grants.
    func putPage(
        _ batches: [RecordBatch], of action: SyncAction, next: String, spawned: [SyncAction], quality: IngestQuality,
        marks: GrantMarks = GrantMarks()
    ) throws {
        state.quality?.merge(quality)
        if marks.hasExpandable, options.expandsGrants { state.needsExpansion = true }
        if marks.hasExternal { state.hasExternalGrants = true }
        try put(batches, of: action, next: next, pushing: spawned.filter { admits($0) })
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
        if action.isTypeScoped { coverage.add(batches.last?.count ?? 0, action.operation, of: action.resourceType) }
        if next.isEmpty, !action.isSpawned { cover(action) }
    }

    private func admits(_ cursor: SyncAction) -> Bool {
        if once.admits(cursor) { return true }
        log.warning(
            "spawned cursor was admitted before; skipped", metadata: ["action": "\(cursor.operation.rawValue)"])
        return false
    }

    /// Takes note that an action has had its last page.
    private func cover(_ action: SyncAction) {
        if !action.isTypeScoped {
            coverage.add(1, action.operation, of: action.resourceType)
            tell { progress in
                progress.done += 1
                if let total = progress.total, progress.done > total { progress.total = nil }
            }
        }
        let remark = coverage.remark(
            on: action.operation, of: action.resourceType, isCountOnly: action.isTypeScoped, now: now)
        if let remark { say(remark, action) }
    }

    private func say(_ remark: Coverage.Remark, _ action: SyncAction) {
        let isGrants = action.operation == .listGrants
        let noun = isGrants ? "grants" : "entitlements"
        var fields: Logger.Metadata = ["resource_type_id": "\(action.resourceType)"]
        func add(_ name: String, _ number: Int) { fields[name] = .stringConvertible(number) }
        switch remark {
        case .counted(let rows):
            add("synced", rows)
            log.info("Syncing \(noun)", metadata: fields)
        case .partly(let done, let total):
            add("synced", done)
            add("total", total)
            add("percent_complete", done * 100 / total)
            log.info("Syncing \(noun)", metadata: fields)
        case .complete(let done, let total):
            add("count", done)
            add("total", total)
            log.info("Synced \(noun)", metadata: fields)
        case .excess(let done, let total):
            add("synced", done)
            add("total", total)
            log.warning("more \(isGrants ? "grant" : "entitlement") resources than resources", metadata: fields)
        }
    }

    /// How many resources a phase has to ask about; nil when it isn't known.
    func total(of operation: SyncAction.Operation) -> Int? {
        let asked = types.all.filter { facts in
            switch operation {
            case .listEntitlements: !facts.skipsEntitlements && !facts.hasTypeScopedEntitlements
            case .listGrants: !facts.skipsGrants && !facts.hasTypeScopedGrants
            default: false
            }
        }
        let total = asked.reduce(0) { $0 + (coverage.totals[ByteKey($1.type.id)] ?? 0) }
        return total > 0 ? total : nil
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
        try writing { try $0.putAsset(id, contentType: asset.contentType, data: asset.bytes) }
        try commitWhenDue()
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
