import AccessModel
import C1Z
public import Logging
import Spreadsheets
import SyncEngine

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Performs imports: opens the file, lays it out, compares it with what is there, and applies the differences.
public struct ImportRunner: Sendable {
    let catalog: SQLiteCatalog
    let environment: [String: String]
    let log: Logger
    /// Called when a step was reached; tests stop there.
    var reached: @Sendable (ImportRun.Stage) -> Void = { _ in }

    /// Called when an import came to its end, or waits for a decision that nobody asked to make.
    public var ended: @Sendable (ImportRun) async -> Void = { _ in }

    /// - Parameter environment: where limits of decoders are looked up.
    public init(_ catalog: SQLiteCatalog, environment: [String: String] = [:], log: Logger) {
        self.catalog = catalog
        self.environment = environment
        self.log = log
    }

    /// Performs one import that was taken from the line; how it ended stands in its record.
    func perform(_ run: ImportRun) async throws {
        try await performed(run)
        let outcome = try await catalog.importRun(run.id)
        if outcome.state.isOver || (outcome.state == .paused && !outcome.wantsPreview) { await ended(outcome) }
    }

    private func performed(_ run: ImportRun) async throws {
        do {
            if try await isUnchanged(run) { return try await endUnchanged(run) }
            switch try prepare(run) {
            case .apply(let scope, let counts):
                try begin(.applying, of: run)
                try catalog.apply(run, scope, counts) { reached(.indexing) }
                try catalog.removeOldUploads(of: run.sourceKey)
                log.info("import applied", metadata: ["import": "\(run.id)", "file": "\(run.fileName)"])
            case .pause(let reason):
                if try await catalog.pause(run, reason) {
                    log.notice("import waits", metadata: ["import": "\(run.id)", "reason": "\(reason)"])
                    return
                }
            case .skip(let reason):
                try await catalog.end(run, .skipped, error: reason)
                try catalog.removeOldUploads(of: run.sourceKey)
            }
        } catch is CancellationError {
            // Whoever stops the server stops the import too; it is taken up again when the server is back.
            try catalog.putBack(run)
            throw CancellationError()
        } catch {
            // A file that can't be taken is its sender's business; anything else is the server's.
            let level: Logger.Level = error is any StatusCoded ? .notice : .error
            log.log(
                level: level, "import failed", error: error,
                metadata: ["import": "\(run.id)", "file": "\(run.fileName)"])
            // Before anything is written: it may be what the disk is full of.
            StagingArea.remove(at: catalog.stagingPath(run.id))
            try await catalog.end(run, .error, error: Self.text(of: error, run))
            try catalog.removeOldUploads(of: run.sourceKey)
        }
        StagingArea.remove(at: catalog.stagingPath(run.id))
    }

    /// The error as people know it: by the name of the file that they chose, not by where it is kept.
    private static func text(of error: any Error, _ run: ImportRun) -> String {
        if let text = SQLiteCatalog.text(of: error) { return text }
        return "\(error)".replacing(anyPathEndingIn: run.sha256, with: run.fileName)
    }

    private enum Outcome {
        case apply(ImportScope, [ImportCount])
        case pause(String)
        case skip(String)
    }

    private func begin(_ stage: ImportRun.Stage, of run: ImportRun) throws {
        try Task.checkCancellation()
        try catalog.note(stage, of: run)
        reached(stage)
    }

    // MARK: The same file again

    private func isUnchanged(_ run: ImportRun) async throws -> Bool {
        guard let last = try await catalog.dataSource(run.dataSourceID).lastApplied, last.id != run.id else {
            return false
        }
        return last.sha256 == run.sha256 && last.mapping == run.mapping
            && (run.syncID.isEmpty || run.syncID == last.syncID)
    }

    private func endUnchanged(_ run: ImportRun) async throws {
        try await catalog.copyCounts(to: run)
        try await catalog.end(run, .done)
    }

    // MARK: Laying out and comparing

