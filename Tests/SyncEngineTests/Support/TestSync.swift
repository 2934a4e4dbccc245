import AccessModel
import C1Z
import ConnectorKit
import ConnectorRuntime
import Foundation
import Logging
import SyncEngine
import Synchronization
import Testing

/// One sync with all that a test wants to see of it.
struct TestSync: Sendable {
    var file: String
    var workers = 1
    var types: [String] = []
    var targets: [SyncTarget] = []
    var skipsGrants = false
    var external: ExternalResources?
    var skipsEntitlementsAndGrants = false
    var expandsGrants = true
    var environment: [String: String] = [:]
    var temporaryFolder: String?
    var engine: StorageEngine?
    var clock: @Sendable () -> StoredTime = { StoredTime.now() }
    var sleep: @Sendable (Double) async throws -> Void = { _ in }
    let log = LogBook()
    var progress = ProgressBook()

    init(into file: String? = nil) throws {
        self.file = try file ?? Temporary.path()
    }

    var options: SyncOptions {
        var options = SyncOptions(
            file: file,
            writing: C1ZWriterOptions(
                temporaryFolder: temporaryFolder, environment: environment, engine: engine, clock: clock))
        options.workers = workers
        options.resourceTypes = types
        options.targets = targets
        options.skipsGrants = skipsGrants
        options.external = external
        options.skipsEntitlementsAndGrants = skipsEntitlementsAndGrants
        options.expandsGrants = expandsGrants
        return options
    }

    @discardableResult
    func run(_ client: any ConnectorClient) async throws -> SyncOutcome {
        try await Sync(
            of: client, options: options, observer: progress, log: log.logger, cores: 2, sleep: sleep
        ).run()
    }

    @discardableResult
    func run(_ connector: some Connector) async throws -> SyncOutcome {
        try await run(ConnectorAdapter(connector))
    }

    /// Runs the sync and reads what it wrote.
    func contents(of client: any ConnectorClient) async throws -> Contents {
        let outcome = try await run(client)
        return try Contents(of: file, sync: outcome.syncID)
    }

    func contents(of connector: some Connector) async throws -> Contents {
        try await contents(of: ConnectorAdapter(connector))
    }

    /// Runs a sync that must fail.
    func failure(of client: any ConnectorClient, sourceLocation: SourceLocation = #_sourceLocation) async throws
        -> any Error
    {
        let error = await #expect(throws: (any Error).self, sourceLocation: sourceLocation) { try await run(client) }
        return try #require(error)
    }

    /// The unfinished sync that the file holds.
    func unfinished() throws -> SyncRun? {
        try C1ZFile.open(file).syncRuns().last { !$0.isFinished }
    }
}

/// A clock that stands still until it is moved.
final class HandClock: Sendable {
    private let time: Mutex<Int64>

    init(at seconds: Int64 = 1_790_000_000) {
        time = Mutex(seconds)
    }

    var now: Int64 { time.withLock { $0 } }

    func advance(by seconds: Int64) { time.withLock { $0 += seconds } }

    var reading: @Sendable () -> StoredTime {
        { StoredTime(seconds: self.now, nanos: 0) }
    }
}

/// Something to write down from anywhere.
final class Notes<Note: Sendable>: Sendable {
    private let notes = Mutex<[Note]>([])

    var all: [Note] { notes.withLock { $0 } }
    var count: Int { notes.withLock { $0.count } }

    @discardableResult
    func add(_ note: Note) -> Int {
        notes.withLock {
            $0.append(note)
            return $0.count
        }
    }
}
