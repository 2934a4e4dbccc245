import Hummingbird
import LanternCatalog
import LanternSignIn
import WireForm

extension Site {
    // MARK: An account, group or other resource

    @Sendable func showResource(_ request: Request, _ context: WebContext) async throws -> Response {
        let resource = try await catalog.resource(context.parameters.require("resource"))
        let application = try await application(resource.applicationID, for: context)
        let state = ListState(request)
        let isAccount = resource.kind == .account
        let tab = state["tab"].isEmpty ? (isAccount ? "grants" : "members") : state["tab"]
        let content: HTML
        switch tab {
        case "details": content = try await details(resource)
        case "members":
            let view = try await grantView(
                .on(resource.id), state, Columns.grants(now: now), empty: nothingHeld("Nobody holds anything on it."),
                total: resource.grantsOn)
            if let file = view.file(named: "\(resource.name)-grants", request.format) { return file }
            content = try await view.html()
        case "past":
            let view = try await grantView(
                isAccount ? .heldBy(resource.id) : .on(resource.id), state,
                Columns.grants(now: now, holder: !isAccount, isPast: true), empty: nothingHeld("Nothing was revoked."),
                total: 0, isPast: true)
            if let file = view.file(named: "\(resource.name)-past-grants", request.format) { return file }
            content = try await view.html()
        case "entitlements": content = try await entitlements(of: resource, state)
        case "children": content = try await children(of: resource, application, state)
        case "history": content = history(try await catalog.history(ofResource: resource.id, state.page), state)
        default:
            let view = try await grantView(
                .heldBy(resource.id), state, Columns.grants(now: now, holder: false),
                empty: nothingHeld("It holds nothing."), total: resource.grantsHeld)
            if let file = view.file(named: "\(resource.name)-access", request.format) { return file }
            content = try await view.html()
        }
        return try await resourcePage(resource, application, tab, context, content)
    }

    private func resourcePage(
        _ resource: ListedResource, _ application: Application, _ tab: String, _ context: WebContext, _ content: HTML
    ) async throws -> Response {
        let base = "/resources/\(resource.id)"
        let isAccount = resource.kind == .account
        let all = [
            ("members", "Grants on it"), ("grants", isAccount ? "Grants" : "Grants it holds"),
            ("entitlements", "Entitlements"), ("children", "Children"), ("details", "Details"), ("past", "Past grants"),
            ("history", "Change history"),
        ]
        let shown = all.filter { !isAccount || !["members", "entitlements", "children"].contains($0.0) }
        let current = shown.first { $0.0 == tab }?.1 ?? ""
        let list =
            isAccount
            ? ("Accounts", "accounts") : resource.kind == .group ? ("Groups", "groups") : ("Resources", "resources")
        let gone: HTML =
            resource.goneSince == nil
            ? .blank
            : Components.notice(
                "<p>It is gone since \(Components.time(resource.goneSince, now: now)). What is shown is how it last was.</p>",
                .warn)
        let edit: HTML =
            context.user?.changes(application.id) == true
            ? "<a class=\"button quiet\" href=\"\(base)/edit\">Edit</a>" : .blank
        return page(
            Layout(
                title: resource.name, section: .apps, session: context.session,
                content: """
                    \(Components.head(resource.name, crumbs: Components.crumbs([("Apps", "/apps"), (application.name, "/apps/\(application.id)"), (list.0, "/apps/\(application.id)/\(list.1)")]), icon: resource.kind.icon, about: about(resource), actions: edit))
                    \(gone)
                    \(Components.tabs(resource.typeName, shown.map { ($0.1, "\(base)?tab=\($0.0)") }, current: current))
                    <section class="tab" aria-label="\(current)">
                    \(content)
                    </section>
                    """))
    }

