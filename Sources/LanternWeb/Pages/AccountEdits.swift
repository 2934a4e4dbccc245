import Hummingbird
import LanternCatalog
import LanternSignIn

extension Site {
    /// What can be done with several accounts of a list at once.
    func accountEdits(_ application: Application, _ state: ListState, _ context: WebContext) -> BulkForm<ListedResource>
    {
        let uses: [ListedResource.AccountType] = [.human, .service, .system]
        return BulkForm(
            action: "/apps/\(application.id)/accounts/edit",
            controls: """
                \(context.session.map(Components.token))<input type="hidden" name="back" value="\(state.address(after: state.token))">
                <label for="bulk-email">Email of a person</label><input id="bulk-email" name="email" type="email" autocomplete="off">
                <button class="button" name="act" value="set" type="submit">Set account owner</button>
                <button class="button quiet" name="act" value="reset" type="submit">Reset account owner</button>
                <button class="button quiet" name="act" value="clear" type="submit">Clear account owner</button>
                \(select("use", "Account type", uses.map { (String($0.rawValue), $0.name) }, ""))
                <button class="button" name="act" value="type" type="submit">Update account type</button>
                """,
            id: \.id, name: \.name)
    }

    @Sendable func takeAccountEdits(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await Form(request, context)
        let application = try await application(context.parameters.require("app"), for: context)
        try requireChange(of: application.id, by: context)
        let ids = form.all("id")
        guard !ids.isEmpty else {
            throw WebError.badRequest("Nothing is selected. Tick the accounts that are meant first.")
        }
        for id in ids where try await catalog.resource(id).applicationID != application.id { throw WebError.notFound }
        let edits =
            form["act"] == "type"
            ? try accountType(form["use"]) : try await accountOwner(form["act"], email: form["email"])
        try await catalog.edit(resources: ids, edits, by: context.requireUser().email)
        try await record(
            form["act"] == "type" ? "updated account types" : "\(form["act"]) account owners", on: application.id,
            detail: "\(ids.count)", by: context)
        let list = "/apps/\(application.id)/accounts"
        return see(form["back"].hasPrefix(list + "?") ? form["back"] : list)
    }

    /// Who is to answer for accounts, by the button that was pressed.
    func accountOwner(_ act: String, email: String) async throws -> ResourceEdits {
        var edits = ResourceEdits()
        switch act {
        case "clear": edits.owner = .clear
        case "reset": edits.owner = .reset
        case "set":
            guard let person = try await catalog.person(email: email) else {
                throw WebError.badRequest("email: nobody with the address \(email) is known.")
            }
            edits.owner = .set(person: person.id)
        default: throw WebError.badRequest("act: must be set, clear or reset.")
        }
        return edits
    }

    /// Who is to use accounts, by the number of the choice.
    func accountType(_ choice: String) throws(WebError) -> ResourceEdits {
        guard let type = Int64(choice).flatMap(ListedResource.AccountType.init), type != .unspecified else {
            throw WebError.badRequest("type: must be a user, a service account or a system account.")
        }
        var edits = ResourceEdits()
        edits.accountType = .set(type)
        return edits
    }
}

/// For how long nobody signed in.
enum Inactivity: String, CaseIterable {
    case month = "30"
    case quarter = "90"
    case year = "365"
    case ever = "never"

    var title: String { self == .ever ? "Never" : "Not for \(rawValue) days" }

    func since(_ now: Int64) -> Int64 { Int64(rawValue).map { now - $0 * 86_400 } ?? 1 }
}
