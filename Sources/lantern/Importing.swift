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
        let application = try await catalog.applicationMadeIfNew(application)
        let target = try await source(for: received, of: application, in: catalog)
        var order = ImportOrder(by: "command line", through: "command line")
        order.replacesEverything = replacesEverything
        let run = try await catalog.enqueue(received, for: target.id, order)
        try await perform(run, in: catalog)
        try await ImportReport(catalog).tell(of: try await catalog.importRun(run.id), into: application)
    }

    /// Performs the import, or waits until the server that works on the folder has.
    private func perform(_ run: ImportRun, in catalog: SQLiteCatalog) async throws {
        while true {
            if let lock = try FolderLock(folder) {
                try await catalog.putBackInterrupted()
                let log = Logger(label: "lantern") { _ in ServerLog(level: .error) }
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
