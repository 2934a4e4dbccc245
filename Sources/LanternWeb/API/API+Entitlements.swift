import Hummingbird
import LanternCatalog
import LanternSignIn
import WireForm

extension Site {
    // MARK: Entitlements

    @Sendable func listAppEntitlements(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        let page = try await catalog.entitlements(EntitlementQuery(of: application.id), request.apiPage())
        return try await appEntitlements(page, expanding: nil)
    }

    @Sendable func listEntitlementsOfResource(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        let resource = try await catalog.resource(context.parameters.require("resource"))
        guard resource.applicationID == application.id, resource.typeID == context.parameters.get("type") else {
            throw WebError.notFound
        }
        var query = EntitlementQuery(of: application.id)
        query.resource = resource.id
        return try await appEntitlements(try await catalog.entitlements(query, request.apiPage()), expanding: nil)
    }

    @Sendable func searchEntitlements(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await APIBody(request)
        guard let id = try body.onlyText("appIds") else { throw WebError.badRequest("appIds: name an application.") }
        var query = EntitlementQuery(of: try await application(id, for: context).id)
        query.text = try body.text("query").isEmpty ? body.text("displayName") : body.text("query")
        query.resource = try body.onlyText("resourceIds")
        return try await appEntitlements(
            try await catalog.entitlements(query, body.page()), expanding: try body.expandMask())
    }

    private func appEntitlements(_ page: Page<ListedEntitlement>, expanding paths: Set<String>?) async throws
        -> Response
    {
        var views = APIViews(catalog, expanding: paths)
        var rows: [JSONValue] = []
        for entitlement in page.rows { rows.append(try await views.view(of: entitlement)) }
        return APIAnswer.list(rows, next: page.next, expanded: views.expanded)
    }

    /// Ids of entitlements count within their application only.
    private func entitlement(_ context: WebContext) async throws -> ListedEntitlement {
        let application = try await application(context.parameters.require("app"), for: context)
        let entitlement = try await catalog.entitlement(context.parameters.require("entitlement"))
        guard entitlement.applicationID == application.id else { throw WebError.notFound }
        return entitlement
    }

    @Sendable func getAppEntitlement(_ request: Request, _ context: WebContext) async throws -> Response {
        let entitlement = try await entitlement(context).appEntitlement
        return APIAnswer.json(.object([("appEntitlementView", .object([("appEntitlement", entitlement)]))]))
    }

    @Sendable func updateAppEntitlement(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await APIBody(request)
        let entitlement = try await entitlement(context)
        try requireChange(of: entitlement.applicationID, by: context)
        let values = try body.part("entitlement")
        let mask = try body.mask(of: ["displayName", "description", "slug"])
        var edits = EntitlementEdits()
        if mask.contains("displayName") { edits.name = try values.edit("displayName") }
        if mask.contains("description") { edits.description = try values.edit("description") }
        if mask.contains("slug") { edits.slug = try values.edit("slug") }
        try await catalog.edit(entitlement: entitlement.id, edits, by: context.requireUser().email)
        try await record("edited entitlement", on: entitlement.applicationID, detail: entitlement.name, by: context)
        let now = try await catalog.entitlement(entitlement.id).appEntitlement
        return APIAnswer.json(.object([("appEntitlementView", .object([("appEntitlement", now)]))]))
    }

    // MARK: Grants

    @Sendable func listEntitlementGrants(_ request: Request, _ context: WebContext) async throws -> Response {
        let query = GrantQuery(.entitlement(try await entitlement(context).id))
        return try await grants(try await catalog.grants(query, request.apiPage()), expanding: nil)
    }

    @Sendable func listEntitlementUsers(_ request: Request, _ context: WebContext) async throws -> Response {
        let query = GrantQuery(.entitlement(try await entitlement(context).id))
        let page = try await catalog.grants(query, request.apiPage())
        let sources = try await catalog.sources(of: page.rows)
        let rows = zip(page.rows, sources).map { $0.binding(.object([("appUser", $0.appUser)]), from: $1) }
        return APIAnswer.list(rows, next: page.next)
    }

    @Sendable func listEntitlementsOfAppUser(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        let account = try await catalog.resource(context.parameters.require("user"))
        guard account.applicationID == application.id else { throw WebError.notFound }
        return try await grants(
            try await catalog.grants(GrantQuery(.heldBy(account.id)), request.apiPage()), expanding: nil)
    }

    @Sendable func searchGrants(_ request: Request, _ context: WebContext) async throws -> Response {
        try await foundGrants(APIBody(request), isPast: false, context)
    }

    @Sendable func searchPastGrants(_ request: Request, _ context: WebContext) async throws -> Response {
        try await foundGrants(APIBody(request), isPast: true, context)
    }

    private func foundGrants(_ body: APIBody, isPast: Bool, _ context: WebContext) async throws -> Response {
        guard var query = try await grantQuery(body, context) else {
            throw WebError.badRequest(
                "Name an account (appUserIds), a user (userId), an entitlement, resource or application.")
        }
        query.isPast = isPast
        return try await grants(try await catalog.grants(query, body.page()), expanding: try body.expandMask())
    }

    /// Begins at what narrows most, and leaves the rest out.
    private func grantQuery(_ body: APIBody, _ context: WebContext) async throws -> GrantQuery? {
        let account = try body.onlyText("appUserIds")
        let resource = try body.onlyText("resourceIds")
        let applications = try body.texts("appIds")
        let references = try body.parts("entitlementRefs")
        guard references.count <= 1 else { throw WebError.badRequest("entitlementRefs: name one at a time.") }
        let entitlement = try references.first.map { try $0.text("id") }
        let person = try body.text("userId")
        // Whatever is named must be something that the caller sees.
        for id in applications { _ = try await application(id, for: context) }
        if let account { _ = try await application(catalog.resource(account).applicationID, for: context) }
        if let resource { _ = try await application(catalog.resource(resource).applicationID, for: context) }
        if let entitlement { _ = try await application(catalog.entitlement(entitlement).applicationID, for: context) }
        let place: GrantQuery.Place
        if let account {
            place = .heldBy(account)
        } else if let entitlement {
            place = .entitlement(entitlement)
        } else if let resource {
            place = .on(resource)
        } else if !person.isEmpty {
            place = .heldByPerson(person)
        } else if let first = applications.first {
            guard applications.count == 1 else { throw WebError.badRequest("appIds: name one at a time.") }
            place = .application(first)
        } else {
            return nil
        }
        var query = GrantQuery(place)
        query.holder = account
        query.entitlement = entitlement
        query.resource = resource
        query.resourceType = try body.onlyText("resourceTypeIds")
        query.applications = applications.isEmpty ? nil : Set(applications)
        let user = try context.requireUser()
        if user.role == .owner { query.applications = query.applications ?? user.applications }
        return query
    }

    private func grants(_ page: Page<ListedGrant>, expanding paths: Set<String>?) async throws -> Response {
        var views = APIViews(catalog, expanding: paths)
        var rows: [JSONValue] = []
        for (grant, sources) in zip(page.rows, try await catalog.sources(of: page.rows)) {
            rows.append(try await views.view(of: grant, from: sources))
        }
        return APIAnswer.list(rows, next: page.next, expanded: views.expanded)
    }
}
