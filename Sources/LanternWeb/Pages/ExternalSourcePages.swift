import AccessModel
import ExternalSources
import Hummingbird
import LanternCatalog
import LanternSignIn

extension Site {
    static let externalSourcesPath = "/integrations/data-sources"

    /// The tabs of what is connected with the server.
    func integrationTabs(_ current: String) -> HTML {
        guard poller != nil else { return .blank }
        return Components.tabs(
            "Integrations",
            [("Connectors", "/integrations/connectors"), ("External data sources", Self.externalSourcesPath)],
            current: current)
    }

    /// The external data sources that somebody may use.
    func externalSources(for user: User) async throws -> [ExternalSource] {
        try await catalog.externalSources().filter { user.sees($0.id) }
    }

    /// The external data source that a page is about, if whoever asks may see it.
    private func externalSource(_ context: WebContext) async throws -> ExternalSource {
        let id = try context.parameters.require("source")
        guard try context.requireUser().sees(id) else { throw WebError.forbidden }
        return try await catalog.externalSource(id)
    }

    /// Only administrators say where the server may fetch from.
    func requireAdministrator(_ context: WebContext) throws {
        guard try context.requireUser().role == .administrator, context.caller?.scope != .read else {
            throw WebError.forbidden
        }
    }

    // MARK: All of them

    @Sendable func showExternalSources(_ request: Request, _ context: WebContext) async throws -> Response {
        let user = try context.requireUser()
        let sources = try await externalSources(for: user)
        let isAdministrator = user.role == .administrator
        let button: HTML =
            isAdministrator
            ? "<a class=\"button primary\" href=\"\(Self.externalSourcesPath)/new\">\(Icon.plus.html)Add data source</a>"
            : .blank
        let rows = sources.map { source -> [HTML] in
            [
                "<a href=\"\(Self.externalSourcesPath)/\(source.id)\">\(Icon.dataSource.html)\(source.name)</a>",
                "\(source.settings.kind.name)", "<code>\(source.shownPlace)</code>", "\(source.settings.region)",
                "\(source.chip)\(source.testError.isEmpty ? .blank : "<br><small>\(source.testError)</small>" as HTML)",
                "\(Components.number(source.dataSources))", Components.time(source.testedAt, now: now),
            ]
        }
        let list =
            rows.isEmpty
            ? Components.empty(
                .dataSource, "No external data sources yet",
                isAdministrator
                    ? "<p>A bucket into which connectors write, or a folder of this machine. What is in it is imported every hour, when it has changed.</p><p>\(button)</p>"
                    : "<p>An administrator adds the buckets from which files are fetched, and makes you an owner of those that you may use.</p>"
            )
            : Components.table(
                "External data sources",
                ["Name", "Type", "Bucket / folder", "Region", "Status", "Used by", "Last checked"], rows)
        return page(
            Layout(
                title: "External data sources", section: .integrations, session: context.session,
                content: """
                    \(Components.head("Integrations", icon: .dataSource, actions: rows.isEmpty ? .blank : button))
                    \(integrationTabs("External data sources"))
                    <section class="tab" aria-label="External data sources">\(list)</section>
                    """))
    }

    @Sendable func showNewExternalSource(_ request: Request, _ context: WebContext) async throws -> Response {
        try requireAdministrator(context)
        return page(
            Layout(
                title: "Add data source", section: .integrations, session: context.session,
                content: """
                    \(Components.head("Add data source", crumbs: Self.crumbs, icon: .dataSource))
                    <form class="card form" method="post" action="\(Self.externalSourcesPath)/new">
                    \(context.session.map(Components.token))
                    \(Components.field("name", "Name", hint: "Such as sync files of production.", isRequired: true))
                    <div class="field"><label for="kind">Type</label>\(select("kind", "Type", ExternalSource.Kind.allCases.map { ($0.rawValue, $0.name) }, "s3", labelled: true))</div>
                    <div class="row"><button class="button primary" type="submit">Create and add details</button>
                    <a class="button quiet" href="\(Self.externalSourcesPath)">Cancel</a></div>
                    </form>
                    """))
    }

    @Sendable func takeNewExternalSource(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await Form(request, context)
        try requireAdministrator(context)
        guard let kind = ExternalSource.Kind(rawValue: form["kind"]) else {
            throw WebError.badRequest("Type: choose one.")
        }
        let made = try await catalog.addExternalSource(named: form["name"], .init(kind)) { _ in [] }
        try await record("added external data source", on: made.id, detail: made.name, by: context)
        return see("\(Self.externalSourcesPath)/\(made.id)")
    }

    private static let crumbs = Components.crumbs([("External data sources", externalSourcesPath)])

    // MARK: One of them

    @Sendable func showExternalSource(_ request: Request, _ context: WebContext) async throws -> Response {
        try await externalSourcePage(try await externalSource(context), context, isSaved: request.isSaved)
    }

