import AccessModel
import CommandLineKit
import ExternalSources
import LanternCatalog
import LanternSignIn
import LanternWeb
import Logging
import Notices
import ServiceLifecycle
import UnixSignals

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// `lantern serve`.
struct Serving: Sendable {
    private let folder: DataFolder
    private let address: WebServer.Address
    private let certificate: ServerCertificate?
    private let uploadLimit: Int64
    private let log: Logger
    private let environment: [String: String]
    private let stores: ExternalStores
    private let notices: NoticeSender
    private let publicURL: String

    init(_ flags: ParsedFlags, environment: [String: String]) throws {
        self.environment = environment
        folder = try DataFolder(flags.string("data-dir"))
        guard let address = WebServer.Address(flags.string("listen")) else {
            throw UsageError("--listen: must be an address and a port, such as 127.0.0.1:8443")
        }
        self.address = address
        certificate = try Self.certificate(flags, folder, address)
        uploadLimit = Int64(flags.int("upload-limit-mib")) << 20
        guard let level = Logger.Level(rawValue: flags.string("log-level")) else {
            throw UsageError("--log-level: must be debug, info, warning or error")
        }
        log = Logger(label: "lantern") { _ in ServerLog(level: level) }
        notices = try NoticeSender(flags, environment: environment, log: log)
        publicURL = try Self.publicURL(flags.string("public-url"))
        stores = ExternalStores(folder, flags, environment: environment, log: log)
    }

    private static func publicURL(_ text: String) throws -> String {
        let isAddress = ["https://", "http://"].contains { text.hasPrefix($0) }
        guard text.isEmpty || (isAddress && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }) else {
            throw UsageError("--public-url: must be an address, such as https://lantern.example.com")
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    private static func certificate(
        _ flags: ParsedFlags, _ folder: DataFolder, _ address: WebServer.Address
    ) throws -> ServerCertificate? {
        let (file, key) = (flags.string("tls-cert"), flags.string("tls-key"))
        guard file.isEmpty == key.isEmpty else { throw UsageError("--tls-cert and --tls-key go together") }
        if flags.bool("no-tls") {
            guard file.isEmpty else { throw UsageError("--no-tls: leave out --tls-cert and --tls-key") }
            return nil
        }
        guard file.isEmpty else { return ServerCertificate(certificate: file, key: key) }
        var names = ["localhost", "127.0.0.1", "::1"]
        if !["0.0.0.0", "::", "127.0.0.1", "localhost", "::1"].contains(address.host) { names.append(address.host) }
        if let host = hostName, host != "localhost" { names.append(host) }
        return try ServerCertificate(madeIn: folder, for: names)
    }

    private static var hostName: String? {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count) == 0 else { return nil }
        let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.isEmpty ? nil : text
    }

    func run() async throws {
        guard let lock = try FolderLock(folder) else {
            throw CatalogError(
                .failedPrecondition,
                "\(folder.path): another lantern works on it. Stop that first, or name another --data-dir.")
        }
        try await serve()
        // It is had until here.
        _ = consume lock
    }

    private func serve() async throws {
        let catalog = try SQLiteCatalog(in: folder)
        let signIn = try SignIn(at: folder.accounts)
        try await catalog.recoverImports()
        let alerts = Alerts(notices, catalog, signIn, publicURL: publicURL, log: log)
        var runner = ImportRunner(catalog, environment: environment, log: log)
        let health = SourceHealth(
            catalog, log: log,
            told: { [isActive = notices.isActive] in if isActive { await alerts.tell(of: $0, $1) } })
        runner.ended = { [isActive = notices.isActive] run in
            await health.imported(run)
            if run.state == .paused, isActive { await alerts.tell(of: run) }
        }
        let imports = ImportQueue(runner)
        let poller = SourcePoller(catalog, stores, health, limit: uploadLimit, log: log) { imports.wake() }
        let site = Site(
            catalog: catalog, signIn: signIn, imports: imports, poller: poller,
            settings: .init(isSecure: certificate != nil, uploadLimit: uploadLimit), log: log)
        let setUp = try await signIn.isNew() ? try await signIn.setUpLink() : nil
        let server = WebServer(site, at: address, certificate: certificate) { port in announce(port, setUp) }
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(service: server, failureTerminationBehavior: .gracefullyShutdownGroup),
                .init(service: ImportService(imports: imports)),
                .init(service: PollingService(poller: poller)),
            ], gracefulShutdownSignals: [.sigterm, .sigint], logger: quietLog)
        // Whoever stalls an upload doesn't keep the server from stopping.
        configuration.maximumGracefulShutdownDuration = .seconds(30)
        try await ServiceGroup(configuration: configuration).run()
        try catalog.close()
        try signIn.close()
    }

    private var quietLog: Logger {
        var quiet = log
        quiet.logLevel = .warning
        return quiet
    }

    /// What a person needs to get in, once the server can be reached.
    private func announce(_ port: Int, _ setUp: String?) {
        let host = ["0.0.0.0", "::", "127.0.0.1"].contains(address.host) ? "localhost" : address.host
        let base = "\(certificate == nil ? "http" : "https")://\(WebServer.Address(host: host, port: port))"
        var text = "Lantern is at \(base)\n"
        if let setUp { text += "Make the first administrator, within a day: \(base)/set-up/\(setUp)\n" }
        StandardStreams.process.output(text)
    }
}

/// Looks at external data sources for as long as the server runs.
private struct PollingService: Service {
    let poller: SourcePoller

    func run() async throws {
        await cancelWhenGracefulShutdown { await poller.run() }
    }
}

extension ExternalStores {
    /// External data sources as the flags of the server, or of a command beside it, allow them.
    init(_ folder: DataFolder, _ flags: ParsedFlags, environment: [String: String], log: Logger) {
        let sourceFolder = flags.string("source-folder")
        self.init(
            folder, environment: environment, allowsPrivateEndpoints: flags.bool("allow-private-endpoints"),
            sourceFolder: sourceFolder.isEmpty ? nil : sourceFolder, log: log)
    }
}

/// Performs imports for as long as the server runs; one that is under way when it stops is taken up again later.
private struct ImportService: Service {
    let imports: ImportQueue

    /// Other programs put imports in line without ringing.
    private static let pause = Duration.seconds(2)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await imports.run() }
                group.addTask {
                    // Ends with the cancellation of the whole.
                    while (try? await Task.sleep(for: Self.pause)) != nil { imports.wake() }
                }
            }
        }
    }
}
