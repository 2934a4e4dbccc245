import ExternalSources
import Foundation
import LanternCatalog
import Logging
import Synchronization

/// A catalog with an application, whose data sources are fetched; its time goes on when it is told to.
final class TestSources: Sendable {
    let catalog: SQLiteCatalog
    let stores: ExternalStores
    let poller: SourcePoller
    let application: String
    let clock = TestClock()
    /// What was told of failures, in order.
    let told = Told()
    private let url: URL
    private let imports: ImportQueue

    init(
        _ environment: [String: String] = [:], allowsPrivateEndpoints: Bool = true, limit: Int64 = 1 << 30
    ) async throws {
        url = FileManager.default.temporaryDirectory.appending(path: "lantern-sources-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url.appending(path: "shared"), withIntermediateDirectories: true)
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let folder = try DataFolder(url.appending(path: "data").path)
        catalog = try SQLiteCatalog(in: folder, now: { [clock] in clock.now })
        stores = ExternalStores(
            folder, environment: environment, allowsPrivateEndpoints: allowsPrivateEndpoints,
            sourceFolder: url.appending(path: "shared").path, log: log)
        let health = SourceHealth(catalog, log: log, told: { [told] in told.add($0, $1) })
        var runner = ImportRunner(catalog, log: log)
        runner.ended = { await health.imported($0) }
        imports = ImportQueue(runner)
        poller = SourcePoller(catalog, stores, health, limit: limit, log: log) {}
        application = try await catalog.createApplication(named: "Test").id
    }

    deinit {
        try? catalog.close()
        try? FileManager.default.removeItem(at: url)
    }

    /// The folder within which folders may be data sources.
    var shared: URL { url.appending(path: "shared") }

    /// Adds an external data source.
    func external(
        secret: String = "", _ kind: ExternalSource.Kind = .s3,
        _ set: (inout ExternalSource.Settings) -> Void = { _ in }
    ) async throws -> ExternalSource {
        var settings = ExternalSource.Settings(kind)
        settings.bucket = kind == .s3 ? "bucket" : ""
        settings.access = .ambient
        set(&settings)
        return try await catalog.addExternalSource(named: "Source", try stores.checked(settings)) { [stores] id in
            secret.isEmpty ? [] : try stores.seal(secret, of: id)
        }
    }

    /// Adds a data source to the application.
    func fetched(_ key: String, from external: ExternalSource, _ schedule: String = "") async throws -> String {
        try await catalog.addDataSource(
            to: application, fetching: key, from: external.id, try Schedule(schedule), named: key
        ).id
    }

    /// Looks at what is due, and imports what came.
    func look() async throws {
        try await poller.look(atDue: nil)
        await imports.workOff()
    }

    /// How a data source stands: the outcome of the last look, and how many imports there are.
    func state(of source: String) async throws -> (outcome: Check.Outcome?, imports: Int, error: String) {
        let known = try await catalog.dataSource(source)
        let runs = try await catalog.importRuns(of: application, source: source, PageRequest()).rows
        return (
            try await catalog.checks(of: known, limit: 1).first?.outcome, runs.count, known.feed?.error ?? ""
        )
    }

    var accounts: Int64 {
        get async throws { try await catalog.application(application).counts.accounts }
    }
}

/// A clock that stands still until it is told to go on.
final class TestClock: Sendable {
    private let seconds = Mutex<Int64>(1_764_000_000)
    var now: Int64 { seconds.withLock { $0 } }
    func pass(_ count: Int64) { seconds.withLock { $0 += count } }
}

/// What a poller told.
final class Told: Sendable {
    private let events = Mutex<[String]>([])
    var all: [String] { events.withLock { $0 } }
    func add(_ source: DataSource, _ event: SourceEvent) {
        events.withLock { events in
            switch event {
            case .failed(_, let times): events.append("failed \(times)")
            case .recovered(let times): events.append("recovered after \(times)")
            }
        }
    }
}

/// Files that can be imported.
enum Made {
    /// A spreadsheet with so many accounts.
    static func sheet(accounts: Int) -> Data {
        let rows = (0..<accounts).map { "u\($0),u\($0)@example.com,User \($0)\n" }
        return Data(("User ID,Email Address,Full Name\n" + rows.joined()).utf8)
    }
}
