import AccessModel
import ExternalSources
import Hummingbird
import LanternCatalog
import LanternSignIn

extension Site {
    // MARK: From data source

    @Sendable func showFetchForm(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        try requireChange(of: application.id, by: context)
        let user = try context.requireUser()
        let sources = try await externalSources(for: user).filter { user.changes($0.id) && $0.isComplete }
        guard !sources.isEmpty else {
            let text: HTML =
                user.role == .administrator
                ? "<p>Add the bucket into which the connector writes.</p><p><a class=\"button primary\" href=\"\(Self.externalSourcesPath)/new\">\(Icon.plus.html)Add data source</a></p>"
                : "<p>An administrator adds buckets under <b>Integrations</b>, <b>External data sources</b>, and makes you an owner of those that you may use.</p>"
            return applicationPage(
                application, tab: "Data sources", context,
                Components.empty(.dataSource, "No external data sources yet", text))
        }
        let query = request.uri.queryParameters
        let chosen = query["source"].map(String.init) ?? sources[0].id
        let browsed = query["browse"] == nil ? nil : sources.first { $0.id == chosen }
        let key = query["key"].map(String.init) ?? ""
        return applicationPage(
            application, tab: "Data sources", context,
            """
            <form class="card form" method="post" action="/apps/\(application.id)/fetch">
            \(context.session.map(Components.token))
            <h2>Import app data from data source</h2>
            <div class="field"><label for="source">Choose a datasource</label>\(select("source", "Choose a datasource", sources.map { ($0.id, "\($0.name) (\($0.place))") }, chosen, labelled: true))</div>
            <div class="field"><label for="file">File name</label>
            <input id="file" name="file" value="\(key)" placeholder="sync.c1z" autocomplete="off" required aria-describedby="file-hint">
            <p class="hint" id="file-hint">The key of the object, exactly as it is in the bucket; an <code>s3://</code> address will do, too.</p></div>
            \(scheduleField(""))
            \(Components.field("name", "Name of the new data source", hint: "Without one it is called like the file."))
            <div class="row"><button class="button primary" type="submit">Import</button>
            <button class="button" type="submit" formmethod="get" formaction="/apps/\(application.id)/fetch" name="browse" value="1" formnovalidate>Browse</button>
            <a class="button quiet" href="/apps/\(application.id)/data-sources">Cancel</a></div>
            </form>
            \(try await browsed.asyncMap { try await browser($0, application, request) } ?? .blank)
            """)
    }

    private func scheduleField(_ value: String) -> HTML {
        Components.field(
            "schedule", "Schedule", value: value,
            hint: "Every hour when it is empty; or 15m to 24h, or cron such as TZ=Europe/Berlin 0 6 * * 1-5.")
    }

    /// The files of an external data source, each of which can be chosen.
    private func browser(
        _ source: ExternalSource, _ application: Application, _ request: Request
    ) async throws -> HTML {
        let query = request.uri.queryParameters
        // What is typed already narrows the list.
        let prefix = query["file"].map { String($0).trimmingWhitespace } ?? ""
        let found: (objects: [StoredObject], next: String?)
        do {
            guard let store = try await poller?.stores.store(of: source) else { throw WebError.notFound }
            found = try await store.objects(prefix: prefix, after: query["after"].map(String.init), limit: 100)
        } catch let error as any StatusCoded {
            return Components.notice("<p>\("\(error)")</p>", .bad)
        }
        func address(_ pairs: [(String, String)]) -> String {
            let all = [("source", source.id), ("browse", "1"), ("file", prefix)] + pairs
            return "/apps/\(application.id)/fetch?"
                + all.map { "\($0.0)=\($0.1.urlEncoded)" }.joined(separator: "&")
        }
        let rows = found.objects.map { object -> [HTML] in
            let name: HTML =
                object.isImportable
                ? "<a href=\"\(address([("key", object.key)]))\">\(Icon.file.html)\(object.key)</a>" : "\(object.key)"
            return [name, "\(Moments.size(object.size))", Components.time(object.modifiedAt, now: now)]
        }
        guard !rows.isEmpty else {
            return Components.empty(
                .search, "No files",
                prefix.isEmpty
                    ? "<p>\(source.place) is empty.</p>" : "<p>No key in \(source.place) begins with \(prefix).</p>")
        }
        let more: HTML =
            found.next.map { "<a class=\"button quiet\" rel=\"next\" href=\"\(address([("after", $0)]))\">More</a>" }
            ?? .blank
        return """
            <h2>Files in \(source.place)</h2>
            \(Components.table("Files", ["File name", "Size", "Written"], rows))
            <nav class="pager" aria-label="Pages">\(more)</nav>
            """
    }

    @Sendable func takeFetch(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await Form(request, context)
        let application = try await application(context.parameters.require("app"), for: context)
        let made = try await fetch(
            form["file"], from: form["source"], into: application, form["schedule"], named: form["name"], context)
        return see("/data-sources/\(made.id)/feed")
    }

    /// Adds a data source that is fetched, as a form or a program says, and has it fetched.
    func fetch(
        _ file: String, from externalSource: String, into application: Application, _ schedule: String,
        named name: String, _ context: WebContext
    ) async throws -> DataSource {
        try requireChange(of: application.id, by: context)
        guard let poller else { throw WebError.notFound }
        // Whoever may import a file sees what is in it, so that the bucket has to be theirs as well.
        guard try context.requireUser().changes(externalSource) else { throw WebError.forbidden }
        let external = try await catalog.externalSource(externalSource)
        let key = try ObjectKey.parse(file, in: external)
        let made = try await catalog.addDataSource(
            to: application.id, fetching: key, from: external.id, try Schedule(schedule),
            named: name.isEmpty ? key : name)
        try await record("added data source", on: application.id, detail: "\(external.place)/\(key)", by: context)
        poller.wake()
        return made
    }

