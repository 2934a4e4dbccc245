import AccessModel
import CommandLineKit
import LanternCatalog
import LanternSignIn
import LanternWeb
import Logging
import ServiceLifecycle
import UnixSignals

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `lantern explore`: the pages over one file, for whoever sits at this machine.
struct Exploring: Sendable {
    private let address: WebServer.Address
    private let environment: [String: String]

    init(_ flags: ParsedFlags, environment: [String: String]) throws {
        guard let address = WebServer.Address(flags.string("listen")),
            ["127.0.0.1", "localhost", "::1"].contains(address.host)
        else {
            throw UsageError("--listen: must be a loopback address, such as 127.0.0.1:8080: nobody signs in")
        }
        self.address = address
        self.environment = environment
    }

    func run(_ file: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "lantern-explore-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let data = try DataFolder(folder.path)
        let catalog = try SQLiteCatalog(in: data)
        let signIn = try SignIn(at: data.accounts)
        let log = Logger(label: "lantern") { _ in ServerLog(level: .critical) }
        let imports = ImportQueue(ImportRunner(catalog, environment: environment, log: log))
        let received = try Upload.copying(file, into: data)
        let application = try await catalog.createApplication(named: received.name)
        let source = try await catalog.addDataSource(to: application.id, kind: .file, named: received.name)
        let run = try await catalog.enqueue(received, for: source.id, ImportOrder(by: "you", through: "command line"))
        await imports.workOff()
        let ended = try await catalog.importRun(run.id)
        guard ended.state == .done else { throw CatalogError(.invalidArgument, ended.error) }
        var settings = Site.Settings(isSecure: false)
        settings.isExplorer = true
        let site = Site(catalog: catalog, signIn: signIn, imports: imports, settings: settings, log: log)
        let host = address.host.contains(":") ? "[\(address.host)]" : address.host
        let server = WebServer(site, at: address, certificate: nil) { port in
            StandardStreams.process.output(
                "\(received.name) is shown at http://\(host):\(port)/apps/\(application.id) until you press Ctrl C\n")
        }
        let group = ServiceGroup(
            configuration: .init(services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: log))
        try await group.run()
        try catalog.close()
        try signIn.close()
    }
}
