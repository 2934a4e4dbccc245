import AccessModel
public import LanternCatalog
public import Logging

/// Keeps count of what goes wrong with data sources that are fetched, and tells of it.
///
/// One works when what it has was imported, or is what was imported before; a file that has only arrived proves nothing.
public struct SourceHealth: Sendable {
    private let catalog: any Catalog
    private let log: Logger
    private let told: @Sendable (DataSource, SourceEvent) async -> Void

    /// - Parameter told: called when a data source fails, or works again.
    public init(
        _ catalog: any Catalog, log: Logger,
        told: @escaping @Sendable (DataSource, SourceEvent) async -> Void = { _, _ in }
    ) {
        self.catalog = catalog
        self.log = log
        self.told = told
    }

    /// Takes note of an import that came to its end.
    public func imported(_ run: ImportRun) async {
        guard !run.isRemoval, run.state == .done || run.state == .error else { return }
        do {
            let source = try await catalog.dataSource(run.dataSourceID)
            guard source.feed != nil else { return }
            if run.state == .done {
                let failures = try await catalog.noteImport(of: source, error: "")
                if failures > 0 { await told(source, .recovered(after: failures)) }
            } else {
                let error = "\(run.fileName) couldn't be imported: \(run.error)"
                await told(source, .failed(error, times: try await catalog.noteImport(of: source, error: error)))
            }
        } catch {
            guard !Task.isCancelled else { return }
            log.error("the end of an import can't be noted", error: error, metadata: ["import": "\(run.id)"])
        }
    }

    /// Takes note of a look that failed.
    func failed(_ source: DataSource, _ error: any Error) async throws {
        let failures = try await catalog.noteFailure(source, "\(error)")
        log.notice(
            "data source can't be fetched", error: error,
            metadata: ["source": "\(source.id)", "failures": "\(failures)"])
        await told(source, .failed("\(error)", times: failures))
    }

    /// Takes note of a look at which what was imported before was there.
    func unchanged(_ source: DataSource) async throws {
        try await catalog.noteUnchanged(source)
        if let failures = source.feed?.failures, failures > 0 { await told(source, .recovered(after: failures)) }
    }
}

/// What became of a data source.
public enum SourceEvent: Sendable {
    /// It failed, for so many times in a row.
    case failed(String, times: Int)
    /// It works again, after it failed so often.
    case recovered(after: Int)
}
