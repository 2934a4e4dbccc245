import AccessModel
import BatonWire
import C1Z
import Logging
import SwiftProtobuf

extension SyncStore {
    /// Opens the file.
    func open() throws {
        guard !wasOpened else {
            throw ServiceError(.failedPrecondition, "\(options.file): a sync runs once. Make a new one.")
        }
        wasOpened = true
        if let request = options.external, options.targets.isEmpty {
            let directory = try ExternalDirectory(request, environment: options.writing.environment)
            types.expected = directory.expectedTypes
            external = directory
        }
        let writer = try C1ZFile.write(options.file, options: options.writing)
        openedWriter = writer
        if let asked = options.writing.engine, asked != writer.engine {
            log.warning(
                "the file keeps the storage engine it has; baton convert makes one with another",
                metadata: ["asked": "\(asked.rawValue)", "engine": "\(writer.engine.rawValue)"])
        }
    }

    /// Goes on with an unfinished sync, or starts a new one; whether it goes on.
    func startOrResume() throws -> Bool {
        for unfinished in try writer.unfinishedSyncs(of: options.syncType, now: now) {
            // A state that can't be read must not be written over, so the sync counts as begun only afterwards.
            let found = try state(of: unfinished)
            if let verdict = found.verdict {
                log.warning(
                    "an unfinished sync is deleted: nothing can come of what it collected",
                    metadata: ["sync_id": "\(unfinished.id)", "cause": "\(verdict)"])
                try writing { try $0.delete(unfinished.id) }
                continue
            }
            guard isTheSameRequest(found) else {
                log.warning(
                    "an unfinished sync was asked for in another way and is left alone",
                    metadata: ["sync_id": "\(unfinished.id)"])
                continue
            }
            try restore(unfinished, found)
            run = try writing { try $0.resumeSync(unfinished.id) }
            logResumption(unfinished)
            if state.top == nil, !state.isCollected {
                state.push(SyncAction(.initialize))
                try commit()
            }
            return true
        }
        let others = try writer.syncRuns()
        if try writer.engine == .pebble, others.count > 1 {
            log.warning(
                "a file of this storage engine holds one sync; those that are in it make way for the new one",
                metadata: ["sync_ids": .array(others.map { .string($0.id) })])
        }
        let parent = options.targets.isEmpty ? "" : try writer.latestFinishedSync(of: .full)?.id ?? ""
        run = try writing { try $0.startSync(options.syncType, parent: parent) }
        state = SyncState()
        state.resourceTypes = options.resourceTypes
        state.targets = options.targets
        state.external = wantedExternal
        state.skipsGrants = options.skipsGrants
        state.skipsEntitlementsAndGrants = options.skipsEntitlementsAndGrants
        try commit()
        return false
    }

    /// Whether an unfinished sync collects what this run is asked for.
    private func isTheSameRequest(_ found: SyncState) -> Bool {
        Set(found.resourceTypes.map { ByteKey($0) }) == Set(options.resourceTypes.map { ByteKey($0) })
            && Set(found.targets) == Set(options.targets) && found.skipsGrants == options.skipsGrants
            && matchesTheSameFile(found)
            && (options.targets.isEmpty || found.skipsEntitlementsAndGrants == options.skipsEntitlementsAndGrants)
    }

    private var wantedExternal: [String] { external?.request.words ?? [] }

    /// Whether it is with the same identities of another file that grants are matched.
    private func matchesTheSameFile(_ found: SyncState) -> Bool {
        let plans = found.stack.contains { $0.operation == .listExternalResources }
        // Other programs don't note the file; as long as the step is still to come, any will do.
        guard !found.external.isEmpty else { return plans == (external != nil) }
        return found.external.elementsEqual(wantedExternal) { $0.hasSameBytes(as: $1) }
    }

    private func state(of unfinished: SyncRun) throws -> SyncState {
        do {
            return try SyncState(token: unfinished.token)
        } catch let error as ServiceError {
            throw error.adding(options.file)
        } catch {
            throw ServiceError(
                .unknown,
                "\(options.file): syncer token corrupt: \(error). Name another --file, or take one from a backup.")
        }
    }

    private func restore(_ unfinished: SyncRun, _ found: SyncState) throws {
        state = found
        if state.quality == nil {
            state.quality = IngestQuality()
            state.quality?.block(IngestQuality.unknownCheckpoint)
        }
        try writer.read(.resourceType, of: unfinished.id, where: .all) { record in
            types.add(try ResourceType(serializedBytes: Array(record.data)))
        }
        for action in state.stack where action.isSpawned { _ = once.admits(action) }
    }

    private func logResumption(_ run: SyncRun) {
        let top = state.top
        log.info(
            "resumed previous sync",
            metadata: [
                "sync_id": "\(run.id)", "sync_type": "\(run.typeName)",
                "current_action_op": "\(top?.operation.rawValue ?? "")",
                "current_action_resource_id": "\(top?.resource ?? "")",
                "current_action_resource_type_id": "\(top?.resourceType ?? "")",
                "current_action_page_token": "\(top?.pageToken ?? "")",
                "needs_expansion": .stringConvertible(state.needsExpansion),
                "has_external_resources_grants": .stringConvertible(state.hasExternalGrants),
                "should_fetch_related_resources": .stringConvertible(state.fetchesRelatedResources),
                "should_skip_entitlements_and_grants": .stringConvertible(state.skipsEntitlementsAndGrants),
                "should_skip_grants": .stringConvertible(state.skipsGrants),
                // A token carries no graph; it is made anew from the grants.
                "graph_loaded": .stringConvertible(false), "graph_has_no_cycles": .stringConvertible(false),
                "graph_depth": .stringConvertible(0), "graph_actions": .stringConvertible(0),
                "graph_edges": .stringConvertible(0), "graph_nodes": .stringConvertible(0),
                "completed_actions": .stringConvertible(state.completed),
            ])
    }
}
