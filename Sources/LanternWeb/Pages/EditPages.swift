import Hummingbird
import LanternCatalog
import LanternSignIn

extension Site {
    // MARK: Accounts and other resources

    private func changedResource(_ context: WebContext) async throws -> (ListedResource, Application) {
        let resource = try await catalog.resource(context.parameters.require("resource"))
        let application = try await application(resource.applicationID, for: context)
        try requireChange(of: application.id, by: context)
        return (resource, application)
    }

    @Sendable func showResourceEdits(_ request: Request, _ context: WebContext) async throws -> Response {
        let (resource, application) = try await changedResource(context)
        return editPage(
            resource.name, application, context,
            """
            <form class="card form" method="post" action="/resources/\(resource.id)/edit">
            \(context.session.map(Components.token))
            <h2>\(resource.kind.icon.html)\(resource.name)</h2>
            \(editField("name", "Name", resource.name, synced: resource.syncedName))
            \(descriptionField(resource.description, synced: resource.syncedDescription))
            <div class="row"><button class="button primary" type="submit">Save</button>
            <a class="button quiet" href="/resources/\(resource.id)">Cancel</a></div>
            </form>
            \(resource.kind == .account ? accountForms(resource, context) : .blank)
            """)
    }

    private func accountForms(_ account: ListedResource, _ context: WebContext) -> HTML {
        let token = context.session.map(Components.token)
        let types: [ListedResource.AccountType] = [.human, .service, .system]
        let synced: HTML =
            account.syncedAccountType.map { "<p class=\"hint\">The data source says: \($0.name).</p>" } ?? .blank
        let owner: HTML =
            account.ownerIsSet
            ? (account.ownerID == nil ? "Somebody chose that nobody answers for it." : "Somebody chose the owner.")
            : (account.ownerID == nil
                ? "Nobody has its address." : "Found by the address, or named by the data source.")
        return """
            <form class="card form" method="post" action="/resources/\(account.id)/owner">
            \(token)
            <h2>Account owner</h2>
            <p>\(Columns.ownerLink(account)) <span class="muted">\(owner)</span></p>
            \(Components.field("email", "Email of the owner", type: "email"))
            <div class="row"><button class="button primary" name="act" value="set" type="submit">Set account owner</button>
            <button class="button quiet" name="act" value="reset" type="submit">Reset account owner</button>
            <button class="button quiet" name="act" value="clear" type="submit">Clear account owner</button></div>
            </form>
            <form class="card form" method="post" action="/resources/\(account.id)/type">
            \(token)
            <h2>Set account type</h2>
            <div class="field"><label for="type">Account type</label>\(select("type", "Account type", types.map { (String($0.rawValue), $0.name) }, String(account.accountType.rawValue), labelled: true))\(synced)</div>
            <div class="row"><button class="button primary" name="act" value="set" type="submit">Update account type</button>
            <button class="button quiet" name="act" value="reset" type="submit">As the data source says</button></div>
            </form>
            """
    }

    @Sendable func takeResourceEdits(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await Form(request, context)
        let (resource, application) = try await changedResource(context)
        var edits = ResourceEdits()
        edits.name = Self.edit(form["name"], now: resource.name, synced: resource.syncedName)
        edits.description = Self.edit(
            form["description"], now: resource.description, synced: resource.syncedDescription)
        try await catalog.edit(resource: resource.id, edits, by: context.requireUser().email)
        try await record("edited resource", on: application.id, detail: resource.name, by: context)
        return see("/resources/\(resource.id)")
    }

    @Sendable func takeAccountOwner(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await Form(request, context)
        let (account, application) = try await changedResource(context)
        let edits = try await accountOwner(form["act"], email: form["email"])
        try await catalog.edit(resource: account.id, edits, by: context.requireUser().email)
        try await record("\(form["act"]) account owner", on: application.id, detail: account.name, by: context)
        return see("/resources/\(account.id)")
    }

