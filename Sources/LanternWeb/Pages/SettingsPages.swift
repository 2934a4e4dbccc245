import AccessModel
import Hummingbird
import LanternCatalog
import LanternSignIn

extension Site {
    private func settingsPage(_ tab: String, _ context: WebContext, _ content: HTML) -> Response {
        var tabs = [("API keys", "/settings/tokens")]
        if context.user?.role == .administrator { tabs.append(("Users", "/settings/users")) }
        if context.user?.role != .owner { tabs.append(("Audit log", "/settings/audit")) }
        return page(
            Layout(
                title: "\(tab) · Settings", section: .settings, session: context.session,
                content: """
                    \(Components.head("Settings", icon: .settings))
                    \(Components.tabs("Settings", tabs, current: tab))
                    <section class="tab" aria-label="\(tab)">
                    \(content)
                    </section>
                    """))
    }

    // MARK: API keys

    @Sendable func showTokens(_ request: Request, _ context: WebContext) async throws -> Response {
        try await tokensPage(context, .blank)
    }

    private func tokensPage(_ context: WebContext, _ notice: HTML) async throws -> Response {
        guard let session = context.session else { throw WebError.notSignedIn }
        let rows = try await signIn.credentials(of: session.user).map { credential -> [HTML] in
            [
                "\(Icon.key.html)\(credential.name)", "<code>\(credential.clientID ?? "bearer token")</code>",
                "\(credential.scope == .full ? "Full" : "Read only")", Components.time(credential.createdAt, now: now),
                Components.time(credential.expiresAt, now: now), Components.time(credential.usedAt, now: now),
                """
                <form method="post" action="/settings/tokens/\(credential.id)/revoke">\(Components.token(session))<button class="button danger" type="submit">Revoke</button></form>
                """,
            ]
        }
        let list =
            rows.isEmpty
            ? Components.empty(
                .key, "No API keys yet",
                "<p>A program acts for you with a key: to import files, or to read what is here.</p>")
            : Components.table(
                "API keys", ["Name", "Client ID", "Scope", "Created", "Expires", "Last used", "Actions"], rows)
        return settingsPage(
            "API keys", context,
            """
            \(notice)
            \(list)
            <form class="card form" method="post" action="/settings/tokens">
            \(Components.token(session))
            <h2>Create credential</h2>
            \(Components.field("name", "Name", hint: "What it is for, such as nightly import.", isRequired: true))
            <div class="field"><label for="kind">Kind</label>\(select("kind", "Kind", [("token", "Bearer token"), ("client", "Client ID and secret (OAuth)")], "token"))</div>
            <div class="field"><label for="scope">Scope</label>\(select("scope", "Scope", [("full", "Full: whatever I may"), ("read", "Read only")], "full"))</div>
            <div class="field"><label for="days">Expires</label>\(select("days", "Expires", [("30", "In 30 days"), ("90", "In 90 days"), ("", "Never")], "90"))</div>
            <button class="button primary" type="submit">Create credential</button>
            </form>
            """)
    }

    @Sendable func takeToken(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await Form(request, context)
        guard let user = context.user else { throw WebError.notSignedIn }
        guard let days = form["days"].isEmpty ? .some(nil) : Int(form["days"]).map(Optional.some) else {
            throw WebError.badRequest("days: must be a number.")
        }
        let host = form["kind"] == "client" ? request.head.authority ?? "localhost" : nil
        let made = try await signIn.makeCredential(
            for: user, named: form["name"], scope: form["scope"] == "read" ? .read : .full, days: days,
            clientHost: host)
        try await record("created API key", on: made.credential.id, detail: made.credential.name, by: context)
        let client: HTML =
            made.credential.clientID.map { "<p>Client ID <code class=\"secret\">\($0)</code></p>" } ?? .blank
        return try await tokensPage(
            context,
            Components.notice(
                "<p><b>Copy it now:</b> it is not shown again.</p>\(client)<p><code class=\"secret\" data-copy>\(made.secret)</code></p>",
                .good))
    }

    @Sendable func revokeToken(_ request: Request, _ context: WebContext) async throws -> Response {
        _ = try await Form(request, context)
        guard let user = context.user else { throw WebError.notSignedIn }
        let id = try context.parameters.require("token")
        try await signIn.revokeCredential(id, of: user)
        try await record("revoked API key", on: id, by: context)
        return see("/settings/tokens")
    }

    // MARK: Users

    @Sendable func showUsers(_ request: Request, _ context: WebContext) async throws -> Response {
        try await usersPage(context, .blank)
    }

