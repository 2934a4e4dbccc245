import Hummingbird
import LanternSignIn

extension Site {
    /// Every path of the product.
    var router: Router<WebContext> {
        let router = Router(context: WebContext.self)
        router.add(middleware: SecurityHeaders(isSecure: settings.isSecure))
        router.add(middleware: GRPCCalls())
        router.add(middleware: ErrorAnswers(site: self))
        router.add(
            middleware: Recognition(signIn: signIn, cookie: cookie, viewer: settings.isExplorer ? .viewer : nil))
        router.add(middleware: RequestLog(log: log))
        router.add(middleware: ErrorAnswers(site: self))

        router.get("/assets/{name}", use: asset)
        router.get("/healthz") { _, _ in "ok\n" }
        router.get("/readyz", use: ready)
        router.get("/metrics", use: metrics)

        let pages = router.group("").add(middleware: SignedIn())
        pages.get("/") { _, _ in Response(status: .seeOther, headers: [.location: "/apps"]) }
        pages.get("/apps", use: showApplications)
        pages.get("/applications") { _, _ in Response(status: .seeOther, headers: [.location: "/apps"]) }
        pages.get("/apps/{app}", use: showOverview)
        pages.get("/apps/{app}/icon", use: showIcon)
        pages.get("/apps/{app}/connectors", use: redirectToDataSources)
        pages.get("/apps/{app}/data-sources", use: showDataSources)
        pages.get("/apps/{app}/entitlements", use: showEntitlements)
        pages.get("/apps/{app}/access", use: showAccess)
        pages.get("/apps/{app}/resources", use: showResources)
        pages.get("/apps/{app}/groups", use: showGroups)
        pages.get("/apps/{app}/accounts", use: showAccounts)
        pages.get("/apps/{app}/secrets", use: showSecrets)
        pages.get("/apps/{app}/grants", use: showGrants)
        pages.get("/apps/{app}/history", use: showHistory)
        pages.get("/imports/{import}", use: showImport)
        pages.get("/imports/{import}/progress.json", use: importProgress)
        pages.get("/imports/{import}/file", use: downloadUpload)
        pages.get("/imports/{import}/problems.csv", use: downloadProblems)
        pages.get("/data-sources/{source}/log", use: showImportLog)
        pages.get("/resources/{resource}", use: showResource)
        pages.get("/entitlements/{entitlement}", use: showEntitlement)
        pages.get("/grants/{entitlement}/{principal}", use: showGrant)
        pages.get("/people", use: showPeople)
        pages.get("/people/{person}", use: showPerson)
        pages.get("/integrations/connectors", use: showConnectors)
        pages.get("/integrations/connectors/{connector}", use: showConnector)
        pages.get("/search", use: showSearch)
        pages.get("/search.json", use: searchJSON)
        if !settings.isExplorer {
            addDoors(to: router)
            addChanges(to: pages)
            if poller != nil { addExternalSources(to: pages) }
            addAPI(to: router)
        }
        return router
    }

    /// How somebody gets in.
    private func addDoors(to router: Router<WebContext>) {
        router.get("/sign-in", use: showSignIn)
        router.post("/sign-in", use: takeSignIn)
        router.get("/sign-in/{link}", use: signInByLink)
        router.get("/set-up/{link}", use: showSetUp)
        router.post("/set-up/{link}", use: takeSetUp)
        router.get("/password/{link}", use: showPassword)
        router.post("/password/{link}", use: takePassword)
    }

    /// What is fetched, and from where.
    private func addExternalSources(to pages: RouterGroup<WebContext>) {
        pages.get("/integrations/data-sources", use: showExternalSources)
        pages.get("/integrations/data-sources/new", use: showNewExternalSource)
        pages.post("/integrations/data-sources/new", use: takeNewExternalSource)
        pages.get("/integrations/data-sources/{source}", use: showExternalSource)
        pages.post("/integrations/data-sources/{source}", use: takeExternalSource)
        pages.post("/integrations/data-sources/{source}/test", use: testExternalSource)
        pages.post("/integrations/data-sources/{source}/owners", use: takeExternalSourceOwners)
        pages.post("/integrations/data-sources/{source}/remove", use: removeExternalSource)
        pages.get("/apps/{app}/fetch", use: showFetchForm)
        pages.post("/apps/{app}/fetch", use: takeFetch)
        pages.get("/data-sources/{source}/feed", use: showFeed)
        pages.post("/data-sources/{source}/feed", use: takeFeed)
        pages.post("/data-sources/{source}/check", use: takeCheck)
    }

    /// What changes something, and the forms for it.
    private func addChanges(to pages: RouterGroup<WebContext>) {
        pages.post("/sign-out", use: signOut)
        pages.get("/apps/new", use: showNewApplication)
        pages.post("/apps/new", use: takeNewApplication)
        pages.get("/apps/{app}/import", use: showImportForm)
        pages.post("/apps/{app}/import", use: takeUpload)
        pages.get("/apps/{app}/settings", use: showApplicationSettings)
        pages.post("/apps/{app}/settings", use: takeApplicationSettings)
        pages.post("/apps/{app}/icon", use: takeIcon)
        pages.post("/apps/{app}/icon/remove", use: removeIcon)
        pages.post("/apps/{app}/delete", use: takeDeletion)
        pages.get("/data-sources/{source}/mappings", use: showMappings)
        pages.post("/data-sources/{source}/mappings", use: takeMappings)
        pages.get("/data-sources/{source}/settings", use: showSourceSettings)
        pages.post("/data-sources/{source}/settings", use: takeSourceSettings)
        pages.post("/data-sources/{source}/remove", use: takeSourceRemoval)
        pages.get("/resources/{resource}/edit", use: showResourceEdits)
        pages.post("/resources/{resource}/edit", use: takeResourceEdits)
        pages.post("/apps/{app}/accounts/edit", use: takeAccountEdits)
        pages.post("/resources/{resource}/owner", use: takeAccountOwner)
        pages.post("/resources/{resource}/type", use: takeAccountType)
        pages.get("/entitlements/{entitlement}/edit", use: showEntitlementEdits)
        pages.post("/entitlements/{entitlement}/edit", use: takeEntitlementEdits)
        pages.post("/apps/{app}/owners", use: takeOwners)
        pages.post("/imports/{import}/confirm", use: confirmImport)
        pages.post("/imports/{import}/cancel", use: cancelImport)
        pages.get("/settings", use: { _, _ in Response(status: .seeOther, headers: [.location: "/settings/tokens"]) })
        pages.get("/settings/tokens", use: showTokens)
        pages.post("/settings/tokens", use: takeToken)
        pages.post("/settings/tokens/{token}/revoke", use: revokeToken)
        pages.get("/settings/users", use: showUsers)
        pages.post("/settings/users", use: takeUser)
        pages.get("/settings/audit", use: showAudit)
    }
}
