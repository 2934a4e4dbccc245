import Hummingbird
import LanternCatalog
import LanternSignIn

extension Site {
    // MARK: Data sources

    @Sendable func showDataSources(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        let sources = try await catalog.dataSources(of: application.id)
        guard !sources.isEmpty else {
            let text: HTML =
                context.user?.changes(application.id) == true
                ? """
                <p>Give this application a file that a connector wrote, or the bucket in which it lies.</p>
                <p><a class="button primary" href="/apps/\(application.id)/import">\(Icon.file.html)From file</a> \(fetchLink(application, class: "button"))</p>
                """ : "<p>An owner of the application brings its data in.</p>"
            return applicationPage(
                application, tab: "Data sources", context, actions: importButton(application, context),
                Components.empty(.dataSource, "No data sources yet", text) + howToProduce)
        }
        var rows: [[HTML]] = []
        for source in sources { rows.append(try await row(source, context)) }
        return applicationPage(
            application, tab: "Data sources", context, actions: importButton(application, context),
            """
            \(pausedNotice(sources, context))
            \(Components.table("Data sources", ["Source", "Status", "Last sync", "Contents", "File / key", "Actions"], rows))
            """)
    }

    private func row(_ source: DataSource, _ context: WebContext) async throws -> [HTML] {
        let counts = try await source.lastApplied.asyncMap { try await catalog.counts(of: $0) } ?? []
        func total(_ kinds: ImportCount.Kind...) -> String {
            Components.number(counts.filter { kinds.contains($0.kind) }.reduce(0) { $0 + $1.total })
        }
        let contents: HTML =
            counts.isEmpty
            ? "<span class=\"muted\">–</span>"
            : "\(total(.account)) accounts · \(total(.resource)) resources · \(total(.entitlement)) entitlements · \(total(.grant)) grants"
        let error = source.feed.map(\.error).flatMap { $0.isEmpty ? nil : $0 } ?? source.newest?.error ?? ""
        let checked: HTML =
            source.feed?.checkedAt.map { "<br><small>checked \(Moments.ago($0, now: now))</small>" } ?? .blank
        let file: HTML =
            source.feed.map { "\($0.externalSourceName)<br><code>\($0.key)</code>" }
            ?? "<code>\(source.fileName)</code>"
        return [
            "\(Icon.dataSource.html)\(source.name) \(Components.chip(source.kind.name, .quiet))",
            "\(source.status.chip)\(error.isEmpty ? .blank : "<br><small>\(error)</small>" as HTML)",
            "\(Components.time(source.lastApplied?.finishedAt, now: now))\(checked)", contents, file,
            actions(source, context),
        ]
    }

    private func actions(_ source: DataSource, _ context: WebContext) -> HTML {
        let log: HTML = "<a class=\"button quiet\" href=\"/data-sources/\(source.id)/log\">View logs</a>"
        guard context.user?.changes(source.applicationID) == true else { return log }
        let base = "/data-sources/\(source.id)"
        let mappings: HTML =
            source.newest?.isSpreadsheet == true ? "<a href=\"\(base)/mappings\">Set mappings</a>" : .blank
        let last: HTML =
            source.newest.map { "<a href=\"/imports/\($0.id)/file\" download>Download last file</a>" } ?? .blank
        let bring: HTML =
            source.feed == nil
            ? "<a class=\"button quiet\" href=\"/apps/\(source.applicationID)/import?source=\(source.id)\">Replace file</a>"
            : """
            <form class="inline" method="post" action="\(base)/check">\(context.session.map(Components.token))<button class="button quiet" type="submit">Sync now</button></form>
            """
        let schedule: HTML = source.feed == nil ? .blank : "<a href=\"\(base)/feed\">Schedule and checks</a>"
        return """
            \(bring)\(log)
            <details class="menu"><summary class="button quiet" aria-label="More for \(source.name)">…</summary>
            <div class="menu-items">\(schedule)\(mappings)\(last)<a href="\(base)/settings">Settings and removal</a></div></details>
            """
    }

    /// What waits for a decision.
    func pausedNotice(_ sources: [DataSource], _ context: WebContext) -> HTML {
        let waiting = sources.compactMap(\.newest).filter { $0.state == .paused }
        return HTML.join(
            waiting.map { run in
                Components.notice(
                    """
                    <p><b>\(run.fileName)</b> was not applied: \(run.pauseReason).</p>
                    <p><a class="button" href="/imports/\(run.id)">Look at the changes</a></p>
                    """, .warn)
            })
    }

    // MARK: The log of a data source

    @Sendable func showImportLog(_ request: Request, _ context: WebContext) async throws -> Response {
        let source = try await catalog.dataSource(context.parameters.require("source"))
        let application = try await application(source.applicationID, for: context)
        let state = ListState(request)
        let page = try await catalog.importRuns(of: application.id, source: source.id, state.page)
        var rows: [[HTML]] = []
        for run in page.rows {
            let counts = try await catalog.counts(of: run)
            let sum = ImportCount.sum(of: counts)
            rows.append([
                "<a href=\"/imports/\(run.id)\">\(run.fileName)</a>", run.chip,
                Components.time(run.createdAt, now: now), "\(run.duration)",
                run.state == .done || run.state == .paused ? sum.delta : .blank, "\(run.actor)", "\(run.error)",
            ])
        }
        return applicationPage(
            application, tab: "Data sources", context,
            """
            <h2>\(Icon.history.html)Log of \(source.name)</h2>
            \(Components.table("Imports", ["File", "State", "Uploaded", "Took", "Changes", "By", "Problem"], rows))
            \(state.pager(page))
            """)
    }
}
