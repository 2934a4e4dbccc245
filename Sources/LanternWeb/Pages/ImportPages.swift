import AccessModel
import HTTPTypes
import Hummingbird
import LanternCatalog
import LanternSignIn
import NIOCore
import Spreadsheets
import WireForm

extension Site {
    // MARK: From file

    @Sendable func showImportForm(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        try requireChange(of: application.id, by: context)
        let sources = try await catalog.dataSources(of: application.id).filter { $0.kind == .file }
        let chosen = request.uri.queryParameters["source"].map(String.init) ?? Self.fittingSource
        let choices =
            [(Self.fittingSource, "Replace the data that it fits")]
            + sources.map { ($0.id, "Replace the data of \($0.name)") } + [("", "Add a data source")]
        let target: HTML =
            sources.isEmpty
            ? .blank
            : "<div class=\"field\"><label for=\"source\">Where it goes</label>\(select("source", "Where it goes", choices, chosen))</div>"
        return applicationPage(
            application, tab: "Data sources", context,
            """
            <form class="card form" method="post" action="/apps/\(application.id)/import" enctype="multipart/form-data" data-upload>
            <h2>Import app data from file</h2>
            \(context.session.map(Components.token))
            \(target)
            <div class="field">
            <label for="file">Choose file</label>
            <div class="drop">\(Icon.upload.html)<input id="file" name="file" type="file" accept=".c1z,.csv,.tsv,.xlsx" required aria-describedby="file-hint">
            <p class="hint" id="file-hint">A <code>.c1z</code>, <code>.csv</code> or <code>.xlsx</code> file. Drop it here, or choose it.</p></div>
            </div>
            \(Components.field("name", "Name of a new data source", hint: "Without one it is called like the file."))
            <label class="tick"><input type="checkbox" name="immediately" data-remembered> Import without preview</label>
            <label class="tick"><input type="checkbox" name="everything"> Apply it even if it takes away half of what is there</label>
            <progress class="wide" max="100" value="0" hidden aria-label="Upload"></progress>
            <div class="row"><button class="button primary" type="submit">Upload</button>
            <a class="button quiet" href="/apps/\(application.id)/data-sources">Cancel</a></div>
            </form>
            """)
    }

    @Sendable func takeUpload(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        try requireChange(of: application.id, by: context)
        guard let session = context.session else { throw WebError.notSignedIn }
        let (form, file) = try await receive(request, session)
        var order = ImportOrder(by: session.user.email, through: "upload")
        order.wantsPreview = !form.isTicked("immediately")
        order.replacesEverything = form.isTicked("everything")
        let run = try await enqueue(file, for: application, source: form["source"], named: form["name"], order)
        try await record("imported file", on: application.id, detail: file.name, by: context)
        if request.wantsJSON { return APIAnswer.json(.object([("location", .string("/imports/\(run.id)"))])) }
        return see("/imports/\(run.id)")
    }

    /// What stands for the data source that a file is most likely meant for.
    private static let fittingSource = "fitting"

    /// Puts a file in line, for a data source that is there or a new one.
    func enqueue(
        _ file: ReceivedFile, for application: Application, source: String, named name: String = "",
        _ order: ImportOrder
    ) async throws -> ImportRun {
        var source = source
        if source == Self.fittingSource {
            source = try await catalog.fittingSource(for: file, of: application.id)?.id ?? ""
        }
        if source.isEmpty {
            source = try await catalog.addDataSource(
                to: application.id, kind: .file, named: name.isEmpty ? file.name : name
            ).id
        } else if try await catalog.dataSource(source).applicationID != application.id {
            throw WebError.badRequest("source: feeds another application.")
        }
        let run = try await catalog.enqueue(file, for: source, order)
        imports.wake()
        return run
    }

