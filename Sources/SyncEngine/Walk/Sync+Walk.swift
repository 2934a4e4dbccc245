import AccessModel
import BatonWire
import C1Z
import Logging
import SwiftProtobuf
import Synchronization

extension Sync {
    /// Works off the stack until it is empty.
    func walk(activeSync: String) async throws {
        while true {
            try await store.checkWarnings()
            let batch = await store.nextBatch()
            guard let first = batch.first else { return }
            try Task.checkCancellation()
            await announce(first)
            if first.isBatchable {
                try await runSideBySide(batch, activeSync: activeSync)
            } else {
                try await attempt(first) { try await runAlone($0, activeSync: activeSync) }
            }
        }
    }

    private func runSideBySide(_ batch: [SyncAction], activeSync: String) async throws {
        let workers = min(options.workerCount(cores: cores), batch.count)
        log.info(
            "syncing in parallel",
            metadata: ["actions": .stringConvertible(batch.count), "workers": .stringConvertible(workers)])
        let queue = ActionQueue(batch)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<workers {
                group.addTask {
                    while let action = queue.next() {
                        try await runToItsEnd(action, activeSync: activeSync)
                    }
                }
            }
            // The first error ends the batch: leaving here cancels the other workers and waits for them.
            while try await group.next() != nil {}
        }
    }

    private func runToItsEnd(_ action: SyncAction, activeSync: String) async throws {
        while let current = await store.current(action) {
            try Task.checkCancellation()
            try await attempt(current) { try await runPage($0, activeSync: activeSync) }
        }
    }

    /// Runs one step, treating its error by its class (sync-engine §7.1).
    private func attempt(_ action: SyncAction, _ step: (SyncAction) async throws -> Void) async throws {
        do {
            try await step(action)
            retrying.succeeded()
        } catch let error where StatusCode(of: error) == .notFound && action.operation.toleratesNotFound(action) {
            try await store.skip(action, because: error)
        } catch let error where Retrying.mayPass(error) && !(error is CancellationError) {
            let wait = retrying.wait(after: error)
            log.warning(
                "retrying operation", metadata: ["error": "\(error)", "wait": .stringConvertible(wait)])
            await store.tell { $0.waitingFor = "\(error), \(Int(wait.rounded(.up))) s" }
            try await retrying.pause(wait)
            await store.tell { $0.waitingFor = nil }
        } catch let error as ServiceError where error.code != .cancelled {
            throw error.adding(action.words)
        } catch let error as BinaryDecodingError {
            let cause = ServiceError("something in the answer can't be read, likely a connector bug", because: error)
            throw cause.adding(action.words)
        }
    }

    private func runAlone(_ action: SyncAction, activeSync: String) async throws {
        switch action.operation {
        case .initialize: try await store.plan(action, fetchesAssets: connector.offersAssets)
        case .listResourceTypes: try await listResourceTypes(action, activeSync: activeSync)
        case .listResources: try await store.planResources(action)
        case .listEntitlements, .listGrants: try await store.planPerResource(action)
        case .listStaticEntitlements: try await listStaticEntitlements(action, activeSync: activeSync)
        case .fetchAssets: try await fetchAssets(action)
        case .expandGrants: try await store.expand(action)
        case .syncTarget: try await syncTarget(action, activeSync: activeSync)
        case .listExternalResources: try await store.syncExternalResources(action)
        }
    }

    private func runPage(_ action: SyncAction, activeSync: String) async throws {
        switch action.operation {
        case .listResources: try await listResources(action, activeSync: activeSync)
        case .listEntitlements: try await listEntitlements(action, activeSync: activeSync)
        case .listGrants: try await listGrants(action, activeSync: activeSync)
        default: try await runAlone(action, activeSync: activeSync)
        }
    }

    private func announce(_ action: SyncAction) async {
        guard let phase = action.operation.phase else { return }
        guard await store.progress.phase != phase else { return }
        if let text = action.operation.announcement { log.info(text) }
        let total = await store.total(of: action.operation)
        await store.tell {
            $0.phase = phase
            $0.done = 0
            $0.total = total
        }
    }
}

/// Hands out the actions of a batch, each once.
private final class ActionQueue: Sendable {
    private let actions: [SyncAction]
    private let taken = Mutex(0)

    init(_ actions: [SyncAction]) {
        self.actions = actions
    }

    func next() -> SyncAction? {
        taken.withLock { taken in
            guard taken < actions.count else { return nil }
            taken += 1
            return actions[taken - 1]
        }
    }
}

extension SyncAction.Operation {
    /// What people see while it runs.
    var phase: SyncPhase? {
        switch self {
        case .listResourceTypes: .resourceTypes
        case .listResources, .syncTarget: .resources
        case .listStaticEntitlements: .staticEntitlements
        case .listEntitlements: .entitlements
        case .listGrants: .grants
        case .fetchAssets: .assets
        case .listExternalResources: .externalResources
        case .expandGrants: .expansion
        default: nil
        }
    }

    /// The ecosystem's log line for its beginning.
    var announcement: Logger.Message? {
        switch self {
        case .listResourceTypes: "Syncing resource types..."
        case .listResources: "Syncing resources..."
        case .listStaticEntitlements: "Syncing static entitlements..."
        case .listEntitlements: "Syncing entitlements..."
        case .listGrants: "Syncing grants..."
        case .listExternalResources: "Syncing external resources"
        case .expandGrants: "Expanding grants..."
        default: nil
        }
    }

    /// Whether something that is gone only costs its own rows.
    func toleratesNotFound(_ action: SyncAction) -> Bool {
        switch self {
        case .listResources: !action.isRoot
        case .listEntitlements, .listGrants, .listStaticEntitlements, .syncTarget: true
        default: false
        }
    }
}

extension SyncAction {
    /// What it was doing, for an error.
    var words: String {
        let place = resource.isEmpty ? resourceType : "\(resourceType)/\(resource)"
        let page = pageToken.isEmpty ? "" : ", page after \"\(pageToken.prefix(80))\""
        switch operation {
        case .listResources: return "list-resources of \(place)\(page)"
        case .listEntitlements: return "list-entitlements of \(place)\(page)"
        case .listGrants: return "sync-grants-for-resource: grants on \(place)\(page)"
        default: return operation.rawValue + (place.isEmpty ? "" : " of \(place)") + page
        }
    }
}
