import AccessModel
import CommandLineKit
import LanternCatalog

/// Tells how an import ended.
struct ImportReport: Sendable {
    private let catalog: SQLiteCatalog

    init(_ catalog: SQLiteCatalog) { self.catalog = catalog }

    /// - Throws: `CatalogError` when nothing was imported.
    func tell(of run: ImportRun, into application: Application) async throws {
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
    /// The application that somebody calls by its name or its id, which is made when none has the name.
    func applicationMadeIfNew(_ word: String) async throws -> Application {
        if let found = try await application(called: word) { return found }
        return try await createApplication(named: word)
    }
}
