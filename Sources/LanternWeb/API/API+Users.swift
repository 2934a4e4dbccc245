import Hummingbird
import LanternCatalog
import LanternSignIn
import WireForm

extension Site {
    // MARK: People

    /// Who only sees some applications doesn't see everybody.
    private func requireSight(_ context: WebContext) throws {
        guard try context.requireUser().role != .owner else { throw WebError.forbidden }
    }

    @Sendable func listUsers(_ request: Request, _ context: WebContext) async throws -> Response {
        try requireSight(context)
        return APIAnswer.list(try await catalog.people(request.apiPage()), \.view)
    }

    @Sendable func getUser(_ request: Request, _ context: WebContext) async throws -> Response {
        try requireSight(context)
        return APIAnswer.json(try await catalog.person(context.parameters.require("user")).view)
    }

    @Sendable func searchUsers(_ request: Request, _ context: WebContext) async throws -> Response {
        try requireSight(context)
        let body = try await APIBody(request)
        let text = try body.text("email").isEmpty ? body.text("query") : body.text("email")
        let page = try await catalog.people(body.page(), matching: text, among: Set(try body.texts("ids")))
        return APIAnswer.list(page, \.view)
    }

    // MARK: Owners of an application

    @Sendable func listOwners(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        return APIAnswer.list(try await signIn.owners(of: application.id).map(\.json))
    }

    @Sendable func listOwnerIDs(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        let ids = try await signIn.owners(of: application.id).map { JSONValue.string($0.id) }
        return APIAnswer.json(.object([("userIds", .array(ids))]))
    }

    private func changedOwner(_ context: WebContext) async throws -> (Application, User) {
        let application = try await application(context.parameters.require("app"), for: context)
        try requireChange(of: application.id, by: context)
        let id = try context.parameters.require("user")
        guard let user = try await signIn.users().first(where: { $0.id == id }) else { throw WebError.notFound }
        return (application, user)
    }

    @Sendable func addOwnerByAPI(_ request: Request, _ context: WebContext) async throws -> Response {
        let (application, user) = try await changedOwner(context)
        guard user.role != .auditor else {
            throw WebError.badRequest("\(user.email): is an auditor, who changes nothing.")
        }
        try await signIn.addOwner(user, of: application.id)
        try await record("added owner", on: application.id, detail: user.email, by: context)
        return APIAnswer.json(.object([]))
    }

    @Sendable func removeOwnerByAPI(_ request: Request, _ context: WebContext) async throws -> Response {
        let (application, user) = try await changedOwner(context)
        try await signIn.removeOwner(user, of: application.id)
        try await record("removed owner", on: application.id, detail: user.email, by: context)
        return APIAnswer.json(.object([]))
    }
}
