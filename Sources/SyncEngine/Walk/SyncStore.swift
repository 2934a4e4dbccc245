import AccessModel
import BatonWire
import C1Z
import Logging
import SwiftProtobuf
import WireForm

/// Owns the file while a sync runs: every page's rows and the step they stand for are put together, so that at any instant
/// the file can be resumed (sync-engine §4).
actor SyncStore {
    /// At the latest after this many seconds what came in is made durable.
    private static let commitInterval: Int64 = 2
    /// How many planned actions are made at a time.
    static let planningPage = 10_000

    private let executor = BlockingExecutor("c1z")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    let options: SyncOptions
    let log: Logger
    private let observer: any SyncObserver

    private var openedWriter: (any C1ZWriter)?
    private(set) var run: SyncRun?
    var state = SyncState()
    var types = StoredTypes()
    var progress = SyncProgress()
    private(set) var warnings: [String] = []
    private var lastCommit: Int64 = 0
    private var scheduledChildren: Set<ChildListing> = []
    private var admittedCursors: Set<SpawnedCursor> = []
    var coverage = Coverage()

    init(_ options: SyncOptions, log: Logger, observer: any SyncObserver) {
        self.options = options
        self.log = log
        self.observer = observer
    }

    // MARK: Begin

    /// Opens the file.
    func open() throws {
        openedWriter = try C1ZFile.write(options.file, options: options.writing)
    }

    var writer: any C1ZWriter {
        get throws {
            guard let openedWriter else { throw ServiceError(.internal, "the file \(options.file) is not open") }
            return openedWriter
        }
    }

    var syncID: String {
        get throws {
            guard let run else { throw ServiceError(.internal, "no sync has been started in \(options.file)") }
            return run.id
        }
    }

    /// Goes on with an unfinished sync, or starts a new one; whether it goes on.
    func startOrResume() throws -> Bool {
        let writer = try writer
        let now = options.writing.clock().seconds
        if let unfinished = try writer.latestUnfinishedSync(of: options.syncType, now: now) {
            run = try writer.resumeSync(unfinished.id)
            try restore(unfinished)
            return true
        }
        run = try writer.startSync(options.syncType, parent: "")
        state = SyncState()
        try commit()
        return false
    }

    private func restore(_ unfinished: SyncRun) throws {
        do {
            state = try SyncState(token: unfinished.token)
        } catch {
            throw ServiceError(.unknown, "\(options.file): syncer token corrupt: \(error)")
        }
        if state.quality == nil {
            state.quality = IngestQuality()
            state.quality?.block(IngestQuality.unknownCheckpoint)
        }
        if state.top == nil { state.push(SyncAction(.initialize)) }
        try writer.read(.resourceType, of: unfinished.id, where: .all) { record in
            types.add(try ResourceType(serializedBytes: Array(record.data)))
        }
        for action in state.stack where action.isSpawned { admittedCursors.insert(SpawnedCursor(action)) }
        logResumption(unfinished)
    }

    private func logResumption(_ run: SyncRun) {
        log.info(
            "resumed previous sync",
            metadata: [
                "sync_id": "\(run.id)", "sync_type": "\(run.typeName)",
                "current_action_op": "\(state.top?.operation.rawValue ?? "")",
                "current_action_resource_type_id": "\(state.top?.resourceType ?? "")",
                "current_action_resource_id": "\(state.top?.resource ?? "")",
                "needs_expansion": "\(state.needsExpansion)",
                "completed_actions": .stringConvertible(state.completed),
            ])
    }

    // MARK: Steps

    /// Notes that an action is done, with what it leads to; those run before anything else.
    func finish(_ action: SyncAction, pushing more: [SyncAction] = []) throws {
        state.finish(action.id)
        for next in more { state.push(next) }
        try commitWhenDue()
    }

    /// Puts a page's rows together with the step they stand for.
    func put(_ batches: [RecordBatch], of action: SyncAction, next: String, pushing more: [SyncAction] = []) throws {
        let writer = try writer
        for batch in batches { try writer.put(batch) }
        if next.isEmpty {
            state.finish(action.id)
        } else {
            state.update(action.id) { $0.pageToken = next }
        }
        for action in more { state.push(action) }
        try commitWhenDue()
    }

    /// Skips an action whose object is gone.
    func skip(_ action: SyncAction, because error: any Error) throws {
        log.warning(
            "skipping sync action", metadata: ["action": "\(action.json.text)", "error": "\(error)"])
        warnings.append("\(error)")
        try finish(action)
    }

    /// Whether so much was skipped that the result can't be trusted (sync-engine §7.4).
    func checkWarnings() throws {
        guard warnings.count > 10, state.completed > 0, warnings.count * 10 > Int(clamping: state.completed) else {
            return
        }
        throw ServiceError(
            .unknown,
            "too many warnings, exiting sync: warnings: \(warnings.prefix(10).joined(separator: "; ")) "
                + "completed actions: \(state.completed)")
    }

    /// The action as it stands now; nil when it is done.
    func current(_ action: SyncAction) -> SyncAction? { state.action(action.id) }

    /// The actions that may run next, topmost first.
    func nextBatch() -> [SyncAction] { state.batch(limit: 100) }

    func commit() throws {
        try writer.commit(reaching: state.token)
        lastCommit = options.writing.clock().seconds
    }

    func commitWhenDue() throws {
        if options.writing.clock().seconds - lastCommit >= Self.commitInterval { try commit() }
    }

    /// The serialized stored resource.
    func resource(_ id: ResourceID) throws -> [UInt8]? {
        try writer.find(.resource(id), in: try syncID)
    }

    // MARK: Once only

    /// Whether children of that type under that parent still have to be listed; says yes once.
    func admitsChildren(of type: String, under parent: ResourceID) -> Bool {
        scheduledChildren.insert(ChildListing(type: ByteKey(type), parent: parent)).inserted
    }

    /// Whether a spawned cursor is new; says yes once.
    func admits(_ cursor: SyncAction) -> Bool {
        admittedCursors.insert(SpawnedCursor(cursor)).inserted
    }

    // MARK: Telling

    func tell(_ change: (inout SyncProgress) -> Void) {
        change(&progress)
        observer.syncProgressed(to: progress)
    }

    // MARK: The end

    /// Leaves a file that can be resumed.
    func interrupt() throws {
        guard let openedWriter else { return }
        guard run != nil else {
            openedWriter.isContinuation ? () : openedWriter.discard()
            return
        }
        try commit()
        _ = try openedWriter.save()
    }

    /// Seals the sync and writes the file.
    func seal(_ verification: SyncVerification) throws -> (stats: SyncStats, size: (decoded: Int64, compressed: Int64))
    {
        let writer = try writer
        let id = try syncID
        try commit()
        let deleted = try writer.deleteOldSyncs()
        if !deleted.isEmpty {
            log.info("Cleaning up old sync data...", metadata: ["delete_count": .stringConvertible(deleted.count)])
            for old in deleted { log.info("Removed old sync data.", metadata: ["sync_id": "\(old)"]) }
        }
        try writer.endSync()
        try writer.mark(id, verification)
        let stats = try writer.stats(of: try writer.sync(id))
        log.info("Sync complete.")
        return (stats, try writer.save())
    }
}

private struct ChildListing: Hashable {
    let type: ByteKey
    let parent: ResourceID
}

/// What makes a spawned cursor the same cursor.
private struct SpawnedCursor: Hashable {
    let parts: [ByteKey]
    let isTypeScoped: Bool

    init(_ action: SyncAction) {
        parts = [
            action.operation.rawValue, action.resourceType, action.resource, action.parentType, action.parent,
            action.pageToken,
        ].map { ByteKey($0) }
        isTypeScoped = action.isTypeScoped
    }
}

/// How many resources of each type have had their entitlements or grants listed.
struct Coverage {
    private(set) var totals: [ByteKey: Int] = [:]
    private var done: [SyncAction.Operation: [ByteKey: Int]] = [:]

    mutating func count(_ number: Int, of type: String) {
        totals[ByteKey(type), default: 0] += number
    }

    mutating func cover(_ operation: SyncAction.Operation, of type: String) -> (done: Int, total: Int) {
        let key = ByteKey(type)
        let covered = done[operation, default: [:]][key, default: 0] + 1
        done[operation, default: [:]][key] = covered
        return (covered, totals[key] ?? 0)
    }
}