    private func prepare(_ run: ImportRun) throws -> Outcome {
        try begin(.opening, of: run)
        if run.isRemoval { return try prepareRemoval(run) }
        let path = catalog.folder.upload(run.sha256)
        let area = try StagingArea(at: catalog.stagingPath(run.id))
        var (contents, problems): (ImportContents, StagingProblems)
        let format = try FileFormat(of: path, named: run.fileName)
        try catalog.check(format, of: run)
        switch format {
        case .c1z: (contents, problems) = try stageC1Z(path, of: run, into: area)
        case .spreadsheet: (contents, problems) = try stageSheet(path, of: run, into: area)
        }
        try area.close()
        if run.transport == ImportRun.fetch, try isOlder(contents, of: run) {
            return .skip("it is older than what is there: its sync ended before the current one's")
        }
        try begin(.comparing, of: run)
        let counts = try catalog.compare(run, contents.scope, problems)
        let doubt = run.replacesEverything ? nil : try doubt(about: run, contents, counts, problems)
        if run.wantsPreview { return .pause(doubt ?? ImportRun.previewReason) }
        return doubt.map { .pause($0) } ?? .apply(contents.scope, counts)
    }

    /// Why somebody should look at an import before it is applied; nil when there is no reason.
    private func doubt(
        about run: ImportRun, _ contents: ImportContents, _ counts: [ImportCount], _ problems: StagingProblems
    ) throws -> String? {
        if let reason = try catalog.anomaly(in: counts, of: run) { return reason }
        let removed = ImportCount.sum(of: counts).removed
        if problems.unreadRows > 0, removed > 0 {
            return "\(problems.unreadRows) of its rows have errors, and it would remove \(removed) things"
        }
        guard run.wantsPreview, try isOlder(contents, of: run) else { return nil }
        return "it is older than what is there: its sync ended before the current one's"
    }

    private func isOlder(_ contents: ImportContents, of run: ImportRun) throws -> Bool {
        guard let ended = contents.endedAt, let current = try catalog.newestSyncEnd(before: run) else { return false }
        return ended < current
    }

    /// Compares what a data source told with nothing.
    private func prepareRemoval(_ run: ImportRun) throws -> Outcome {
        let area = try StagingArea(at: catalog.stagingPath(run.id))
        try area.close()
        try begin(.comparing, of: run)
        return .apply(.everything, try catalog.compare(run, .everything, StagingProblems()))
    }

    private func stageC1Z(
        _ path: String, of run: ImportRun, into area: StagingArea
    ) throws -> (ImportContents, StagingProblems) {
        let reader = try C1ZFile.open(path, environment: environment)
        let sync = try C1ZChoice(reader, named: run.fileName, wanted: run.syncID).sync
        var contents = ImportContents(format: reader.engine == .sqlite ? "c1z v1" : "c1z v3")
        contents.syncID = sync.id
        contents.syncType = sync.typeName
        contents.endedAt = sync.endedAt?.seconds
        contents.scope = try C1ZChoice.scope(of: sync)
        let stats = try reader.stats(of: sync)
        contents.rows = Self.total(of: stats)
        try catalog.note(contents, of: run)
        let expanded = try expandedWriter(reader, sync, path, of: run)
        defer { expanded?.discard() }
        try begin(.staging, of: run)
        var problems = StagingProblems()
        let isPart = contents.scope == .targets || contents.scope == .targetsWithoutGrants
        try area.fill(takesReferences: isPart) { writer in
            try C1ZContents(reader: expanded ?? reader, run: sync) { count in
                try catalog.note(.staging, of: run, read: count)
            }.stage(into: writer)
            try writer.finish()
            problems = writer.problems
            try Self.checkGrants(writer, run)
        }
        return (contents, problems)
    }

    /// How many records there are by what the file says, which may be anything.
    static func total(of stats: SyncStats) -> Int64 {
        [stats.resourceTypes, stats.resources, stats.entitlements, stats.grants].reduce(0) { sum, count in
            let (total, isTooMuch) = sum.addingReportingOverflow(max(0, count))
            return isTooMuch ? .max : total
        }
    }

