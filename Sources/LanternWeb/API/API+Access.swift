import Hummingbird
import LanternCatalog
import LanternSignIn
import WireForm

extension Site {
    private func application(_ context: WebContext) async throws -> Application {
        try await application(context.parameters.require("app"), for: context)
    }

    // MARK: Accounts

    @Sendable func listAppUsers(_ request: Request, _ context: WebContext) async throws -> Response {
        var query = ResourceQuery(of: try await application(context).id)
        query.kind = .account
        return try await appUsers(try await catalog.resources(query, request.apiPage()), expanding: nil)
    }

    @Sendable func searchAppUsers(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await APIBody(request)
        var query = ResourceQuery(of: try await application(body.text("appId"), for: context).id)
        query.kind = .account
        query.text = try body.text("query")
        let statuses = try body.texts("appUserStatuses")
        guard statuses.count <= 1 else { throw WebError.badRequest("appUserStatuses: name one at a time.") }
        query.status = try statuses.first.map { status in
            guard let known = Self.statuses[status] else {
                throw WebError.badRequest(
                    "appUserStatuses: must be one of \(Self.statuses.keys.sorted().joined(separator: ", ")).")
            }
            return known
        }
        query.ids = Set(try body.texts("appUserIds"))
        return try await appUsers(
            try await catalog.resources(query, body.page()), expanding: try body.expandMask())
    }

    private static let statuses: [String: ListedResource.Status] = [
        "STATUS_ENABLED": .enabled, "STATUS_DISABLED": .disabled, "STATUS_DELETED": .deleted,
        "STATUS_UNSPECIFIED": .unspecified,
    ]

    private func appUsers(_ page: Page<ListedResource>, expanding paths: Set<String>?) async throws -> Response {
        var views = APIViews(catalog, expanding: paths)
        var rows: [JSONValue] = []
        for (account, record) in zip(page.rows, try await catalog.records(of: page.rows)) {
            rows.append(try await views.view(of: account, record))
        }
        return APIAnswer.list(rows, next: page.next, expanded: views.expanded)
    }

    private func appUser(_ context: WebContext) async throws -> ListedResource {
        let application = try await application(context)
        let account = try await catalog.resource(context.parameters.require("user"))
        guard account.applicationID == application.id, account.kind == .account else { throw WebError.notFound }
        return account
    }

    @Sendable func getAppUser(_ request: Request, _ context: WebContext) async throws -> Response {
        try await appUserAnswer(try await appUser(context))
    }

    @Sendable func updateAppUser(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await APIBody(request)
        let account = try await appUser(context)
        try requireChange(of: account.applicationID, by: context)
        let values = try body.part("appUser")
        let mask = try body.mask(of: ["displayName", "appUserType", "identityUserId"])
        var edits = ResourceEdits()
        if mask.contains("displayName") { edits.name = try values.edit("displayName") }
        if mask.contains("appUserType") {
            edits.accountType =
                try values.choice(
                    "appUserType",
                    [
                        "APP_USER_TYPE_USER": ListedResource.AccountType.human,
                        "APP_USER_TYPE_SERVICE_ACCOUNT": .service,
                        "APP_USER_TYPE_SYSTEM_ACCOUNT": .system,
                    ]
                ).map { .set($0) } ?? .reset
        }
        if mask.contains("identityUserId") {
            let person = try values.text("identityUserId")
            edits.owner = person.isEmpty ? .clear : .set(person: person)
        }
        try await catalog.edit(resource: account.id, edits, by: context.requireUser().email)
        try await record("edited resource", on: account.applicationID, detail: account.name, by: context)
        return try await appUserAnswer(try await catalog.resource(account.id))
    }

    private func appUserAnswer(_ account: ListedResource) async throws -> Response {
        let user = account.appUser(try await catalog.record(of: account))
        return APIAnswer.json(.object([("appUserView", .object([("appUser", user)]))]))
    }