    /// Reads a form with a file; nothing is kept unless our own page sent it.
    private func receive(_ request: Request, _ session: Session) async throws -> (Form, ReceivedFile) {
        var reader = try MultipartReader(contentType: request.headers[.contentType] ?? "")
        var fields: [(name: String, value: String)] = []
        var spool = try Upload(into: catalog.folder, limit: settings.uploadLimit)
        var name = ""
        for try await buffer in request.body {
            for event in try reader.read(buffer.readableBytesView) {
                switch event {
                case .field(let field, let value): fields.append((field, value))
                case .file(_, let file):
                    try Form(fields: fields).check(session)
                    name = file
                case .content(let bytes): try bytes.withUnsafeBytes { try spool.append($0) }
                case .fileEnd, .end: continue
                }
            }
        }
        guard reader.isComplete else { throw WebError.badRequest("The upload broke off. Nothing was imported.") }
        guard !name.isEmpty else { throw WebError.badRequest("file: choose a file first.") }
        return (Form(fields: fields), try spool.finish(named: name))
    }

    // MARK: One import

    private func run(_ context: WebContext) async throws -> (ImportRun, Application) {
        let run = try await catalog.importRun(context.parameters.require("import"))
        return (run, try await application(run.applicationID, for: context))
    }

    @Sendable func showImport(_ request: Request, _ context: WebContext) async throws -> Response {
        let (run, application) = try await run(context)
        let counts = try await catalog.counts(of: run)
        let warnings = try await catalog.warnings(of: run)
        let state = ListState(request)
        let kind = ImportCount.Kind(rawValue: state["kind"]) ?? counts.first(where: \.isChange)?.kind ?? .account
        if request.format == ListFormat.csv.rawValue {
            return changeFile(named: "\(run.fileName)-\(kind.rawValue)-changes", fetch: differences(run, kind))
        }
        return applicationPage(
            application, tab: "Data sources", context,
            """
            <h2>\(Icon.file.html)\(run.fileName) \(run.chip)</h2>
            \(outcome(run, context))
            \(try await reportLinks(run, context))
            \(facts(run))
            \(counts.isEmpty ? .blank : countTable(counts))
            \(try await differences(run, application, kind, counts, state))
            \(warnings.isEmpty ? .blank : warningList(warnings, run.warnings))
            """)
    }

    private func outcome(_ run: ImportRun, _ context: WebContext) -> HTML {
        switch run.state {
        case .paused: return decision(run, context)
        case .error: return Components.notice("<p>\(run.error)</p><p>Nothing was changed.</p>", .bad)
        case .skipped: return Components.notice("<p>Skipped: \(run.error).</p>", .quiet)
        case .cancelled: return Components.notice("<p>Cancelled. Nothing was changed.</p>", .quiet)
        case .done:
            return run.revision == nil
                ? Components.notice("<p>No changes: the application is as the file says already.</p>", .good)
                : Components.notice(
                    """
                    <p>Imported. Look at the <a href="/apps/\(run.applicationID)/accounts">accounts</a>, <a href="/apps/\(run.applicationID)/resources">resources</a>, <a href="/apps/\(run.applicationID)/entitlements">entitlements</a> or <a href="/apps/\(run.applicationID)/grants">grants</a>.</p>
                    """, .good)
        case .waiting, .running, .applying:
            return """
                <div class="card" data-progress="/imports/\(run.id)/progress.json">
                <p aria-live="polite"><b data-field="stage">\(run.stageText)</b> <span data-field="rows" class="muted">\(run.rowText)</span></p>
                <progress class="wide" max="100" value="\(run.percent)" data-field="percent" aria-label="Import"></progress>
                <p class="muted">This page follows the import. It goes on when you leave.</p>
                <noscript><p><a class="button" href="/imports/\(run.id)">Look again</a></p></noscript>
                </div>
                """
        }
    }