    private func stageSheet(
        _ path: String, of run: ImportRun, into area: StagingArea
    ) throws -> (ImportContents, StagingProblems) {
        guard run.syncID.isEmpty else {
            throw CatalogError(
                .invalidArgument, "\(run.fileName): is a table, which has no syncs. Leave out the sync's id.")
        }
        do {
            let sheet = try Spreadsheet.open(path)
            let contents = ImportContents(format: sheet.format == .csv ? "csv" : "xlsx")
            try catalog.note(contents, of: run)
            try begin(.staging, of: run)
            let chosen = try SheetMapping(json: run.mapping)
            let mapping =
                try chosen?.columns(of: sheet.headers) ?? Spreadsheets.ColumnMapping(recognizing: sheet.headers)
            try catalog.forgetProblems(of: run)
            var problems = StagingProblems()
            try area.fill { writer in
                let outcome = try SheetContents(sheet: sheet, mapping: mapping, dateOrder: chosen?.dateOrder) { count in
                    try catalog.note(.staging, of: run, read: count)
                } keep: { found in
                    try catalog.keep(found, of: run)
                }.stage(into: writer)
                try writer.finish()
                problems = writer.problems
                problems.unreadRows = outcome.errorRows
                problems.note(outcome.firstProblems.map(\.description), of: outcome.problems)
                try catalog.note(dateOrder: outcome.dateOrder, of: run)
                guard outcome.rows > 0 else {
                    throw SpreadsheetError(
                        "has no row that can be imported. \(outcome.firstProblems.first?.description ?? "")")
                }
            }
            return (contents, problems)
        } catch let error as SpreadsheetError {
            throw CatalogError(.invalidArgument, "\(run.fileName): \(error)")
        }
    }

    /// More than a tenth of grants that refer to nothing means that the file is not what it seems to be.
    private static func checkGrants(_ writer: StagingWriter, _ run: ImportRun) throws {
        guard writer.problems.danglingGrants * 10 > writer.problems.grants else { return }
        throw CatalogError(
            .invalidArgument,
            "\(run.fileName): \(writer.problems.danglingGrants) of its \(writer.problems.grants) grants refer to entitlements or principals that are not in it. Run the connector again."
        )
    }

    // MARK: Expansion

    /// A copy of the file in which what follows from other grants is there; nil when it is there already.
    private func expandedWriter(
        _ reader: any C1ZReader, _ sync: SyncRun, _ path: String, of run: ImportRun
    ) throws -> (any C1ZWriter)? {
        guard sync.type != .partial, try reader.hasPendingExpansions(of: sync) else { return nil }
        try begin(.expanding, of: run)
        let copy = "\(catalog.folder.work)/\(run.id).c1z"
        unlink(copy)
        guard link(path, copy) == 0 else {
            throw CatalogError(.internal, "\(run.fileName): can't be copied: \(String(cString: strerror(errno))).")
        }
        defer { unlink(copy) }
        let writer = try C1ZFile.write(
            copy, options: C1ZWriterOptions(temporaryFolder: catalog.folder.work, environment: environment))
        do {
            try SyncExpansion(of: sync.id, in: writer, environment: environment, log: log).run()
        } catch {
            writer.discard()
            throw error
        }
        return writer
    }
}

extension C1ZReader {
    /// Whether a sync holds grants that others follow from, and was not expanded.
    fileprivate func hasPendingExpansions(of sync: SyncRun) throws -> Bool {
        do {
            try read(.grant, of: sync.id, where: .all) { record in
                if record.needsExpansion, record.expansion != nil { throw FoundOne() }
            }
            return false
        } catch is FoundOne {
            return true
        }
    }
}

/// Ends a search.
private struct FoundOne: Error {}

extension String {
    /// Paths that end in a name, replaced.
    fileprivate func replacing(anyPathEndingIn name: String, with other: String) -> String {
        guard let range = firstRange(of: name) else { return self }
        let start = self[..<range.lowerBound].lastIndex(where: \.isWhitespace).map { index(after: $0) } ?? startIndex
        return String(self[..<start]) + other + self[range.upperBound...]
    }
}