    private func about(_ resource: ListedResource) -> HTML {
        var facts: [(String, HTML)] = [("Type", "\(resource.typeName)")]
        if resource.kind == .account {
            facts.append(("Status", Columns.statusChip(resource)))
            facts.append(("Email", "\(resource.email)"))
            if !resource.login.isEmpty { facts.append(("Username", "\(resource.login)")) }
            facts.append(("Account type", "\(resource.accountType.name)"))
            facts.append(("Last login", Components.time(resource.lastLogin, now: now)))
            facts.append(("Account owner", Columns.ownerLink(resource)))
        }
        if let parent = resource.parentID, let name = resource.parentName {
            facts.append(("In", "<a href=\"/resources/\(parent)\">\(name)</a>"))
        }
        facts.append(("ID", "<code>\(resource.externalID)</code>"))
        let text: HTML = resource.description.isEmpty ? .blank : "<p class=\"muted\">\(resource.description)</p>"
        return text + Components.facts(facts)
    }

    private func details(_ resource: ListedResource) async throws -> HTML {
        let record = try await catalog.record(of: resource)
        var facts: [(name: String, value: HTML)] = []
        if record.emails.count > 1 { facts.append(("Addresses", "\(record.emails.joined(separator: ", "))")) }
        if record.logins.count > 1 { facts.append(("Usernames", "\(record.logins.joined(separator: ", "))")) }
        if !record.employeeIDs.isEmpty {
            facts.append(("Employee IDs", "\(record.employeeIDs.joined(separator: ", "))"))
        }
        if let hasMFA = record.hasMFA { facts.append(("MFA", hasMFA ? "On" : "Off")) }
        if let hasSSO = record.hasSSO { facts.append(("SSO", hasSSO ? "On" : "Off")) }
        facts.append(("Created", Components.time(resource.createdAt, now: now)))
        facts.append(("Data source", "\(resource.sourceName)"))
        if let synced = resource.syncedName { facts.append(("Name in the data source", "\(synced)")) }
        if let synced = resource.syncedDescription {
            facts.append(("Description in the data source", "\(synced.isEmpty ? "–" : synced)"))
        }
        if let link = record.link {
            facts.append(("In its own system", "<a href=\"\(link)\" rel=\"noreferrer noopener\">Open in source</a>"))
        }
        let rows = record.profile.map { entry -> [HTML] in ["\(entry.name)", "\(entry.value.shown)"] }
        let attributes =
            rows.isEmpty
            ? "<p class=\"muted\">The data source tells no attributes.</p>"
            : Components.table("Attributes", ["Attribute", "Value"], rows)
        var text = JSONText()
        record.json.write(to: &text)
        return """
            \(Components.facts(facts))
            <h2>Attributes</h2>
            \(attributes)
            <details class="card"><summary>Whole record</summary><pre><code>\(String(decoding: text.bytes, as: UTF8.self))</code></pre></details>
            """
    }

    private func entitlements(of resource: ListedResource, _ state: ListState) async throws -> HTML {
        var query = EntitlementQuery(of: resource.applicationID)
        query.resource = resource.id
        let page = try await catalog.entitlements(query, state.page)
        guard !page.rows.isEmpty else { return nothingHeld("There is nothing to hold on it.") }
        let columns = Columns.entitlements(now: now).filter { !["Resource", "Type"].contains($0.title) && $0.isUsual }
        return Components.table(
            "Entitlements", columns.map(\.title), page.rows.map { row in columns.map { $0.html(row) } })
            + state.pager(page)
    }

    private func children(of resource: ListedResource, _ application: Application, _ state: ListState) async throws
        -> HTML
    {
        var query = ResourceQuery(of: application.id)
        query.parent = resource.id
        let page = try await catalog.resources(query, state.page)
        guard !page.rows.isEmpty else { return nothingHeld("There is nothing below it.") }
        let columns = Columns.resources(now: now).filter { $0.isUsual && $0.title != "Parent" }
        return Components.table(
            "Children", columns.map(\.title), page.rows.map { row in columns.map { $0.html(row) } })
            + state.pager(page)
    }

    private func nothingHeld(_ text: String) -> HTML { Components.empty(.path, "Nothing here", "<p>\(text)</p>") }

    // MARK: An entitlement

