import AccessModel
import HTTPTypes
import Hummingbird
import LanternCatalog
import LanternSignIn

extension Site {
    @Sendable func showNewApplication(_ request: Request, _ context: WebContext) async throws -> Response {
        guard try context.requireUser().makesApplications else { throw WebError.forbidden }
        return page(newApplication(context))
    }

    @Sendable func takeNewApplication(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await Form(request, context)
        let user = try context.requireUser()
        guard user.makesApplications else { throw WebError.forbidden }
        do {
            let made = try await catalog.createApplication(named: form["name"], description: form["description"])
            try await signIn.addOwner(user, of: made.id)
            try await record("created application", on: made.id, detail: made.name, by: context)
            return see("/apps/\(made.id)/data-sources")
        } catch let error as CatalogError where error.statusCode == .invalidArgument {
            return page(newApplication(context, form, problem: error.description), status: .badRequest)
        }
    }

    private func newApplication(
        _ context: WebContext, _ form: Form = Form(fields: []), problem: String = ""
    ) -> Layout {
        Layout(
            title: "New application", section: .apps, session: context.session,
            content: """
                \(Components.head("New application", crumbs: Components.crumbs([("Apps", "/apps")])))
                <form class="card form" method="post" action="/apps/new">
                \(context.session.map(Components.token))
                <p>Create a custom application, which takes its data from files.</p>
                \(Components.field("name", "Name", value: form["name"], hint: "What people call it, such as Okta or Payroll.", error: problem, isRequired: true))
                \(Components.field("description", "Description", value: form["description"]))
                <div class="row"><button class="button primary" type="submit">Continue</button>
                <a class="button quiet" href="/apps">Cancel</a></div>
                </form>
                """)
    }

    // MARK: One application

    @Sendable func redirectToDataSources(_ request: Request, _ context: WebContext) async throws -> Response {
        see("/apps/\(try context.parameters.require("app"))/data-sources")
    }

    /// A page of an application: its head, its tabs, and what is its own.
    func applicationPage(
        _ application: Application, tab: String, _ context: WebContext, actions: HTML = .blank, _ content: HTML,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        let base = "/apps/\(application.id)"
        let tabs = [
            ("Overview", base), ("Data sources", base + "/data-sources"), ("Entitlements", base + "/entitlements"),
            ("Resources", base + "/resources"), ("Groups", base + "/groups"), ("Accounts", base + "/accounts"),
            ("Secrets", base + "/secrets"), ("Grants", base + "/grants"), ("Change history", base + "/history"),
        ]
        let gone: HTML =
            application.deletedAt == nil
            ? .blank : Components.notice("<p>This application was deleted. Its history is kept.</p>", .warn)
        return page(
            Layout(
                title: "\(tab) · \(application.name)", section: .apps, session: context.session,
                content: """
                    \(Components.head(application.name, crumbs: Components.crumbs([("Apps", "/apps")]), picture: application.icon, about: application.description.isEmpty ? .blank : "<p class=\"muted\">\(application.description)</p>", actions: actions))
                    \(gone)
                    \(Components.tabs("Application", tabs, current: tab))
                    <section class="tab" aria-label="\(tab)">
                    \(content)
                    </section>
                    """), status: status)
    }

