import Hummingbird
import LanternCatalog
import LanternSignIn

extension Site {
    // MARK: Owners of an application, or of an external data source

    /// Who owns an application, and forms to change that.
    func ownerForms(_ application: Application, _ context: WebContext) async throws -> HTML {
        try await ownerForms(
            application.id, path: "/apps/\(application.id)/owners",
            about: "Owners bring data in, edit and delete. Administrators may do that everywhere.", context)
    }

    /// Who owns something, and forms to change that.
    func ownerForms(_ id: String, path: String, about: String, _ context: WebContext) async throws -> HTML {
        let owners = try await signIn.owners(of: id)
        let token = context.session.map(Components.token)
        let rows = owners.map { owner -> [HTML] in
            [
                "\(Icon.account.html)\(owner.name)", "\(owner.email)", "\(owner.role.name)",
                """
                <form method="post" action="\(path)">\(token)<input type="hidden" name="email" value="\(owner.email)"><button class="button quiet" name="act" value="remove" type="submit">Remove<span class="hidden"> \(owner.name)</span></button></form>
                """,
            ]
        }
        return """
            <div class="card"><h2>Owners</h2>
            <p class="muted">\(about)</p>
            \(rows.isEmpty ? "<p>Nobody yet.</p>" : Components.table("Owners", ["Name", "Email", "Role", "Actions"], rows))
            <form class="form" method="post" action="\(path)">
            \(token)
            \(Components.field("email", "Email of a user", type: "email", isRequired: true))
            <button class="button" name="act" value="add" type="submit">Add owner</button>
            </form></div>
            """
    }

    @Sendable func takeOwners(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await Form(request, context)
        let application = try await application(context.parameters.require("app"), for: context)
        try requireChange(of: application.id, by: context)
        try await changeOwners(of: application.id, form, context)
        // Who took themselves off may no longer see the page.
        let stays = try await signIn.user(email: context.user?.email ?? "").changes(application.id)
        return see(stays ? "/apps/\(application.id)/settings" : "/apps")
    }

    /// Does what one of the forms says.
    func changeOwners(of id: String, _ form: Form, _ context: WebContext) async throws {
        let user = try await signIn.user(email: form["email"])
        if form["act"] == "remove" {
            try await signIn.removeOwner(user, of: id)
        } else {
            guard user.role != .auditor else {
                throw WebError.badRequest(
                    "\(user.email): is an auditor, who changes nothing. Give them another role first.")
            }
            try await signIn.addOwner(user, of: id)
        }
        try await record(
            form["act"] == "remove" ? "removed owner" : "added owner", on: id, detail: user.email, by: context)
    }
}