    @Sendable func showEntitlement(_ request: Request, _ context: WebContext) async throws -> Response {
        let entitlement = try await catalog.entitlement(context.parameters.require("entitlement"))
        let application = try await application(entitlement.applicationID, for: context)
        let state = ListState(request)
        let tab = ["past", "history"].contains(state["tab"]) ? state["tab"] : "grants"
        let isPast = tab == "past"
        let view = try await grantView(
            .entitlement(entitlement.id), state, Columns.grants(now: now, held: false, isPast: isPast),
            empty: nothingHeld(isPast ? "Nothing was revoked." : "Nobody holds it."), total: entitlement.grants,
            isPast: isPast)
        if let file = view.file(named: "\(entitlement.name)-grants", request.format) { return file }
        let content =
            tab == "history"
            ? history(try await catalog.history(ofEntitlement: entitlement.id, state.page), state)
            : try await view.html()
        let tabs = [("grants", "Grants"), ("past", "Past grants"), ("history", "Change history")]
        let current = tabs.first { $0.0 == tab }?.1 ?? ""
        let base = "/entitlements/\(entitlement.id)"
        let edit: HTML =
            context.user?.changes(application.id) == true
            ? "<a class=\"button quiet\" href=\"\(base)/edit\">Edit</a>" : .blank
        let facts = Components.facts([
            ("Resource", Columns.reference(entitlement.resource)), ("Type", "\(entitlement.resource.typeName)"),
            ("Slug", "<code>\(entitlement.slug)</code>"), ("Purpose", "\(entitlement.purpose.name)"),
            ("Grants", "\(Components.number(entitlement.grants))"), ("ID", "<code>\(entitlement.externalID)</code>"),
        ])
        let text: HTML = entitlement.description.isEmpty ? .blank : "<p class=\"muted\">\(entitlement.description)</p>"
        return page(
            Layout(
                title: entitlement.name, section: .apps, session: context.session,
                content: """
                    \(Components.head(entitlement.name, crumbs: Components.crumbs([("Apps", "/apps"), (application.name, "/apps/\(application.id)"), ("Entitlements", "/apps/\(application.id)/entitlements")]), icon: .entitlement, about: text + facts, actions: edit))
                    \(Components.tabs("Entitlement", tabs.map { ($0.1, "\(base)?tab=\($0.0)") }, current: current))
                    <section class="tab" aria-label="\(current)">
                    \(content)
                    </section>
                    """))
    }

    // MARK: A grant, and why

    @Sendable func showGrant(_ request: Request, _ context: WebContext) async throws -> Response {
        let grant = try await catalog.grant(
            of: context.parameters.require("entitlement"), to: context.parameters.require("principal"))
        let holder = try await catalog.resource(grant.principal.id)
        let application = try await application(holder.applicationID, for: context)
        let state = ListState(request)
        let moment = try await moment(state)
        let explanation = try await catalog.explain(
            entitlement: grant.entitlementID, principal: grant.principal.id, at: moment)
        let ended: HTML =
            grant.until == nil
            ? .blank
            : Components.notice("<p>It no longer holds, since \(Components.time(grant.until, now: now)).</p>", .warn)
        return page(
            Layout(
                title: "Why does \(grant.principal.name) have \(grant.entitlementName)", section: .apps,
                session: context.session,
                content: """
                    \(Components.head("Why does \(grant.principal.name) have it?", crumbs: Components.crumbs([("Apps", "/apps"), (application.name, "/apps/\(application.id)"), (grant.entitlementName, "/entitlements/\(grant.entitlementID)")]), icon: .path, about: Components.facts([("Holder", Columns.reference(grant.principal)), ("Holds", "<a href=\"/entitlements/\(grant.entitlementID)\">\(grant.entitlementName)</a>"), ("On", Columns.reference(grant.resource)), ("How", "\(Columns.source(grant))"), ("Since", Components.time(grant.since, now: now))])))
                    \(ended)
                    \(PathsView(grant: grant, explanation: explanation, now: now).html)
                    """))
    }
}

extension JSONValue {
    /// The value as people read it.
    fileprivate var shown: String {
        switch self {
        case .null: "–"
        case .bool(let flag): flag ? "yes" : "no"
        case .number(let text), .string(let text): text
        case .array(let elements): elements.map(\.shown).joined(separator: ", ")
        case .object(let members): members.map { "\($0.name): \($0.value.shown)" }.joined(separator: "; ")
        }
    }
}
