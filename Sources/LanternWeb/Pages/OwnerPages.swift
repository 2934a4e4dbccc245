import Hummingbird
import LanternCatalog
import LanternSignIn

extension Site {
    // MARK: Owners of an application

    /// Who owns an application, and forms to change that.
    func ownerForms(_ application: Application, _ context: WebContext) async throws -> HTML {
        let owners = try await signIn.owners(of: application.id)
        let token = context.session.map(Components.token)
        let rows = owners.map { owner -> [HTML] in
            [
                "\(Icon.account.html)\(owner.name)", "\(owner.email)", "\(owner.role.name)",
                """
                <form method="post" action="/apps/\(application.id)/owners">\(token)<input type="hidden" name="email" value="\(owner.email)"><button class="button quiet" name="act" value="remove" type="submit">Remove<span class="hidden"> \(owner.name)</span></button></form>
                """,
            ]
        }
        return """
            <div class="card"><h2>Owners</h2>
            <p class="muted">Owners bring data in, edit and delete. Administrators may do that everywhere.</p>
            \(rows.isEmpty ? "<p>Nobody yet.</p>" : Components.table("Owners", ["Name", "Email", "Role", "Actions"], rows))
            <form class="form" method="post" action="/apps/\(application.id)/owners">
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
        let user = try await signIn.user(email: form["email"])
        if form["act"] == "remove" {
            try await signIn.removeOwner(user, of: application.id)
        } else {
            guard user.role != .auditor else {
                throw WebError.badRequest(
                    "\(user.email): is an auditor, who changes nothing. Give them another role first.")
            }
            try await signIn.addOwner(user, of: application.id)
        }
        try await record(
            form["act"] == "remove" ? "removed owner" : "added owner", on: application.id, detail: user.email,
            by: context)
        // Who took themselves off may no longer see the page.
        let stays = try await signIn.user(email: context.user?.email ?? "").changes(application.id)
        return see(stays ? "/apps/\(application.id)/settings" : "/apps")
    }
}