    @Sendable func showOverview(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        let sources = try await catalog.dataSources(of: application.id)
        let types = try await catalog.resourceTypes(of: application.id)
        let owners = try await signIn.owners(of: application.id)
        let base = "/apps/\(application.id)"
        guard sources.contains(where: { $0.newest != nil }) else {
            return applicationPage(application, tab: "Overview", context, starter(application))
        }
        let counts = application.counts
        let cards: [(String, Int64, String, Icon)] = [
            ("Accounts", counts.accounts, base + "/accounts", .account),
            ("Groups", counts.groups, base + "/groups", .group),
            ("Resources", counts.resources, base + "/resources", .resource),
            ("Entitlements", counts.entitlements, base + "/entitlements", .entitlement),
            ("Grants", counts.grants, base + "/grants", .path),
        ]
        let stats = cards.map { card -> HTML in
            """
            <a class="card stat" href="\(card.2)">\(card.3.html)<b>\(Components.number(card.1))</b><span>\(card.0)</span></a>
            """
        }
        let kinds = types.map { type -> [HTML] in
            [
                "<a href=\"\(base)/\(type.kind == .account ? "accounts" : "resources")?type=\(type.id)\">\(type.kind.icon.html)\(type.name)</a>",
                "\(Components.number(type.resources))",
            ]
        }
        let newest = sources.compactMap(\.lastApplied).max { ($0.finishedAt ?? 0) < ($1.finishedAt ?? 0) }
        let last = try await newest.asyncMap { try await lastChange($0) }
        return applicationPage(
            application, tab: "Overview", context, actions: importButton(application, context),
            """
            \(pausedNotice(sources, context))
            <div class="cards">\(stats)</div>
            <div class="columns">
            <div class="card"><h2>Last change</h2>\(last)</div>
            <div class="card"><h2>Accounts</h2>\(try await accountCounts(application))</div>
            <div class="card"><h2>Resource types</h2>\(Components.table("Resource types", ["Type", "Count"], kinds))</div>
            <div class="card"><h2>Owners</h2>\(owners.isEmpty ? "<p class=\"muted\">Nobody yet.</p>" : HTML.join(owners.map { "<p>\(Icon.account.html)\($0.name)</p>" }))</div>
            </div>
            """)
    }

    /// How many accounts deserve a look, each with the list of them.
    private func accountCounts(_ application: Application) async throws -> HTML {
        let lists: [(title: String, filter: String, narrow: (inout ResourceQuery) -> Void)] = [
            ("Enabled", "status=1", { $0.status = .enabled }),
            ("Disabled", "status=2", { $0.status = .disabled }),
            ("Without an owner", "owner=unset", { $0.hasOwner = false }),
            ("Service accounts", "account_type=2", { $0.accountType = .service }),
            ("System accounts", "account_type=3", { $0.accountType = .system }),
            (
                "Nobody signed in for 90 days", "inactive=90",
                { [now] in $0.unusedSince = Inactivity.quarter.since(now) }
            ),
        ]
        var rows: [[HTML]] = []
        for list in lists {
            var query = ResourceQuery(of: application.id)
            query.kind = .account
            list.narrow(&query)
            let count = try await catalog.resourceCount(query)
            rows.append([
                "<a href=\"/apps/\(application.id)/accounts?\(list.filter)\">\(list.title)</a>", "\(count.text)",
            ])
        }
        return Components.table("Accounts", ["Accounts", "Count"], rows)
    }

    private func lastChange(_ run: ImportRun) async throws -> HTML {
        let counts = try await catalog.counts(of: run)
        let changes = counts.filter(\.isChange)
        guard !changes.isEmpty else {
            return
                "<p>No changes in <a href=\"/imports/\(run.id)\">\(run.fileName)</a>, \(Components.time(run.finishedAt, now: now)).</p>"
        }
        let words = changes.map { count -> HTML in
            "<li>\(count.name.isEmpty ? count.kind.rawValue : count.name): \(count.delta)</li>"
        }
        return """
            <p><a href="/imports/\(run.id)">\(run.fileName)</a>, \(Components.time(run.finishedAt, now: now))</p><ul class="plain">\(words)</ul>
            """
    }

    private func starter(_ application: Application) -> HTML {
        """
        <div class="cards">
        <div class="card"><h2>\(Icon.upload.html)Upload a file</h2>
        <p>A <code>sync.c1z</code> that a connector wrote.</p>
        <p><a class="button primary" href="/apps/\(application.id)/import">From file</a></p></div>
        </div>
        \(howToProduce)
        """
    }

    /// How somebody gets a file in the first place.
    var howToProduce: HTML {
        """
        <details class="card"><summary>How do I produce a file?</summary>
        <p>Run a connector where the application can be reached. It writes <code>sync.c1z</code>:</p>
        <pre><code>baton-linux
        baton resources</code></pre>
        <p>The second line shows what was collected. Each of the <a href="/integrations/connectors">connectors</a> lists the settings it needs with <code>--help</code>.</p>
        </details>
        """
    }