    private func decision(_ run: ImportRun, _ context: WebContext) -> HTML {
        let reason: HTML =
            run.wantsPreview
            ? """
            <p>This is what the file would change. Nothing is changed yet.</p>
            \(run.isUnusual ? "<p><b>Look twice:</b> \(run.pauseReason).</p>" as HTML : .blank)
            """
            : "<p><b>Not applied:</b> \(run.pauseReason). If that is right, confirm it.</p>"
        guard context.user?.changes(run.applicationID) == true else {
            return Components.notice(reason + "<p>An owner of the application decides.</p>", .warn)
        }
        let token = context.session.map(Components.token)
        return Components.notice(
            """
            \(reason)
            <form method="post" action="/imports/\(run.id)/confirm" class="inline">\(token)<button class="button primary" type="submit">\(run.wantsPreview ? "Import" : "Confirm changes")</button></form>
            <form method="post" action="/imports/\(run.id)/cancel" class="inline">\(token)<button class="button quiet" type="submit">\(run.wantsPreview ? "Cancel" : "Discard")</button></form>
            """, run.wantsPreview && !run.isUnusual ? .quiet : .warn)
    }

    private func facts(_ run: ImportRun) -> HTML {
        guard !run.isRemoval else {
            return Components.facts([
                ("Kind", "Removal of a data source"),
                ("Asked for", "\(Components.time(run.createdAt, now: now)) by \(run.actor)"),
            ])
        }
        let download: HTML =
            catalog.folder.keeps(run.sha256)
            ? "<a href=\"/imports/\(run.id)/file\" download>\(Moments.size(run.size))</a>"
            : "\(Moments.size(run.size)), no longer kept"
        var facts: [(String, HTML)] = [
            ("Kind", "\(run.format.isEmpty ? "–" : run.format)"), ("Size", download),
            ("Sync", "<code>\(run.syncID.isEmpty ? "–" : run.syncID)</code> \(run.syncType)"),
            ("Sync ended", Components.time(run.syncEndedAt, now: now)),
            ("Uploaded", "\(Components.time(run.createdAt, now: now)) by \(run.actor)"), ("Took", "\(run.duration)"),
            ("SHA-256", "<code>\(run.sha256.prefix(16))…</code>"),
        ]
        if run.isSpreadsheet { facts.removeAll { $0.0.hasPrefix("Sync") } }
        if let order = run.dateOrder {
            facts.append(("Dates with slashes", order == .dayFirst ? "Day first" : "Month first"))
        }
        return Components.facts(facts)
    }

    private func countTable(_ counts: [ImportCount]) -> HTML {
        Components.table(
            "Contents", ["What", "In the file", "Changes"],
            counts.map { count in
                let title = count.name.isEmpty ? count.kind.title : count.name
                return ["\(title)", "\(Components.number(count.total))", count.delta]
            })
    }

    private func warningList(_ warnings: [String], _ total: Int64) -> HTML {
        let items = warnings.map { warning -> HTML in "<li>\(warning)</li>" }
        return """
            <details class="card"><summary>\(Icon.warning.html)\(Components.number(total)) warnings</summary><ul>\(items)</ul></details>
            """
    }

    private func differences(
        _ run: ImportRun, _ kind: ImportCount.Kind
    ) -> @Sendable (PageRequest) async throws -> Page<ListedChange> {
        { [catalog] page in
            guard let revision = run.revision else { return try await catalog.preview(of: run, kind, page) }
            return try await catalog.changes(
                in: run.applicationID, from: revision - 1, to: revision, of: kind, page)
        }
    }

    /// The exact difference: what would change while nothing is decided, what did change afterwards.
    private func differences(
        _ run: ImportRun, _ application: Application, _ kind: ImportCount.Kind, _ counts: [ImportCount],
        _ state: ListState
    ) async throws -> HTML {
        guard counts.contains(where: \.isChange), run.state == .paused || run.revision != nil else { return .blank }
        let page = try await differences(run, kind)(state.page)
        let kinds: [ImportCount.Kind] = [.account, .entitlement, .grant]
        let tabs = kinds.map {
            ($0 == .account ? "Accounts and resources" : $0.title, "/imports/\(run.id)?kind=\($0.rawValue)")
        }
        let current =
            kind == .resource || kind == .resourceType || kind == .account ? "Accounts and resources" : kind.title
        return """
            <h2>Changes</h2>
            \(Components.tabs("Changes", tabs, current: current))
            \(changeTable(page, state))
            """
    }

