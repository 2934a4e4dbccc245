import Hummingbird
import LanternCatalog
import LanternSignIn
import WireForm

extension Site {
    // MARK: Accounts and resources

    @Sendable func listAppUsers(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        var query = ResourceQuery(of: application.id)
        query.kind = .account
        return APIAnswer.list(try await catalog.resources(query, request.apiPage()), \.appUser)
    }

    @Sendable func searchAppUsers(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await APIBody(request)
        var query = ResourceQuery(of: try await application(body.text("appId"), for: context).id)
        query.kind = .account
        query.text = try body.text("query")
        return APIAnswer.list(try await catalog.resources(query, body.page()), \.appUser)
    }

    @Sendable func listResourceTypes(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        let types = try await catalog.resourceTypes(of: application.id)
        return APIAnswer.json(
            .object([("list", .array(types.map { $0.json(of: application.id) })), ("nextPageToken", .string(""))]))
    }

    @Sendable func listAppResources(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        var query = ResourceQuery(of: application.id)
        query.type = try context.parameters.require("type")
        return APIAnswer.list(try await catalog.resources(query, request.apiPage()), \.appResource)
    }

    // MARK: Entitlements and grants

    @Sendable func listAppEntitlements(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        return APIAnswer.list(
            try await catalog.entitlements(EntitlementQuery(of: application.id), request.apiPage()), \.json)
    }

    @Sendable func searchEntitlements(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await APIBody(request)
        let applications = try body.texts("appIds")
        guard applications.count == 1, let id = applications.first else {
            throw WebError.badRequest("appIds: name one application.")
        }
        var query = EntitlementQuery(of: try await application(id, for: context).id)
        query.text = try body.text("query").isEmpty ? body.text("displayName") : body.text("query")
        query.resource = try body.texts("resourceIds").first
        return APIAnswer.list(try await catalog.entitlements(query, body.page()), \.json)
    }

    @Sendable func listEntitlementGrants(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        let entitlement = try await catalog.entitlement(context.parameters.require("entitlement"))
        guard entitlement.applicationID == application.id else { throw WebError.notFound }
        let page = try await catalog.grants(GrantQuery(.entitlement(entitlement.id)), request.apiPage())
        return APIAnswer.list(page) { $0.json(of: application.id) }
    }

    /// Narrowed by an account, an entitlement, a resource or an application; the first of them that is there counts.
    @Sendable func searchGrants(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await APIBody(request)
        let place: GrantQuery.Place
        let owner: String
        if let account = try body.texts("appUserIds").first {
            (place, owner) = (.heldBy(account), try await catalog.resource(account).applicationID)
        } else if let reference = try body.parts("entitlementRefs").first {
            let id = try reference.text("id")
            (place, owner) = (.entitlement(id), try await catalog.entitlement(id).applicationID)
        } else if let resource = try body.texts("resourceIds").first {
            (place, owner) = (.on(resource), try await catalog.resource(resource).applicationID)
        } else if let application = try body.texts("appIds").first {
            (place, owner) = (.application(application), application)
        } else {
            throw WebError.badRequest("Name an account (appUserIds), entitlement, resource or application.")
        }
        let application = try await application(owner, for: context)
        let page = try await catalog.grants(GrantQuery(place), body.page())
        return APIAnswer.list(page) { $0.json(of: application.id) }
    }

    // MARK: People

    @Sendable func listUsers(_ request: Request, _ context: WebContext) async throws -> Response {
        guard try context.requireUser().role != .owner else { throw WebError.forbidden }
        return APIAnswer.list(try await catalog.people(request.apiPage()), \.json)
    }

    @Sendable func getUser(_ request: Request, _ context: WebContext) async throws -> Response {
        guard try context.requireUser().role != .owner else { throw WebError.forbidden }
        return APIAnswer.json(try await catalog.person(context.parameters.require("user")).json)
    }
}
