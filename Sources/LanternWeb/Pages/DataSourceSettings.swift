import Hummingbird
import LanternCatalog
import LanternSignIn

extension Site {
    // MARK: The settings of a data source

    @Sendable func showSourceSettings(_ request: Request, _ context: WebContext) async throws -> Response {
        let (source, application) = try await changedSource(context)
        let token = context.session.map(Components.token)
        let mark: HTML = source.checksAnomalies ? " checked" : .blank
        return applicationPage(
            application, tab: "Data sources", context,
            """
            <form class="card form" method="post" action="/data-sources/\(source.id)/settings">
            \(token)
            <h2>\(Icon.dataSource.html)\(source.name)</h2>
            \(Components.field("name", "Name", value: source.name, isRequired: true))
            <label class="tick"><input type="checkbox" name="checks"\(mark)> Hold an import back that takes away half of the accounts, resources or grants</label>
            <div class="row"><button class="button primary" type="submit">Save</button>
            <a class="button quiet" href="/apps/\(application.id)/data-sources">Cancel</a></div>
            </form>
            <form class="card form" method="post" action="/data-sources/\(source.id)/remove">
            \(token)
            <h2>Remove this data source</h2>
            <p>What no other data source of \(application.name) tells of goes too. The history stays.</p>
            \(Components.field("confirmation", "Type \(source.name) to confirm", isRequired: true))
            <button class="button danger" type="submit">Remove</button>
            </form>
            """)
    }

    @Sendable func takeSourceSettings(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await Form(request, context)
        let (source, application) = try await changedSource(context)
        try await catalog.updateDataSource(source.id, name: form["name"], checksAnomalies: form.isTicked("checks"))
        try await record("changed data source", on: application.id, detail: form["name"], by: context)
        return see("/apps/\(application.id)/data-sources")
    }

    @Sendable func takeSourceRemoval(_ request: Request, _ context: WebContext) async throws -> Response {
        let form = try await Form(request, context)
        let (source, application) = try await changedSource(context)
        guard form["confirmation"] == source.name else {
            throw WebError.badRequest("The name that you typed is not the data source's. Nothing was removed.")
        }
        let run = try await catalog.removeDataSource(source.id, by: context.user?.email ?? "")
        imports.wake()
        try await record("removed data source", on: application.id, detail: source.name, by: context)
        return see("/imports/\(run.id)")
    }
}