    @Sendable func takeAccountType(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await Form(request, context)
        let (account, application) = try await changedResource(context)
        var edits = ResourceEdits()
        if form["act"] == "reset" { edits.accountType = .reset } else { edits = try accountType(form["type"]) }
        try await catalog.edit(resource: account.id, edits, by: context.requireUser().email)
        try await record("updated account type", on: application.id, detail: account.name, by: context)
        return see("/resources/\(account.id)")
    }

    // MARK: Entitlements

    private func changedEntitlement(_ context: WebContext) async throws -> (ListedEntitlement, Application) {
        let entitlement = try await catalog.entitlement(context.parameters.require("entitlement"))
        let application = try await application(entitlement.applicationID, for: context)
        try requireChange(of: application.id, by: context)
        return (entitlement, application)
    }

    @Sendable func showEntitlementEdits(_ request: Request, _ context: WebContext) async throws -> Response {
        let (entitlement, application) = try await changedEntitlement(context)
        return editPage(
            entitlement.name, application, context,
            """
            <form class="card form" method="post" action="/entitlements/\(entitlement.id)/edit">
            \(context.session.map(Components.token))
            <h2>\(Icon.entitlement.html)\(entitlement.name)</h2>
            \(editField("name", "Name", entitlement.name, synced: entitlement.syncedName))
            \(editField("slug", "Slug", entitlement.slug, synced: entitlement.syncedSlug))
            \(descriptionField(entitlement.description, synced: entitlement.syncedDescription))
            <div class="row"><button class="button primary" type="submit">Save</button>
            <a class="button quiet" href="/entitlements/\(entitlement.id)">Cancel</a></div>
            </form>
            """)
    }

    @Sendable func takeEntitlementEdits(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await Form(request, context)
        let (entitlement, application) = try await changedEntitlement(context)
        var edits = EntitlementEdits()
        edits.name = Self.edit(form["name"], now: entitlement.name, synced: entitlement.syncedName)
        edits.slug = Self.edit(form["slug"], now: entitlement.slug, synced: entitlement.syncedSlug)
        edits.description = Self.edit(
            form["description"], now: entitlement.description, synced: entitlement.syncedDescription)
        try await catalog.edit(entitlement: entitlement.id, edits, by: context.requireUser().email)
        try await record("edited entitlement", on: application.id, detail: entitlement.name, by: context)
        return see("/entitlements/\(entitlement.id)")
    }

    // MARK: Both

    private func editPage(
        _ title: String, _ application: Application, _ context: WebContext, _ content: HTML
    ) -> Response {
        page(
            Layout(
                title: "Edit \(title)", section: .apps, session: context.session,
                content: """
                    \(Components.head("Edit \(title)", crumbs: Components.crumbs([("Apps", "/apps"), (application.name, "/apps/\(application.id)")])))
                    \(content)
                    """))
    }

    private func descriptionField(_ value: String, synced: String?) -> HTML {
        let hint = synced.map { "The data source says: \($0). Leave it empty to follow the data source again." }
        return """
            <div class="field"><label for="description">Description</label>
            <textarea id="description" name="description" rows="3" aria-describedby="description-hint">\(value)</textarea>
            <p class="hint" id="description-hint">\(hint ?? Self.usualHint)</p></div>
            """
    }

    private static let usualHint = "What you set here survives imports, and isn't written back."

    private func editField(_ name: String, _ label: String, _ value: String, synced: String?) -> HTML {
        let hint = synced.map { "The data source says: \($0). Leave it empty to follow the data source again." }
        return Components.field(
            name, label, value: value, hint: hint ?? Self.usualHint)
    }

    /// What a field of a form means: nothing new, the data source's value again, or another one.
    private static func edit(_ text: String, now: String, synced: String?) -> FieldEdit<String> {
        let text = asShown(text)
        if text == asShown(now) { return .keep }
        if text.isEmpty || synced.map(asShown) == text { return .reset }
        return .set(text)
    }

    /// A text as it is left by its way through a browser, which sends other line breaks, and by that of a form, which has no blanks round it.
    private static func asShown(_ text: String) -> String {
        text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").trimmingWhitespace
    }
}