    @Sendable func importProgress(_ request: Request, _ context: WebContext) async throws -> Response {
        let (run, _) = try await run(context)
        let isSettled = run.state.isOver || run.state == .paused
        return APIAnswer.json(
            .object([
                ("stage", .string(run.stageText)), ("rows", .string(run.rowText)),
                ("percent", .number(String(run.percent))),
                ("done", .bool(isSettled)),
            ]))
    }

    @Sendable func confirmImport(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await Form(request, context)
        let (run, application) = try await run(context)
        try requireChange(of: application.id, by: context)
        try await catalog.confirmImport(run.id)
        imports.wake()
        try await record("confirmed import", on: application.id, detail: run.fileName, by: context)
        return see("/imports/\(run.id)")
    }

    @Sendable func cancelImport(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await Form(request, context)
        let (run, application) = try await run(context)
        try requireChange(of: application.id, by: context)
        try await catalog.cancelImport(run.id)
        try await record("discarded import", on: application.id, detail: run.fileName, by: context)
        return see("/imports/\(run.id)")
    }

    @Sendable func downloadUpload(_ request: Request, _ context: WebContext) async throws -> Response {
        let (run, application) = try await run(context)
        guard catalog.folder.keeps(run.sha256) else {
            throw WebError(
                .notFound, .notFound, "\(run.fileName): only the newest five files of a data source are kept.")
        }
        try await record("downloaded file", on: application.id, detail: run.fileName, by: context)
        let ending = run.fileName.split(separator: ".").dropFirst().last.map { ".\($0)" } ?? ""
        return try await KeptFile.response(
            catalog.folder.upload(run.sha256), named: "\(application.name)-\(run.sourceName)-\(run.id)\(ending)",
            context)
    }
}

extension ImportRun {
    /// How long it took, for a person.
    var duration: String {
        guard let startedAt, let finishedAt, state.isOver else { return "–" }
        let seconds = max(0, finishedAt - startedAt)
        return seconds < 1 ? "less than a second" : seconds < 120 ? "\(seconds) s" : "\(seconds / 60) min"
    }
}

extension ImportCount.Kind {
    var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}

extension ImportRun {
    var chip: HTML {
        let tone: Components.Tone =
            switch state {
            case .done: .good
            case .error: .bad
            case .paused: .warn
            case .waiting, .running, .applying: .busy
            case .cancelled, .skipped: .quiet
            }
        return Components.chip(state == .paused && wantsPreview ? "preview" : state.rawValue, tone)
    }

    fileprivate var stageText: String {
        switch stage {
        case nil: state == .waiting ? "Waiting for its turn" : "Beginning"
        case .opening: "Opening the file"
        case .staging: "Reading records"
        case .expanding: "Deriving inherited grants"
        case .comparing: "Comparing with what is there"
        case .applying, .indexing: "Writing the changes"
        }
    }

    fileprivate var rowText: String {
        guard rowsRead > 0 else { return "" }
        return rowsTotal.map { "\(Moments.grouped(rowsRead)) of \(Moments.grouped($0))" } ?? Moments.grouped(rowsRead)
    }

    fileprivate var percent: Int64 {
        switch stage {
        case nil, .opening: 2
        case .expanding: 10
        case .staging: 10 + (rowsTotal.map { $0 > 0 ? min(rowsRead * 50 / $0, 50) : 0 } ?? 20)
        case .comparing: 65
        case .applying, .indexing: 80
        }
    }
}
