import Hummingbird
import LanternCatalog
import LanternSignIn

/// The tabs of an application that are lists.
extension Site {
    @Sendable func showAccounts(_ request: Request, _ context: WebContext) async throws -> Response {
        try await showResources(request, context, tab: "Accounts", kind: .account, columns: Columns.accounts(now: now))
    }

    @Sendable func showGroups(_ request: Request, _ context: WebContext) async throws -> Response {
        try await showResources(request, context, tab: "Groups", kind: .group, columns: Columns.resources(now: now))
    }

    @Sendable func showResources(_ request: Request, _ context: WebContext) async throws -> Response {
        try await showResources(request, context, tab: "Resources", kind: nil, columns: Columns.resources(now: now))
    }

    private func showResources(
        _ request: Request, _ context: WebContext, tab: String, kind: ResourceKind?, columns: [Column<ListedResource>]
    ) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        let state = ListState(request)
        var query = ResourceQuery(of: application.id)
        query.kind = kind
        query.text = state.text
        query.type = state["type"].isEmpty ? nil : state["type"]
        query.status = Int64(state["status"]).flatMap(ListedResource.Status.init)
        query.hasOwner = ["set": true, "unset": false][state["owner"]]
        query.accountType = Int64(state["account_type"]).flatMap(ListedResource.AccountType.init)
        query.unusedSince = Inactivity(rawValue: state["inactive"])?.since(now)
        // Who signed in least lately comes first where that is what is asked for.
        query.order = state.order(query.unusedSince == nil ? .name : .lastLogin)
        query.moment = try await moment(state)
        let types = try await catalog.resourceTypes(of: application.id).filter { type in
            kind == nil ? type.kind != .account : type.kind == kind
        }
        let catalog = catalog
        let mayEdit = kind == .account && query.moment == .now && context.user?.changes(application.id) == true
        let listing = Listing<ListedResource>(
            caption: tab, columns: columns, empty: nothingYet(application, tab),
            filters: filters(types, state, hasStatus: kind == .account),
            bulk: mayEdit ? accountEdits(application, state, context) : nil,
            count: { [query] in try await catalog.resourceCount(query) },
            fetch: { [query] in try await catalog.resources(query, $0) })
        let view = ListView(listing: listing, state: state)
        if let file = view.file(named: "\(application.name)-\(tab.lowercased())", request.format) { return file }
        return applicationPage(
            application, tab: tab, context, actions: importButton(application, context), try await view.html())
    }

    @Sendable func showEntitlements(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        let state = ListState(request)
        var query = EntitlementQuery(of: application.id)
        query.text = state.text
        query.order = state.order(.name)
        query.moment = try await moment(state)
        let catalog = catalog
        let listing = Listing<ListedEntitlement>(
            caption: "Entitlements", columns: Columns.entitlements(now: now),
            empty: nothingYet(application, "Entitlements"),
            count: { [query] in try await catalog.entitlementCount(query) },
            fetch: { [query] in try await catalog.entitlements(query, $0) })
        let view = ListView(listing: listing, state: state)
        if let file = view.file(named: "\(application.name)-entitlements", request.format) { return file }
        return applicationPage(
            application, tab: "Entitlements", context, actions: importButton(application, context),
            """
            <p class="muted"><a href="/apps/\(application.id)/access">\(Icon.entitlement.html)Access</a> to the application itself: \(Components.number(application.counts.accounts)) accounts</p>
            \(try await view.html())
            """)
    }

    /// What each application has of itself: everybody with an account can get in.
    ///
    /// It isn't counted among the entitlements, which are those that the data sources tell of.
    @Sendable func showAccess(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        let state = ListState(request)
        var query = ResourceQuery(of: application.id)
        query.kind = .account
        query.text = state.text
        query.moment = try await moment(state)
        query.order = state.order(.name)
        let catalog = catalog
        let columns = Columns.accounts(now: now).map { $0.title == "Created" ? $0.titled("Granted") : $0 }
        let view = ListView(
            listing: Listing<ListedResource>(
                caption: "Holders of Access", columns: columns, empty: nothingYet(application, "Accounts"),
                count: { [query] in try await catalog.resourceCount(query) },
                fetch: { [query] in try await catalog.resources(query, $0) }), state: state)
        if let file = view.file(named: "\(application.name)-access", request.format) { return file }
        return applicationPage(
            application, tab: "Entitlements", context,
            """
            <h2>\(Icon.entitlement.html)Access</h2>
            \(Components.facts([("Resource", "Credential"), ("Entitlement", "Access"), ("Grants", "\(Components.number(application.counts.accounts))")]))
            <p class="muted">Every application has it: whoever has an account in \(application.name) can get in.</p>
            \(try await view.html())
            """)
    }

    @Sendable func showGrants(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        let state = ListState(request)
        let view = try await grantView(
            .application(application.id), state, Columns.grants(now: now),
            empty: nothingYet(application, "Grants"), total: application.counts.grants)
        if let file = view.file(named: "\(application.name)-grants", request.format) { return file }
        return applicationPage(
            application, tab: "Grants", context, actions: importButton(application, context), try await view.html())
    }

    /// A list of grants, with the choice between direct and inherited ones.
    func grantView(
        _ place: GrantQuery.Place, _ state: ListState, _ columns: [Column<ListedGrant>], empty: HTML, total: Int64,
        isPast: Bool = false
    ) async throws -> ListView<ListedGrant> {
        var query = GrantQuery(place)
        query.isPast = isPast
        query.isDirect = ["direct": true, "inherited": false][state["source"]]
        query.moment = try await moment(state)
        let catalog = catalog
        let filter = select(
            "source", "Source", [("", "All"), ("direct", "Direct"), ("inherited", "Inherited")], state["source"])
        let isWhole = query.isDirect == nil && query.moment == .now && !isPast
        return ListView(
            listing: Listing<ListedGrant>(
                caption: isPast ? "Past grants" : "Grants", columns: columns, empty: empty, filters: filter,
                isSearchable: false, hasPast: !isPast,
                count: { [query] in isWhole ? .exactly(total) : try await catalog.grantCount(query) },
                fetch: { [query] in try await catalog.grants(query, $0) }), state: state)
    }

    func nothingYet(_ application: Application, _ tab: String) -> HTML {
        Components.empty(
            .file, "No \(tab.lowercased()) here",
            """
            <p>What the data sources of \(application.name) say holds none.</p>
            <p><a class="button" href="/apps/\(application.id)/data-sources">Data sources</a></p>
            """)
    }

    private func filters(_ types: [ListedType], _ state: ListState, hasStatus: Bool) -> HTML {
        var all: HTML = .blank
        if types.count > 1 {
            all += select(
                "type", "Resource type", [("", "All types")] + types.map { ($0.id, $0.name) }, state["type"])
        }
        if hasStatus {
            let known = ListedResource.Status.allCases.sorted { $0 != .unspecified && $1 == .unspecified }
            all += select(
                "status", "Status", [("", "Any status")] + known.map { (String($0.rawValue), $0.name) }, state["status"]
            )
            all += select(
                "owner", "Account owner", [("", "Any owner"), ("set", "With an owner"), ("unset", "Without an owner")],
                state["owner"])
            let uses: [ListedResource.AccountType] = [.human, .service, .system]
            all += select(
                "account_type", "Account type",
                [("", "Any account type")] + uses.map { (String($0.rawValue), $0.name) }, state["account_type"])
            all += select(
                "inactive", "Last login",
                [("", "Any last login")] + Inactivity.allCases.map { ($0.rawValue, $0.title) }, state["inactive"])
        }
        return all
    }

    /// A choice of one.
    ///
    /// - Parameter labelled: whether the page has a label for it already.
    func select(
        _ name: String, _ label: String, _ choices: [(value: String, text: String)], _ chosen: String,
        labelled: Bool = false
    ) -> HTML {
        let options = choices.map { choice -> HTML in
            let mark: HTML = choice.value == chosen ? " selected" : .blank
            return "<option value=\"\(choice.value)\"\(mark)>\(choice.text)</option>"
        }
        return """
            <div class="choice">\(labelled ? .blank : "<label class=\"hidden\" for=\"\(name)\">\(label)</label>" as HTML)
            <select id="\(name)" name="\(name)">\(options)</select></div>
            """
    }
}
