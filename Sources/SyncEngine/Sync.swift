import AccessModel
import BatonWire
import C1Z
public import Logging

/// Copies what a connector knows into a file: plan, walk, expand, seal.
///
/// Pages are fetched by several workers; one store owns the file. However the sync ends, the file can be resumed.
public struct Sync: Sendable {
    let connector: any ConnectorClient
    let options: SyncOptions
    let log: Logger
    let store: SyncStore
    /// What is wrong with the options; the run ends with it.
    private let fault: ServiceError?
    let retrying: Retrying
    let cores: Int

    /// A sync of what `connector` lists.
    ///
    /// - Parameters:
    ///   - connector: who is asked.
    ///   - options: what is wanted, and into which file.
    ///   - observer: who watches.
    ///   - log: where the ecosystem's log lines go.
    ///   - cores: how many cores the machine has.
    ///   - sleep: waits that many seconds.
    public init(
        of connector: any ConnectorClient, options: SyncOptions, observer: any SyncObserver, log: Logger,
        cores: Int = 1,
        sleep: @escaping @Sendable (Double) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }
    ) {
        self.connector = connector
        do throws(ServiceError) {
            self.options = try options.settled()
            fault = nil
        } catch {
            self.options = options
            fault = error
        }
        self.log = log
        self.cores = cores
        store = SyncStore(self.options, log: log, observer: observer)
        let clock = options.writing.clock
        retrying = Retrying(
            now: {
                let now = clock()
                return Double(now.seconds) + Double(now.nanos) / 1e9
            }, sleep: sleep)
    }

    /// Runs the sync, or goes on with the one the file holds.
    ///
    /// - Throws: what stopped it. The file then holds what came in so far, unless it could not be written.
    public func run() async throws -> SyncOutcome {
        if let fault { throw fault }
        try await store.open()
        do {
            await store.tell { $0.phase = .validating }
            let sdkVersion = try await connector.validate().sdkVersion
            let isResumed = try await store.startOrResume()
            let activeSync = SDKVersion(sdkVersion).map { $0.takesSyncID } == true ? try await store.syncID : ""
            if !sdkVersion.isEmpty, SDKVersion(sdkVersion) == nil {
                log.warning("the connector's SDK version can't be read", metadata: ["sdk_version": "\(sdkVersion)"])
            }
            connector.use(store, activeSyncID: activeSync)
            defer { connector.use(nil, activeSyncID: activeSync) }
            try await walk(activeSync: activeSync)
            return try await seal(isResumed: isResumed, activeSync: activeSync)
        } catch {
            throw await interrupted(by: error)
        }
    }

    private func seal(isResumed: Bool, activeSync: String) async throws -> SyncOutcome {
        let verification = try await store.checkInvariants()
        await store.tell { $0.phase = .saving }
        let (stats, size) = try await store.seal(verification)
        log.info(
            "c1z: saved",
            metadata: [
                "output_path": "\(options.file)", "decompressed_bytes": .stringConvertible(size.decoded),
                "compressed_bytes": .stringConvertible(size.compressed),
            ])
        do {
            try await connector.cleanup(activeSyncID: activeSync)
        } catch {
            log.error("error clearing connector caches", metadata: ["error": "\(error)"])
        }
        let warnings = await store.warnings
        if !warnings.isEmpty {
            log.warning(
                "sync completed with warnings",
                metadata: [
                    "warning_count": .stringConvertible(warnings.count),
                    "warnings": .array(warnings.prefix(25).map { .dictionary(["error": "\($0)"]) }),
                ])
        }
        return SyncOutcome(
            syncID: try await store.syncID, isResumed: isResumed, warnings: warnings, stats: stats, size: size)
    }

    private static func sentence(_ error: any Error) -> String {
        let text = "\(error)"
        return text.hasSuffix(".") ? text : text + "."
    }

    /// Leaves something to go on from, and says how; the error to end with.
    private func interrupted(by error: any Error) async -> any Error {
        switch await store.interrupt(by: error) {
        case .nothing: return error
        case .file:
            let cause = error is CancellationError ? "interrupted" : "\(error)"
            log.warning(
                "the sync stopped before its end; run the same command again to go on from here",
                metadata: ["file": "\(options.file)", "cause": "\(cause)"])
            return error
        case .condemned:
            log.warning(
                "the sync can't be finished with what was listed; mend the cause, the next run starts anew",
                metadata: ["file": "\(options.file)", "cause": "\(error)"])
            return error
        case .endInWorkingCopy(let place):
            return ServiceError(
                StatusCode(of: error),
                "\(Self.sentence(error)) The sync came to its end but its file could not be written; what it collected is in \(place). "
                    + "Mend that and run the same command again.")
        case .workingCopy(let place, let failure):
            let isOther = !(error is CancellationError) && "\(error)" != "\(failure)"
            return ServiceError(
                StatusCode(of: failure),
                "\(Self.sentence(failure)) What was collected is kept in \(place): the same command goes on from there."
                    + (isOther ? " The sync had stopped because of: \(error)" : ""))
        }
    }
}

/// A version such as `v0.25.0`.
private struct SDKVersion {
    private let parts: [Int]

    init?(_ text: String) {
        let core = text.drop { $0 == "v" }.prefix { $0 != "-" && $0 != "+" }
        let parts = core.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, !parts.contains(nil) else { return nil }
        self.parts = parts.compactMap(\.self)
    }

    /// Since 0.4.3 connectors take the id of the sync with each call.
    var takesSyncID: Bool { !parts.lexicographicallyPrecedes([0, 4, 3]) }
}
