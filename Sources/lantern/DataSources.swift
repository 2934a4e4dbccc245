import AccessModel
import CommandLineKit
import ConnectorKit
import ExternalSources
import LanternCatalog
import Logging

/// `lantern datasource`.
struct DataSources: Sendable {
    private let folder: DataFolder
    private let flags: ParsedFlags
    private let stores: ExternalStores
    private let log: Logger
    private let environment: [String: String]

    init(_ flags: ParsedFlags, environment: [String: String]) throws {
        self.flags = flags
        self.environment = environment
        folder = try DataFolder(flags.string("data-dir"))
        log = Logger(label: "lantern") { _ in ServerLog(level: .error) }
        stores = ExternalStores(folder, flags, environment: environment, log: log)
    }

    // MARK: External data sources

    func create(_ name: String) async throws {
        let isFolder = !flags.string("folder").isEmpty
        guard isFolder != !flags.string("bucket").isEmpty else { throw UsageError("give either --bucket or --folder") }
        var settings = ExternalSource.Settings(isFolder ? .folder : .s3)
        settings.folder = flags.string("folder")
        settings.bucket = flags.string("bucket")
        settings.region = flags.string("region")
        settings.endpoint = flags.string("endpoint")
        settings.roleARN = flags.string("role-arn")
        settings.accessKeyID = flags.string("access-key-id")
        guard let access = ExternalSource.Access(rawValue: flags.string("access")) else {
            throw UsageError(
                "--access: must be one of \(ExternalSource.Access.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        settings.access = access
        let checked = try stores.checked(settings)
        let secret = try secretKey(for: checked)
        let catalog = try SQLiteCatalog(in: folder)
        defer { try? catalog.close() }
        let made = try await catalog.addExternalSource(named: name, checked) { id in
            secret.isEmpty ? [] : try stores.seal(secret, of: id)
        }
        var text = "\(made.name): \(made.place)\n"
        if checked.kind == .s3, checked.access == .role {
            text += "External ID for the trust policy of its role: \(made.externalID)\n"
        }
        StandardStreams.process.output(text)
    }

    private func secretKey(for settings: ExternalSource.Settings) throws -> String {
        guard settings.kind == .s3, settings.access == .keys else { return "" }
        let path = flags.string("secret-key-file")
        guard !path.isEmpty else { throw UsageError("--secret-key-file: name the file with the secret access key") }
        return try SecretFile.read(path).reveal()
    }

    func list() async throws {
        let catalog = try SQLiteCatalog(in: folder)
        defer { try? catalog.close() }
        var text = ""
        for source in try await catalog.externalSources() {
            let state = source.testedAt == nil ? "not tested" : source.testError.isEmpty ? "OK" : source.testError
            text += "\(source.id)  \(source.name)  \(source.place)  \(source.settings.access.rawValue)  \(state)\n"
        }
        StandardStreams.process.output(text.isEmpty ? "There are no external data sources.\n" : text)
    }

    func test(_ name: String) async throws {
        let catalog = try SQLiteCatalog(in: folder)
        defer { try? catalog.close() }
        let source = try await catalog.externalSource(called: name)
        let steps = try await stores.test(source, notingIn: catalog)
        for step in steps where step.isGood { StandardStreams.process.output("OK  \(step.name): \(step.finding)\n") }
        if let failed = steps.first(where: { !$0.isGood }) {
            throw CatalogError(.failedPrecondition, "\(failed.name): \(failed.finding)")
        }
    }

    func remove(_ name: String) async throws {
        let catalog = try SQLiteCatalog(in: folder)
        defer { try? catalog.close() }
        try await catalog.removeExternalSource(try await catalog.externalSource(called: name).id)
    }

    // MARK: What is fetched from them

    /// Has a file fetched into an application, now and by a schedule.
    func fetch(from name: String) async throws {
        let catalog = try SQLiteCatalog(in: folder)
        defer { try? catalog.close() }
        let external = try await catalog.externalSource(called: name)
        let key = try ObjectKey.parse(flags.string("file-name"), in: external)
        let schedule = try Schedule(flags.string("schedule"))
        let application = try await catalog.applicationMadeIfNew(flags.string("app"))
        let source = try await dataSource(of: application, fetching: key, from: external, schedule, in: catalog)
        try await look(at: source, in: catalog)
        let known = try await catalog.dataSource(source.id)
        if let error = known.feed?.error, !error.isEmpty { throw CatalogError(.failedPrecondition, error) }
        guard let run = known.newest else {
            throw CatalogError(.unavailable, "\(key): waits in line; the server's log says why it wasn't fetched.")
        }
        try await ImportReport(catalog).tell(of: run, into: application)
    }

    /// The data source that fetches the file already, or else a new one.
    private func dataSource(
        of application: Application, fetching key: String, from external: ExternalSource, _ schedule: Schedule,
        in catalog: SQLiteCatalog
    ) async throws -> DataSource {
        let known = try await catalog.dataSources(of: application.id).first {
            $0.feed?.key == key && $0.feed?.externalSourceID == external.id
        }
        guard let known else {
            return try await catalog.addDataSource(
                to: application.id, fetching: key, from: external.id, schedule, named: key)
        }
        if flags.isGiven("schedule") { try await catalog.updateFeed(of: known.id, schedule: schedule) }
        try await catalog.requestCheck(of: known.id)
        return try await catalog.dataSource(known.id)
    }

    /// Looks at the data source, or waits until the server that works on the folder has.
    private func look(at source: DataSource, in catalog: SQLiteCatalog) async throws {
        let health = SourceHealth(catalog, log: log)
        var runner = ImportRunner(catalog, environment: environment, log: log)
        runner.ended = { await health.imported($0) }
        let imports = ImportQueue(runner)
        while true {
            if let lock = try FolderLock(folder) {
                try await catalog.putBackInterrupted()
                try await SourcePoller(catalog, stores, health, limit: .max, log: log) {}.look(atDue: [source.id])
                await imports.workOff()
                _ = consume lock
                return
            }
            let known = try await catalog.dataSource(source.id)
            let isLookedAt = known.feed?.nextCheckAt != source.feed?.nextCheckAt
            if isLookedAt, known.newest.map({ $0.state.isOver || $0.state == .paused }) ?? true {
                return
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}

extension SQLiteCatalog {
    /// The external data source that somebody calls by its name or its id.
    ///
    /// - Throws: `CatalogError` when there is none, or several have the name.
    func externalSource(called word: String) async throws -> ExternalSource {
        let found = try await externalSources().filter { $0.name == word || $0.id == word }
        guard let source = found.first else {
            throw CatalogError(.notFound, "\(word): there is no such external data source.")
        }
        guard found.count == 1 else {
            throw CatalogError(
                .failedPrecondition, "\(word): several external data sources are called so. Name it by its id.")
        }
        return source
    }
}
