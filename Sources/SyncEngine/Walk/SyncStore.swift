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
    /// How many planned actions, or records made here, there are at a time.
    static let planningPage = 10_000

    private let executor = BlockingExecutor("c1z")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    let options: SyncOptions
    let log: Logger
    private let observer: any SyncObserver

    var openedWriter: (any C1ZWriter)?
    /// Whether the file was opened before: a sync runs once.
    var wasOpened = false
    var run: SyncRun?
    /// Whether the sync has been ended in the working copy.
    var isEnded = false
    /// The first error of the file; what is in memory may be ahead of the file since.
    private(set) var damage: C1ZError?
    var state = SyncState()
    var types = StoredTypes()
    /// The file whose identities are matched, if one is.
    var external: ExternalDirectory?
    /// The ids of all types that the connector listed in this process.
    var listedTypes: [String] = []
    var progress = SyncProgress()
    private var lastCommit: Int64 = 0
    var once = OnceOnly()
    var coverage = Coverage()

    init(_ options: SyncOptions, log: Logger, observer: any SyncObserver) {
        self.options = options
        self.log = log
        self.observer = observer
    }

    /// Seconds since 1970.
    var now: Int64 { options.writing.clock().seconds }

    // MARK: The file

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

    /// Changes the file.
    ///
    /// A full disk makes the database forget everything since the last commit, of which the state in memory knows nothing.
    /// So after the first error of the file nothing more is written.
    func writing<Value>(_ change: (any C1ZWriter) throws -> Value) throws -> Value {
        if let damage { throw damage }
        do {
            return try change(writer)
        } catch let error as C1ZError {
            damage = error
            throw error
        }
    }

    func commit() throws {
        let token = state.token
        try writing { try $0.commit(reaching: token) }
        lastCommit = now
    }

    func commitWhenDue() throws {
        // A clock that was set back must not keep what comes in from becoming durable.
        if abs(now - lastCommit) >= Self.commitInterval { try commit() }
    }

    /// The serialized stored resource.
    func resource(_ id: ResourceID) throws -> [UInt8]? {
        try writer.find(.resource(id), in: try syncID)
    }

    /// How much the file keeps of what a grant refers to.
    var detail: RecordDetail {
        get throws { try writer.detail }
    }

    // MARK: Steps

    /// The action as it stands now; nil when it is done.
    func current(_ action: SyncAction) -> SyncAction? { state.action(action.id) }

    /// The actions that may run next, topmost first.
    func nextBatch() -> [SyncAction] { state.batch(limit: 100) }

    /// Notes that an action is done, with what it leads to; those run before anything else.
    func finish(_ action: SyncAction, pushing more: [SyncAction] = []) throws {
        state.finish(action.id)
        for next in more { state.push(next) }
        try commitWhenDue()
    }

    /// Puts a page's rows together with the step they stand for.
    func put(_ batches: [RecordBatch], of action: SyncAction, next: String, pushing more: [SyncAction] = []) throws {
        try writing { writer in
            for batch in batches { try writer.put(batch) }
        }
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
        state.warn("\(error)")
        try finish(action)
    }

    /// Why actions were skipped.
    var warnings: [String] { state.warnings }

    /// Whether so much was skipped that the result can't be trusted (sync-engine §7.4).
    func checkWarnings() throws {
        let count = state.warningCount
        guard count > 10, state.completed > 0, count > state.completed / 10 else { return }
        throw ServiceError(
            .unknown,
            "too many warnings, exiting sync: warnings: [\(state.warnings.prefix(10).joined(separator: "; "))] "
                + "completed actions: \(state.completed)", isVerdict: true)
    }

    // MARK: Telling

    func tell(_ change: (inout SyncProgress) -> Void) {
        change(&progress)
        observer.syncProgressed(to: progress)
    }
}
