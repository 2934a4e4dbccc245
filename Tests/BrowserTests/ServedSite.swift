import ExternalSources
import Foundation
import LanternCatalog
import LanternSignIn
import LanternWeb
import Logging
import Synchronization

/// A server with an administrator who is signed in by the first page that is opened.
struct ServedSite {
    let base: String
    let door: String
    let folder: URL
    let catalog: SQLiteCatalog
    private let clock = MovedClock()
    private let running: Task<Void, any Error>

    /// - Parameter environment: the variables with the server's own credentials.
    init(_ environment: [String: String] = ["AWS_EC2_METADATA_DISABLED": "true"]) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "lantern-browser-\(UUID().uuidString)")
        let data = try DataFolder(folder.path)
        let catalog = try SQLiteCatalog(in: data, now: { [clock] in clock.now })
        self.catalog = catalog
        let signIn = try SignIn(at: data.accounts)
        let user = try await signIn.addUser(email: "ann@example.com", name: "Ann", role: .administrator)
        let link = try await signIn.link(for: user, to: .signIn)
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let queue = ImportQueue(ImportRunner(catalog, log: log))
        let stores = ExternalStores(
            data, environment: environment, allowsPrivateEndpoints: true, sourceFolder: nil, log: log)
        let poller = SourcePoller(
            catalog, stores, SourceHealth(catalog, log: log), limit: 1 << 30, log: log
        ) { queue.wake() }
        let site = Site(
            catalog: catalog, signIn: signIn, imports: queue, poller: poller, settings: .init(isSecure: true), log: log)
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        let server = WebServer(
            site, at: .init(host: "127.0.0.1", port: 0),
            certificate: try ServerCertificate(madeIn: data, for: ["localhost", "127.0.0.1"])
        ) { announce.yield($0) }
        running = Task {
            async let imports: Void = queue.run()
            async let looks: Void = poller.run()
            try await server.run()
            _ = await (imports, looks)
        }
        var iterator = ports.makeAsyncIterator()
        base = "https://localhost:\(await iterator.next() ?? 0)"
        door = "\(base)/sign-in/\(link)"
    }

    /// Lets time go on for the catalog.
    func pass(seconds: Int64) { clock.pass(seconds) }

    func end() {
        running.cancel()
        try? FileManager.default.removeItem(at: folder)
    }
}

/// The system's clock, ahead by what it was told.
private final class MovedClock: Sendable {
    private let ahead = Mutex<Int64>(0)
    var now: Int64 { SQLiteCatalog.systemTime() + ahead.withLock { $0 } }
    func pass(_ seconds: Int64) { ahead.withLock { $0 += seconds } }
}