    private func externalSourcePage(
        _ source: ExternalSource, _ context: WebContext, steps: [TestStep] = [], isSaved: Bool = false
    ) async throws -> Response {
        let isAdministrator = context.user?.role == .administrator
        let path = "\(Self.externalSourcesPath)/\(source.id)"
        let test: HTML =
            isAdministrator && source.isComplete
            ? """
            <form class="inline" method="post" action="\(path)/test">\(context.session.map(Components.token))<button class="button" type="submit">\(Icon.check.html)Test connection</button></form>
            """ : .blank
        return page(
            Layout(
                title: source.name, section: .integrations, session: context.session,
                content: """
                    \(Components.head(source.name, crumbs: Self.crumbs, icon: .dataSource, about: "<p>\(source.chip) <code>\(source.shownPlace)</code></p>", actions: test))
                    \(isSaved ? Components.saved : .blank)
                    \(stepList(steps))
                    \(steps.isEmpty && !source.testError.isEmpty ? Components.notice("<p>\(source.testError)</p>", .bad) : .blank)
                    \(isAdministrator ? settingsForm(source, path, context) : .blank)
                    \(isAdministrator ? try await policies(of: source) : .blank)
                    \(try await users(of: source, seenBy: context))
                    \(isAdministrator ? try await ownerForms(source.id, path: "\(path)/owners", about: "Owners may import files of it into the applications that they own, and are told when that fails.", context) : .blank)
                    \(isAdministrator ? removalForm(source, path, context) : .blank)
                    """))
    }

    private func stepList(_ steps: [TestStep]) -> HTML {
        guard let last = steps.last else { return .blank }
        let items = steps.map { step -> HTML in
            "<li>\(Components.chip(step.isGood ? "OK" : "Error", step.isGood ? .good : .bad)) <b>\(step.name)</b><br>\(step.finding)</li>"
        }
        return Components.notice(
            "<h2>\(last.isGood ? "Everything works" : "This doesn't work yet")</h2><ol class=\"steps\">\(items)</ol>",
            last.isGood ? .good : .bad)
    }

    private func settingsForm(_ source: ExternalSource, _ path: String, _ context: WebContext) -> HTML {
        let fields = source.settings.kind == .s3 ? bucketFields(source) : folderFields(source)
        return """
            <form class="card form" method="post" action="\(path)">
            \(context.session.map(Components.token))
            <h2>Details</h2>
            \(Components.field("name", "Name", value: source.name, isRequired: true))
            \(fields)
            <div class="row"><button class="button primary" type="submit">Save</button></div>
            </form>
            """
    }

    private func folderFields(_ source: ExternalSource) -> HTML {
        let hint = poller?.stores.sourceFolder.map { "Within \($0) of the server." }
        return Components.field(
            "folder", "Folder", value: source.settings.folder,
            hint: hint ?? "The server takes no folders yet. Start it with --source-folder.", isRequired: true)
    }

    private func bucketFields(_ source: ExternalSource) -> HTML {
        let settings = source.settings
        let choices = ExternalSource.Access.allCases.map { ($0.rawValue, $0.name) }
        return """
            <div class="field"><label for="access">Access</label>\(select("access", "Access", choices, settings.access.rawValue, labelled: true))</div>
            <div class="field when-role"><span class="label">External ID</span><code data-copy>\(source.externalID)</code>
            <p class="hint">The role's trust policy asks for it; it is below.</p></div>
            <div class="when-role">\(Components.field("role_arn", "Role ARN", value: settings.roleARN, hint: "Such as arn:aws:iam::123456789012:role/LanternIntegration."))</div>
            <div class="when-keys">\(Components.field("access_key_id", "Access key ID", value: settings.accessKeyID))</div>
            <div class="when-keys">\(Components.field("secret", "Secret access key", type: "password", hint: source.sealedSecret.isEmpty ? "It is kept encrypted." : "It is kept encrypted. Leave this empty to keep it.", autocomplete: "new-password"))</div>
            \(Components.field("bucket", "S3 bucket", value: settings.bucket, isRequired: true))
            \(Components.field("region", "S3 bucket region", value: settings.region, hint: "Leave it empty to have it found out."))
            \(Components.field("endpoint", "Endpoint", value: settings.endpoint, hint: "Only for another service than AWS, such as https://s3.example.com."))
            """
    }

    @Sendable func takeExternalSource(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await Form(request, context)
        try requireAdministrator(context)
        let source = try await externalSource(context)
        var settings = ExternalSource.Settings(source.settings.kind)
        settings.bucket = form["bucket"]
        settings.region = form["region"]
        settings.endpoint = form["endpoint"]
        settings.access = ExternalSource.Access(rawValue: form["access"]) ?? .role
        settings.roleARN = form["role_arn"]
        settings.accessKeyID = form["access_key_id"]
        settings.folder = form["folder"]
        try await update(source, named: form["name"], settings, secret: form["secret"], by: context)
        return see("\(Self.externalSourcesPath)/\(source.id)?saved=1")
    }

