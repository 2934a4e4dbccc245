import AccessModel
import CommandLineKit
import LanternCatalog
import Logging

/// `lantern import`.
struct Importing: Sendable {
    private let folder: DataFolder
    private let application: String
    private let source: String
    private let replacesEverything: Bool
    private let environment: [String: String]

    init(_ flags: ParsedFlags, environment: [String: String]) throws {
        folder = try DataFolder(flags.string("data-dir"))
        application = flags.string("app")
        source = flags.string("source")
        replacesEverything = flags.bool("replace-everything")
        self.environment = environment
    }

    func run(_ file: String) async throws {
        let catalog = try SQLiteCatalog(in: folder)
        defer { try? catalog.close() }
        let received = try Upload.copying(file, into: folder)
        let application = try await application(in: catalog)
        let target = try await source(for: received, of: application, in: catalog)
        var order = ImportOrder(by: "command line", through: "command line")
        order.replacesEverything = replacesEverything
        let run = try await catalog.enqueue(received, for: target.id, order)
        try await perform(run, in: catalog)
        try await report(try await catalog.importRun(run.id), application, catalog)
    }

    /// Performs the import, or waits until the server that works on the folder has.
    private func perform(_ run: ImportRun, in catalog: SQLiteCatalog) async throws {
        while true {
            if let lock = try FolderLock(folder) {
                try await catalog.putBackInterrupted()
                let log = Logger(label: "lantern") { _ in ServerLog(level: .critical) }
                await ImportQueue(ImportRunner(catalog, environment: environment, log: log)).workOff()
                _ = consume lock
                return
            }
            let state = try await catalog.importRun(run.id).state
            guard !state.isOver, state != .paused else { return }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    private func source(
        for file: ReceivedFile, of application: Application, in catalog: SQLiteCatalog
    ) async throws -> DataSource {
        guard !source.isEmpty else {
            if let fitting = try await catalog.fittingSource(for: file, of: application.id) { return fitting }
            return try await catalog.addDataSource(to: application.id, kind: .file, named: file.name)
        }
        let known = try await catalog.dataSources(of: application.id).filter { $0.kind == .file }
        if let named = known.first(where: { $0.id == source || $0.name == source }) { return named }
        return try await catalog.addDataSource(to: application.id, kind: .file, named: source)
    }

    private func application(in catalog: SQLiteCatalog) async throws -> Application {
        if let found = try await catalog.application(called: application) { return found }
        return try await catalog.createApplication(named: application)
    }

    private func report(_ run: ImportRun, _ application: Application, _ catalog: SQLiteCatalog) async throws {
        switch run.state {
        case .done: break
        case .paused:
            throw CatalogError(
                .failedPrecondition,
                "\(run.fileName): was not applied: \(run.pauseReason). Look at it in the browser, or repeat with --replace-everything."
            )
        case .waiting, .running, .applying:
            throw CatalogError(
                .unavailable, "\(run.fileName): waits in line; the server's log says why it couldn't be imported.")
        default: throw CatalogError(.failedPrecondition, run.error)
        }
        var text = "\(application.name): \(run.fileName) imported\(run.revision == nil ? ", no changes" : "").\n"
        for count in try await catalog.counts(of: run) where count.total > 0 || count.isChange {
            let name = count.name.isEmpty ? count.kind.rawValue : "\(count.kind.rawValue) (\(count.name))"
            text += "  \(count.total) \(name)"
            if run.revision != nil { text += "  +\(count.added) ~\(count.changed) -\(count.removed)" }
            text += "\n"
        }
        if run.warnings > 0 { text += "  \(run.warnings) warnings; the browser shows them.\n" }
        StandardStreams.process.output(text)
    }
}

extension SQLiteCatalog {
    /// The application that somebody calls by its name or its id; nil when none has that name.
    ///
    /// - Throws: `CatalogError` when several have the name, or none has the id.
    func application(called word: String) async throws -> Application? {
        if let named = try await application(named: word) { return named }
        return KSUID(word) == nil ? nil : try await application(word)
    }
}