    // MARK: What a data source fetches

    /// A data source that is fetched, and its application.
    private func fetchedSource(_ context: WebContext) async throws -> (DataSource, Feed, Application) {
        let source = try await catalog.dataSource(context.parameters.require("source"))
        let application = try await application(source.applicationID, for: context)
        guard let feed = source.feed else { throw WebError.notFound }
        return (source, feed, application)
    }

    @Sendable func showFeed(_ request: Request, _ context: WebContext) async throws -> Response {
        let (source, feed, application) = try await fetchedSource(context)
        let external = try await catalog.externalSource(feed.externalSourceID)
        let checks = try await catalog.checks(of: source, limit: 50)
        let rows = checks.map { check -> [HTML] in
            let run: HTML = check.importID.map { "<a href=\"/imports/\($0)\">Import</a>" } ?? .blank
            return [Components.time(check.at, now: now), check.outcome.chip, "\(check.detail)", run]
        }
        let isWaiting = checks.isEmpty || feed.nextCheckAt.map { $0 <= now } == true
        let waiting: HTML =
            isWaiting
            ? "<p class=\"muted\" data-refresh>\(Icon.clock.html)It is being looked at; this page shows what comes of it.</p>"
            : .blank
        return applicationPage(
            application, tab: "Data sources", context,
            """
            <h2>\(Icon.dataSource.html)\(source.name) \(source.status.chip)</h2>
            \(request.isSaved ? Components.saved : .blank)
            \(feed.error.isEmpty ? .blank : Components.notice("<p>\(feed.error)</p>", .bad))
            \(waiting)
            \(Components.facts([
                ("File", "<code>\(external.place)/\(feed.key)</code>"),
                ("Data source", "\(external.name)"), ("Schedule", "\(feed.schedule.description)"),
                ("Last", Components.time(feed.checkedAt, now: now)),
                ("Next", feed.nextCheckAt.map { "<time>\(Moments.rfc3339($0) ?? "")</time>" } ?? "Paused"),
            ]))
            \(context.user?.changes(application.id) == true ? feedForms(source, feed, context) : .blank)
            \(rows.isEmpty ? .blank : "<h2>Checks</h2>\(Components.table("Checks", ["When", "Outcome", "Detail", "Import"], rows))" as HTML)
            \(external.settings.kind == .s3 ? scripts(for: application, external, feed.key) : .blank)
            """)
    }

    private func feedForms(_ source: DataSource, _ feed: Feed, _ context: WebContext) -> HTML {
        let token = context.session.map(Components.token)
        let base = "/data-sources/\(source.id)"
        let pausing: HTML =
            feed.nextCheckAt == nil
            ? "<button class=\"button\" name=\"act\" value=\"resume\" type=\"submit\">Resume</button>"
            : "<button class=\"button quiet\" name=\"act\" value=\"pause\" type=\"submit\">Pause</button>"
        return """
            <div class="row"><form class="inline" method="post" action="\(base)/check">\(token)<button class="button primary" type="submit">Sync now</button></form>
            <form class="inline" method="post" action="\(base)/feed">\(token)\(pausing)</form></div>
            <details class="card"><summary>Edit schedule and file name</summary>
            <form class="form" method="post" action="\(base)/feed">\(token)
            \(Components.field("file", "File name", value: feed.key, isRequired: true))
            \(scheduleField(feed.schedule == .hourly ? "" : feed.schedule.text))
            <button class="button primary" name="act" value="save" type="submit">Save</button>
            </form></details>
            """
    }

    @Sendable func takeFeed(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await Form(request, context)
        let (source, feed, application) = try await fetchedSource(context)
        try requireChange(of: application.id, by: context)
        switch form["act"] {
        case "pause", "resume":
            try await catalog.updateFeed(of: source.id, key: nil, schedule: nil, isPaused: form["act"] == "pause")
        default:
            try await change(
                source, feed, key: form["file"], schedule: form["schedule"], by: context)
        }
        try await record("changed data source", on: application.id, detail: source.name, by: context)
        poller?.wake()
        return see("/data-sources/\(source.id)/feed?saved=1")
    }

    /// Has a data source fetch something else, or at other times.
    func change(
        _ source: DataSource, _ feed: Feed, key: String?, schedule: String?, by context: WebContext
    ) async throws {
        let external = try await catalog.externalSource(feed.externalSourceID)
        let key = try key.map { try ObjectKey.parse($0, in: external) }
        if let key, key != feed.key {
            guard try context.requireUser().changes(external.id) else { throw WebError.forbidden }
        }
        try await catalog.updateFeed(
            of: source.id, key: key, schedule: try schedule.map { try Schedule($0) }, isPaused: nil)
    }

    @Sendable func takeCheck(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await Form(request, context)
        let (source, _, application) = try await fetchedSource(context)
        try requireChange(of: application.id, by: context)
        try await catalog.requestCheck(of: source.id)
        poller?.wake()
        try await record("asked for a sync", on: application.id, detail: source.name, by: context)
        return see("/data-sources/\(source.id)/feed")
    }
}

extension Check.Outcome {
    fileprivate var chip: HTML {
        switch self {
        case .unchanged: Components.chip("Unchanged", .quiet)
        case .fetched: Components.chip("Fetched", .good)
        case .error: Components.chip("Error", .bad)
        }
    }
}