    /// Changes an external data source, as a form or a program says.
    ///
    /// - Parameter secret: empty to keep the one that is there.
    func update(
        _ source: ExternalSource, named name: String, _ settings: ExternalSource.Settings, secret: String,
        by context: WebContext
    ) async throws {
        guard let stores = poller?.stores else { throw WebError.notFound }
        let settings = try stores.checked(settings)
        // A secret goes with the key and the service that it was entered for.
        let isSame =
            settings.access == .keys && settings.accessKeyID == source.settings.accessKeyID
            && settings.endpoint == source.settings.endpoint
        guard settings.access != .keys || !secret.isEmpty || (isSame && !source.sealedSecret.isEmpty) else {
            throw WebError.badRequest("Secret access key: enter the secret that goes with this key and endpoint.")
        }
        let sealed: [UInt8]? = !secret.isEmpty ? try stores.seal(secret, of: source.id) : isSame ? nil : []
        try await catalog.updateExternalSource(source.id, named: name, settings, sealedSecret: sealed)
        try await record("changed external data source", on: source.id, detail: name, by: context)
    }

    @Sendable func testExternalSource(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await Form(request, context)
        try requireAdministrator(context)
        let source = try await externalSource(context)
        let steps = try await test(source)
        return try await externalSourcePage(try await catalog.externalSource(source.id), context, steps: steps)
    }

    /// Tests an external data source, and notes how that went.
    func test(_ source: ExternalSource) async throws -> [TestStep] {
        guard let stores = poller?.stores else { throw WebError.notFound }
        return try await stores.test(source, notingIn: catalog)
    }

    /// The data sources of applications that are fetched from it.
    private func users(of source: ExternalSource, seenBy context: WebContext) async throws -> HTML {
        let user = try context.requireUser()
        let sources = try await catalog.dataSources(fetchedFrom: source.id).filter { user.sees($0.applicationID) }
        guard !sources.isEmpty else {
            return """
                <section class="card"><h2>Used by</h2><p>Nothing yet. On the <b>Data sources</b> tab of an application: <b>Import app data</b>, <b>From data source</b>.</p></section>
                """
        }
        var rows: [[HTML]] = []
        for used in sources {
            let application = try await catalog.application(used.applicationID)
            rows.append([
                "<a href=\"/apps/\(application.id)/data-sources\">\(Icon.apps.html)\(application.name)</a>",
                "<code>\(used.feed?.key ?? "")</code>", used.status.chip,
                Components.time(used.feed?.checkedAt, now: now),
            ])
        }
        return """
            <section class="card"><h2>Used by</h2>\(Components.table("Used by", ["Application", "File name", "Status", "Checked"], rows))</section>
            """
    }

    // MARK: Owners and removal

    @Sendable func takeExternalSourceOwners(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await Form(request, context)
        try requireAdministrator(context)
        let source = try await externalSource(context)
        try await changeOwners(of: source.id, form, context)
        return see("\(Self.externalSourcesPath)/\(source.id)")
    }

    private func removalForm(_ source: ExternalSource, _ path: String, _ context: WebContext) -> HTML {
        guard source.dataSources == 0 else { return .blank }
        return """
            <form class="card form" method="post" action="\(path)/remove">
            \(context.session.map(Components.token))
            <h2>Remove this data source</h2>
            <p>Nothing is fetched from it any more, and its secret is forgotten.</p>
            <button class="button danger" type="submit">Remove</button>
            </form>
            """
    }

    @Sendable func removeExternalSource(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await Form(request, context)
        try requireAdministrator(context)
        let source = try await externalSource(context)
        try await catalog.removeExternalSource(source.id)
        try await record("removed external data source", on: source.id, detail: source.name, by: context)
        return see(Self.externalSourcesPath)
    }
}

extension ExternalSource {
    /// Whether there is enough to try it.
    var isComplete: Bool { settings.kind == .s3 ? !settings.bucket.isEmpty : !settings.folder.isEmpty }

    fileprivate var shownPlace: String { isComplete ? place : "–" }

    fileprivate var chip: HTML {
        guard isComplete else { return Components.chip("Details missing", .warn) }
        guard testedAt != nil else { return Components.chip("Not tested", .quiet) }
        return testError.isEmpty ? Components.chip("OK", .good) : Components.chip("Error", .bad, title: testError)
    }
}

extension ExternalSource.Kind {
    /// What people call it.
    var name: String {
        switch self {
        case .s3: "S3 bucket"
        case .folder: "Folder of the server"
        }
    }
}

extension ExternalSource.Access {
    /// What people call it.
    var name: String {
        switch self {
        case .role: "A role with an external ID"
        case .keys: "An access key"
        case .ambient: "The server's own credentials"
        case .anonymous: "Nobody (a public bucket)"
        }
    }
}
