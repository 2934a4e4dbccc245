import AccessModel
import HTTPTypes
import Hummingbird
import LanternCatalog
import LanternSignIn
import WireForm

/// The API under `/api/v1`, in the shapes of the reference's public one.
extension Site {
    func addAPI(to router: Router<WebContext>) {
        router.post("/auth/v1/token", use: giveToken)
        router.get("/api/v1/openapi.yaml", use: openAPI)
        let api = router.group("/api/v1").add(middleware: BearerOnly())
        api.get("/auth/introspect", use: introspect)
        addApps(to: api)
        addConnectors(to: api)
        addDataSources(to: api)
        addAccess(to: api)
    }

    private func addApps(to api: RouterGroup<WebContext>) {
        api.get("/apps", use: listApps)
        api.post("/apps", use: createApp)
        api.get("/apps/{app}", use: getApp)
        api.post("/apps/{app}", use: updateApp)
        api.delete("/apps/{app}", use: deleteApp)
        api.post("/search/apps", use: searchApps)
        api.get("/apps/{app}/owners", use: listOwners)
        api.get("/apps/{app}/ownerids", use: listOwnerIDs)
        api.post("/apps/{app}/owners/{user}", use: addOwnerByAPI)
        api.delete("/apps/{app}/owners/{user}", use: removeOwnerByAPI)
        api.get("/users", use: listUsers)
        api.get("/users/{user}", use: getUser)
        api.post("/search/users", use: searchUsers)
    }

    private func addConnectors(to api: RouterGroup<WebContext>) {
        api.get("/apps/{app}/connectors", use: listConnectors)
        api.post("/apps/{app}/connectors", use: createConnector)
        api.get("/apps/{app}/connectors/{connector}", use: getConnector)
        api.post("/apps/{app}/connectors/{connector}", use: updateConnector)
        api.delete("/apps/{app}/connectors/{connector}", use: deleteConnector)
        api.get("/apps/{app}/connectors/{connector}/syncs", use: listSyncs)
        api.post("/apps/{app}/connectors/{connector}/confirm_sync_valid/{import}", use: confirmSyncValid)
        api.get("/apps/{app}/connectors/{connector}/mappings", use: getMappings)
        api.post("/apps/{app}/connectors/{connector}/mappings", use: setMappings)
        api.post("/apps/{app}/imports", use: createImport)
        api.get("/apps/{app}/imports/{import}", use: getImport)
        api.get("/apps/{app}/imports/{import}/delta", use: getDelta)
        api.post("/apps/{app}/imports/{import}/confirm", use: confirmByAPI)
        api.post("/apps/{app}/imports/{import}/cancel", use: cancelByAPI)
    }

    private func addAccess(to api: RouterGroup<WebContext>) {
        api.get("/apps/{app}/app_users", use: listAppUsers)
        api.get("/apps/{app}/app_users/{user}", use: getAppUser)
        api.post("/apps/{app}/app_users/{user}", use: updateAppUser)
        api.get("/apps/{app}/users/{user}/app_users", use: listAppUsersOfUser)
        api.post("/search/app_users", use: searchAppUsers)
        api.get("/apps/{app}/resource_types", use: listResourceTypes)
        api.get("/apps/{app}/resource_types/{type}", use: getResourceType)
        api.post("/search/app_resource_types", use: searchResourceTypes)
        api.get("/apps/{app}/resource_types/{type}/resources", use: listAppResources)
        api.get("/apps/{app}/resource_types/{type}/resources/{resource}", use: getAppResource)
        api.post("/apps/{app}/resource_types/{type}/resources/{resource}", use: updateAppResource)
        api.post("/search/app_resources", use: searchAppResources)
        api.get("/apps/{app}/entitlements", use: listAppEntitlements)
        api.get("/apps/{app}/entitlements/{entitlement}", use: getAppEntitlement)
        api.post("/apps/{app}/entitlements/{entitlement}", use: updateAppEntitlement)
        api.get("/apps/{app}/entitlements/{entitlement}/grants", use: listEntitlementGrants)
        api.get("/apps/{app}/entitlements/{entitlement}/users", use: listEntitlementUsers)
        api.get("/apps/{app}/entitlements/users/{user}", use: listEntitlementsOfAppUser)
        api.get(
            "/apps/{app}/entitlements/resource_types/{type}/resources/{resource}", use: listEntitlementsOfResource)
        api.post("/search/entitlements", use: searchEntitlements)
        api.post("/search/grants", use: searchGrants)
        api.post("/search/past-grants", use: searchPastGrants)
    }

    /// The description of all of this for programs, which holds nothing that anybody may not see.
    @Sendable func openAPI(_ request: Request, _ context: WebContext) async throws -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/yaml"],
            body: .init(byteBuffer: ByteBuffer(bytes: Assets.openAPI)))
    }

    // MARK: Who asks

    @Sendable func giveToken(_ request: Request, _ context: WebContext) async throws -> Response {
        var request = request
        let form = Form(fields: Form.parse(String(buffer: try await request.collectBody(upTo: 64 << 10))))
        guard form["grant_type"] == "client_credentials" else {
            return oauthError("unsupported_grant_type", "Only client_credentials is offered.")
        }
        do {
            let token =
                form["client_assertion_type"] == Self.signedAssertion
                ? try await signIn.accessToken(
                    clientID: form["client_id"], assertion: form["client_assertion"], address: context.address)
                : try await signIn.accessToken(clientID: form["client_id"], secret: form.exact("client_secret"))
            return APIAnswer.json(
                .object([
                    ("access_token", .string(token)), ("token_type", .string("Bearer")),
                    ("expires_in", .number(String(SignIn.accessTokenSeconds))),
                ]))
        } catch let error as SignInError {
            return oauthError("invalid_client", error.description, status: .unauthorized)
        }
    }

    private static let signedAssertion = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    private func oauthError(_ code: String, _ text: String, status: HTTPResponse.Status = .badRequest) -> Response {
        APIAnswer.json(.object([("error", .string(code)), ("error_description", .string(text))]), status: status)
    }

    @Sendable func introspect(_ request: Request, _ context: WebContext) async throws -> Response {
        let user = try context.requireUser()
        // The name of the first field is misspelt in the API that clients know.
        return APIAnswer.json(
            .object([
                ("principleId", .string(user.id)), ("userId", .string(user.id)),
                ("roles", .array([.string(user.role.rawValue)])), ("permissions", .array([])), ("features", .array([])),
            ]))
    }
}

/// Lets only programs with a token on: a cookie would let other sites call the API for whoever is signed in.
struct BearerOnly: RouterMiddleware {
    func handle(
        _ request: Request, context: WebContext, next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        guard let caller = context.caller else {
            throw WebError(.unauthorized, .unauthenticated, "Send a token: Authorization: Bearer …")
        }
        let isSearch = request.uri.path.hasPrefix("/api/v1/search/")
        guard caller.scope == .full || request.method == .get || isSearch else { throw WebError.forbidden }
        return try await next(request, context)
    }
}