    func importButton(_ application: Application, _ context: WebContext) -> HTML {
        guard context.user?.changes(application.id) == true, application.deletedAt == nil else { return .blank }
        return """
            <details class="menu"><summary class="button primary">\(Icon.upload.html)Import app data</summary>
            <div class="menu-items"><a href="/apps/\(application.id)/import">\(Icon.file.html)From file</a>\(fetchLink(application))</div></details>
            <a class="button quiet" href="/apps/\(application.id)/settings">\(Icon.settings.html)Settings</a>
            """
    }

    func fetchLink(_ application: Application, class name: String = "") -> HTML {
        guard poller != nil else { return .blank }
        return "<a class=\"\(name)\" href=\"/apps/\(application.id)/fetch\">\(Icon.download.html)From data source</a>"
    }

    // MARK: Settings

    @Sendable func showApplicationSettings(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        try requireChange(of: application.id, by: context)
        return applicationPage(
            application, tab: "Settings", context,
            applicationSettings(application, context) + iconForms(application, context)
                + (try await ownerForms(application, context))
                + deletion(of: application, context))
    }

    private func deletion(of application: Application, _ context: WebContext) -> HTML {
        """
        <form class="card form" method="post" action="/apps/\(application.id)/delete">
        \(context.session.map(Components.token))
        <h2>Delete this application</h2>
        <p>It disappears from every list. Its history is kept, and can still be looked at by its address.</p>
        \(Components.field("confirmation", "Type \(application.name) to confirm", isRequired: true))
        <button class="button danger" type="submit">Delete</button>
        </form>
        """
    }

    private func applicationSettings(_ application: Application, _ context: WebContext) -> HTML {
        """
        <form class="card form" method="post" action="/apps/\(application.id)/settings">
        \(context.session.map(Components.token))
        <h2>Name and description</h2>
        \(Components.field("name", "Name", value: application.name, isRequired: true))
        \(Components.field("description", "Description", value: application.description))
        <button class="button primary" type="submit">Save</button>
        </form>
        """
    }

    @Sendable func takeApplicationSettings(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await Form(request, context)
        let application = try await application(context.parameters.require("app"), for: context)
        try requireChange(of: application.id, by: context)
        try await catalog.updateApplication(application.id, name: form["name"], description: form["description"])
        try await record("changed application", on: application.id, detail: form["name"], by: context)
        return see("/apps/\(application.id)")
    }

    @Sendable func takeDeletion(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await Form(request, context)
        let application = try await application(context.parameters.require("app"), for: context)
        try requireChange(of: application.id, by: context)
        guard form["confirmation"] == application.name else {
            throw WebError.badRequest("The name that you typed is not the application's. Nothing was deleted.")
        }
        try await catalog.deleteApplication(application.id)
        try await record("deleted application", on: application.id, detail: application.name, by: context)
        return see("/apps")
    }
}

extension DataStatus {
    var chip: HTML {
        let tone: Components.Tone =
            switch summary {
            case .connected: .good
            case .syncing: .busy
            case .paused: .warn
            case .error: .bad
            case .notConnected, .waiting: .quiet
            }
        return Components.chip(summary.rawValue, tone)
    }
}

extension ImportCount {
    /// What is different, in signs and words.
    var delta: HTML {
        let parts: [HTML] = [
            added > 0
                ? "<span class=\"added\">+\(Components.number(added))<span class=\"hidden\"> added</span></span>"
                : .blank,
            changed > 0
                ? "<span class=\"changed\">~\(Components.number(changed))<span class=\"hidden\"> changed</span></span>"
                : .blank,
            removed > 0
                ? "<span class=\"removed\">−\(Components.number(removed))<span class=\"hidden\"> removed</span></span>"
                : .blank,
        ]
        return isChange ? HTML.join(parts) : "<span class=\"muted\">no change</span>"
    }
}

extension Request {
    /// The kind of file that is asked for instead of a page.
    var format: String? { uri.queryParameters["format"].map(String.init) }

    /// Whether a form was saved just now.
    var isSaved: Bool { uri.queryParameters["saved"] != nil }
}

extension Optional {
    func asyncMap<Result>(_ transform: (Wrapped) async throws -> Result) async rethrows -> Result? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