    private func usersPage(_ context: WebContext, _ notice: HTML) async throws -> Response {
        guard let session = context.session, session.user.role == .administrator else { throw WebError.forbidden }
        let rows = try await signIn.users().map { user -> [HTML] in
            [
                "\(Icon.account.html)\(user.name) \(user.isDisabled ? Components.chip("Disabled", .warn) : .blank)",
                "\(user.email)", "\(user.role.name)", Components.time(user.signedInAt, now: now),
                userActions(user, session),
            ]
        }
        let roles = User.Role.allCases.map { ($0.rawValue, $0.name) }
        return settingsPage(
            "Users", context,
            """
            \(notice)
            \(Components.table("Users", ["Name", "Email", "Role", "Last sign-in", "Actions"], rows))
            <form class="card form" method="post" action="/settings/users">
            \(Components.token(session))
            <h2>Add user</h2>
            \(Components.field("name", "Name"))
            \(Components.field("email", "Email", type: "email", isRequired: true))
            <div class="field"><label for="role">Role</label>\(select("role", "Role", roles, "auditor"))</div>
            <button class="button primary" name="act" value="add" type="submit">Add user</button>
            </form>
            """)
    }

    private func userActions(_ user: User, _ session: Session) -> HTML {
        let id = "role-\(user.id)"
        let roles = User.Role.allCases.map { role -> HTML in
            "<option value=\"\(role.rawValue)\"\(role == user.role ? " selected" : .blank)>\(role.name)</option>"
        }
        let switching: HTML =
            user.isDisabled
            ? "<button class=\"button quiet\" name=\"act\" value=\"enable\" type=\"submit\">Enable<span class=\"hidden\"> \(user.name)</span></button>"
            : "<button class=\"button quiet\" name=\"act\" value=\"disable\" type=\"submit\">Disable<span class=\"hidden\"> \(user.name)</span></button>"
        return """
            <form class="inline" method="post" action="/settings/users">\(Components.token(session))<input type="hidden" name="email" value="\(user.email)">
            <label class="hidden" for="\(id)">Role of \(user.name)</label><select id="\(id)" name="role">\(roles)</select>
            <button class="button quiet" name="act" value="role" type="submit">Change role<span class="hidden"> of \(user.name)</span></button>
            <button class="button quiet" name="act" value="reset" type="submit">Reset password<span class="hidden"> of \(user.name)</span></button>
            \(switching)</form>
            """
    }

    @Sendable func takeUser(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await Form(request, context)
        guard context.user?.role == .administrator else { throw WebError.forbidden }
        if ["role", "disable", "enable"].contains(form["act"]) { return try await change(form, context) }
        let user: User
        if form["act"] == "reset" {
            user = try await signIn.user(email: form["email"])
        } else {
            guard let role = User.Role(rawValue: form["role"]) else { throw WebError.badRequest("role: is not known.") }
            user = try await signIn.addUser(email: form["email"], name: form["name"], role: role)
        }
        let link = try await signIn.link(for: user, to: .password)
        try await record(form["act"] == "reset" ? "reset password" : "added user", on: user.email, by: context)
        let address = "\(settings.isSecure ? "https" : "http")://\(request.head.authority ?? "")/password/\(link)"
        return try await usersPage(
            context,
            Components.notice(
                "<p>Send this link to \(user.email). It works once, for a day:</p><p><code class=\"secret\" data-copy>\(address)</code></p>",
                .good))
    }

    /// Gives a user another role, or lets them in or not.
    private func change(_ form: Form, _ context: WebContext) async throws -> Response {
        let user = try await signIn.user(email: form["email"])
        switch form["act"] {
        case "role":
            guard let role = User.Role(rawValue: form["role"]) else { throw WebError.badRequest("role: is not known.") }
            try await signIn.update(user, role: role)
            try await record("changed role", on: user.email, detail: role.rawValue, by: context)
        case "disable":
            try await signIn.update(user, isDisabled: true)
            try await record("disabled user", on: user.email, by: context)
        default:
            try await signIn.update(user, isDisabled: false)
            try await record("enabled user", on: user.email, by: context)
        }
        return try await usersPage(context, Components.notice("<p>\(user.email) was changed.</p>", .good))
    }

    // MARK: Audit log

    @Sendable func showAudit(_ request: Request, _ context: WebContext) async throws -> Response {
        guard try context.requireUser().role != .owner else { throw WebError.forbidden }
        let before = request.uri.queryParameters["before"].flatMap { Int64($0) }
        let events = try await signIn.events(before: before, limit: 100)
        let rows = events.map { event -> [HTML] in
            [
                Components.time(event.at, now: now), "\(event.actor)", "\(event.action)", "\(event.detail)",
                "<code>\(event.subject)</code>", "\(event.address)",
            ]
        }
        let older: HTML =
            events.count == 100
            ? "<a class=\"button quiet\" rel=\"next\" href=\"/settings/audit?before=\(events.last?.number ?? 0)\">Older</a>"
            : .blank
        return settingsPage(
            "Audit log", context,
            """
            \(Components.table("Audit log", ["When", "Who", "What", "Detail", "Subject", "From"], rows))
            <nav class="pager" aria-label="Pages">\(older)</nav>
            """)
    }
}
