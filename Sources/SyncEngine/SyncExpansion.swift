import AccessModel
public import C1Z
public import Logging

/// Derives the grants of a sync that is finished already, and nothing else: "only expand" (sync-engine §17.3).
///
/// What was derived before stays and is completed, so doing it again changes nothing.
public struct SyncExpansion {
    private let sync: String
    private let writer: any C1ZWriter
    private let environment: [String: String]
    private let log: Logger

    /// An expansion of the finished sync with the id `sync`.
    public init(of sync: String, in writer: any C1ZWriter, environment: [String: String], log: Logger) {
        self.sync = sync
        self.writer = writer
        self.environment = environment
        self.log = log
    }

    /// Expands the sync, counts what it holds and notes which checks it passed.
    ///
    /// Saving the file is left to the caller. The sync may be the sum of several, which together can contradict what each alone
    /// was checked for. That is warned of: no connector is there to be blamed.
    ///
    /// - Throws: `ServiceError` when a grant expands what isn't its principal's, or the sync's state can't be read.
    public func run() throws {
        let run = try writer.reopenSync(sync)
        var state = try SyncState(toExpand: run.token, of: writer.file)
        if run.token.isEmpty || state.quality == nil {
            state.quality = IngestQuality()
            state.quality?.block(IngestQuality.unknownCheckpoint)
        }
        while let action = state.top { state.finish(action.id) }
        state.push(SyncAction(.expandGrants))
        try writer.markDiffable()
        log.info("Expanding grants...")
        try ExpansionPass(writer: writer, sync: sync, environment: environment, log: log).run { _ in
            try Task.checkCancellation()
        }
        while let action = state.top { state.finish(action.id) }
        do {
            try Invariants.check(sync, in: writer)
        } catch let error as ServiceError where error.isVerdict {
            log.warning("\(error)")
        }
        try writer.endSync(reaching: state.finalToken)
        try writer.mark(sync, Invariants.mergedVerification)
    }

    /// The token of a finished sync, made ready for its expansion (sync-engine §3.6).
    public static func preparedToken(_ token: String, of file: String) throws -> String {
        try SyncState(toExpand: token, of: file).token
    }
}

extension SyncState {
    /// The state of a finished sync with its expansion still to be done.
    fileprivate init(toExpand token: String, of file: String) throws {
        do {
            try self.init(token: token)
        } catch {
            throw ServiceError(.unknown, "\(file): syncer token corrupt: \(error). Sync again.")
        }
        needsExpansion = true
        if top == nil { push(SyncAction(.initialize)) }
    }
}
