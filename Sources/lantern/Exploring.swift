import AccessModel
import CommandLineKit
import LanternCatalog
import LanternSignIn
import LanternWeb
import Logging

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// `lantern explore`: the pages over one file, for whoever sits at this machine.
struct Exploring: Sendable {
    private let address: WebServer.Address
    private let sync: String
    private let type: String
    private let browser: DesktopBrowser?
    private let environment: [String: String]

    init(_ flags: ParsedFlags, environment: [String: String]) throws {
        let (host, port) = (flags.string("host"), flags.int("port"))
        guard ["127.0.0.1", "localhost", "::1"].contains(host) else {
            throw UsageError(
                "--host: must be 127.0.0.1, ::1 or localhost: nobody signs in, so only this machine may look")
        }
        guard (0...65535).contains(port) else { throw UsageError("--port: must be a number up to 65535") }
        address = WebServer.Address(host: host, port: port)
        sync = flags.string("sync-id")
        type = flags.string("resource-type")
        browser = flags.bool("no-browser") ? nil : DesktopBrowser(environment: environment)
        self.environment = environment
    }

    func run(_ file: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "lantern-explore-\(UUID().uuidString)"
        ).path
        // Nothing is kept, so that there is nothing to finish: also half an import just goes.
        try ProcessSignals.watch([SIGINT, SIGTERM, SIGHUP]) { _ in
            Self.remove(folder)
            _exit(0)
        }
        defer { Self.remove(folder) }
        let data = try DataFolder(folder)
        let catalog = try SQLiteCatalog(in: data)
        let signIn = try SignIn(at: data.accounts)
        let log = Logger(label: "lantern") { _ in ServerLog(level: .critical) }
        let imports = ImportQueue(ImportRunner(catalog, environment: environment, log: log))
        let application = try await application(of: file, in: data, catalog, imports)
        let page = try await firstPage(of: application, in: catalog)
        var settings = Site.Settings(isSecure: false)
        settings.isExplorer = true
        let site = Site(catalog: catalog, signIn: signIn, imports: imports, settings: settings, log: log)
        let server = WebServer(site, at: address, certificate: nil) { port in
            let url = "http://\(WebServer.Address(host: address.host, port: port))\(page)"
            StandardStreams.process.output("\(application.name) is shown at \(url) until you press Ctrl C\n")
            browser?.open(url)
        }
        do {
            try await server.run()
        } catch let error as ListeningError {
            // In the words of the reference, and with what to do.
            throw CatalogError(
                .unavailable,
                "error running explorer: listen tcp \(address): bind: \(error.reason). Name another --port.")
        }
    }

    /// Puts what is in the file into a catalog of its own.
    private func application(
        of file: String, in data: DataFolder, _ catalog: SQLiteCatalog, _ imports: ImportQueue
    ) async throws -> Application {
        let received = try Upload.copying(file, into: data)
        let application = try await catalog.createApplication(named: received.name)
        let source = try await catalog.addDataSource(to: application.id, kind: .file, named: received.name)
        var order = ImportOrder(by: "you", through: "command line")
        order.sync = sync
        let run = try await catalog.enqueue(received, for: source.id, order)
        await imports.workOff()
        let ended = try await catalog.importRun(run.id)
        guard ended.state == .done else { throw CatalogError(.invalidArgument, ended.error) }
        return application
    }

    /// The application's page, or the list of the type that is to be seen first.
    private func firstPage(of application: Application, in catalog: SQLiteCatalog) async throws -> String {
        let home = "/apps/\(application.id)"
        guard !type.isEmpty else { return home }
        let types = try await catalog.resourceTypes(of: application.id)
        guard let chosen = types.first(where: { $0.externalID == type }) else {
            let known = types.map(\.externalID).sorted().joined(separator: ", ")
            throw CatalogError(
                .notFound, "--resource-type: there is no type \"\(type)\" in the file. It has: \(known).")
        }
        let list =
            switch chosen.kind {
            case .account: "accounts"
            case .group: "groups"
            case .secret: "secrets"
            case .role, .application, .other: "resources"
            }
        return "\(home)/\(list)?type=\(chosen.id)"
    }

    /// Removes the folder while others may still write into it: under its new name they don't find it.
    private static func remove(_ folder: String) {
        let leaving = folder + ".leaving"
        guard rename(folder, leaving) == 0 else { return }
        try? FileManager.default.removeItem(atPath: leaving)
    }
}