    /// The accounts of a person in one application.
    @Sendable func listAppUsersOfUser(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context)
        let person = try await catalog.person(context.parameters.require("user"))
        let accounts = try await catalog.accounts(of: person).filter { $0.applicationID == application.id }
        return APIAnswer.list(
            zip(accounts, try await catalog.records(of: accounts)).map { .object([("appUser", $0.appUser($1))]) })
    }

    // MARK: Resource types

    private func resourceType(_ application: Application, _ context: WebContext) async throws -> ListedType {
        let id = try context.parameters.require("type")
        guard let type = try await catalog.resourceTypes(of: application.id).first(where: { $0.id == id }) else {
            throw WebError.notFound
        }
        return type
    }

    @Sendable func listResourceTypes(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context)
        let types = try await catalog.resourceTypes(of: application.id)
        return APIAnswer.list(types.map { .object([("appResourceType", $0.appResourceType(of: application.id))]) })
    }

    @Sendable func getResourceType(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context)
        let type = try await resourceType(application, context).appResourceType(of: application.id)
        return APIAnswer.json(.object([("appResourceTypeView", .object([("appResourceType", type)]))]))
    }

    @Sendable func searchResourceTypes(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await APIBody(request)
        var rows: [JSONValue] = []
        let ids = Set(try body.texts("resourceTypeIds"))
        let text = try body.text("query").lowercased()
        let applications = try body.texts("appIds") + [try body.text("appId")].filter { !$0.isEmpty }
        guard !applications.isEmpty else { throw WebError.badRequest("appIds: name an application.") }
        for id in applications {
            let application = try await application(id, for: context)
            rows += try await catalog.resourceTypes(of: application.id)
                .filter {
                    (ids.isEmpty || ids.contains($0.id)) && (text.isEmpty || $0.name.lowercased().contains(text))
                }
                .map { .object([("appResourceType", $0.appResourceType(of: application.id))]) }
        }
        return APIAnswer.list(rows)
    }

    // MARK: Resources

    @Sendable func listAppResources(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context)
        var query = ResourceQuery(of: application.id)
        query.type = try await resourceType(application, context).id
        return try await appResources(try await catalog.resources(query, request.apiPage()), expanding: nil)
    }

    @Sendable func searchAppResources(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await APIBody(request)
        var query = ResourceQuery(of: try await application(body.text("appId"), for: context).id)
        query.text = try body.text("query")
        query.type = try body.onlyText("resourceTypeIds")
        query.ids = Set(try body.texts("resourceIds"))
        return try await appResources(
            try await catalog.resources(query, body.page()), expanding: try body.expandMask())
    }

    private func appResources(_ page: Page<ListedResource>, expanding paths: Set<String>?) async throws -> Response {
        var views = APIViews(catalog, expanding: paths)
        var rows: [JSONValue] = []
        for resource in page.rows { rows.append(try await views.resourceView(of: resource)) }
        return APIAnswer.list(rows, next: page.next, expanded: views.expanded)
    }

    private func appResource(_ context: WebContext) async throws -> ListedResource {
        let application = try await application(context)
        let type = try await resourceType(application, context)
        let resource = try await catalog.resource(context.parameters.require("resource"))
        guard resource.applicationID == application.id, resource.typeID == type.id else { throw WebError.notFound }
        return resource
    }

    @Sendable func getAppResource(_ request: Request, _ context: WebContext) async throws -> Response {
        let resource = try await appResource(context).appResource
        return APIAnswer.json(.object([("appResourceView", .object([("appResource", resource)]))]))
    }

    @Sendable func updateAppResource(_ request: Request, _ context: WebContext) async throws -> Response {
        let body = try await APIBody(request)
        let resource = try await appResource(context)
        try requireChange(of: resource.applicationID, by: context)
        let values = try body.part("appResource")
        let mask = try body.mask(of: ["displayName", "customDescription"])
        var edits = ResourceEdits()
        if mask.contains("displayName") { edits.name = try values.edit("displayName") }
        if mask.contains("customDescription") { edits.description = try values.edit("customDescription") }
        try await catalog.edit(resource: resource.id, edits, by: context.requireUser().email)
        try await record("edited resource", on: resource.applicationID, detail: resource.name, by: context)
        let now = try await catalog.resource(resource.id).appResource
        return APIAnswer.json(.object([("appResourceView", .object([("appResource", now)]))]))
    }
}

extension APIBody {
    /// What becomes of a field that a data source fills: empty lets it follow the source again.
    func edit(_ name: String) throws(WebError) -> FieldEdit<String> {
        let text = try text(name)
        return text.isEmpty ? .reset : .set(text)
    }
}
