import Hummingbird
import LanternCatalog

extension Site {
    /// The keys, passwords and tokens of an application.
    @Sendable func showSecrets(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        let state = ListState(request)
        var query = ResourceQuery(of: application.id)
        query.kind = .secret
        query.text = state.text
        query.moment = try await moment(state)
        query.order = state.order(.name)
        let catalog = catalog
        let listing = Listing<ListedSecret>(
            caption: "Secrets", columns: Columns.secrets(now: now), empty: nothingYet(application, "Secrets"),
            count: { [query] in try await catalog.resourceCount(query) },
            fetch: { [query] in try await catalog.secrets(query, $0) })
        let view = ListView(listing: listing, state: state)
        if let file = view.file(named: "\(application.name)-secrets", request.format) { return file }
        return applicationPage(
            application, tab: "Secrets", context, actions: importButton(application, context), try await view.html())
    }
}

extension Columns {
    static func secrets(now: Int64) -> [Column<ListedSecret>] {
        [
            Column("Name", text: \.resource.name, html: { resourceLink($0.resource) }).sorted(by: "name"),
            Column("Type") { $0.type.isEmpty ? $0.resource.typeName : $0.type },
            Column(
                "Identity", text: { $0.identity?.name ?? "" }, html: { holder($0.identity) }),
            Column("Created", text: { time($0.createdAt) }, html: { Components.time($0.createdAt, now: now) }),
            Column("Expires", text: { time($0.expiresAt) }, html: { expiry($0, now: now) }),
            Column("Last used", text: { time($0.lastUsedAt) }, html: { Components.time($0.lastUsedAt, now: now) }),
            Column(
                "Created by", text: { $0.createdBy?.name ?? "" }, html: { holder($0.createdBy) }),
            Column("ID", isUsual: false, \.resource.externalID),
            Column("Data source", isUsual: false, \.resource.sourceName),
        ]
    }

    private static func holder(_ holder: ListedSecret.Holder?) -> HTML {
        guard let holder else { return "<span class=\"muted\">–</span>" }
        return holder.resource.map(resourceLink) ?? "<code>\(holder.name)</code>"
    }

    private static func expiry(_ secret: ListedSecret, now: Int64) -> HTML {
        guard let end = secret.expiresAt, end <= now else { return Components.time(secret.expiresAt, now: now) }
        return Components.chip("Expired", .bad, title: time(end))
    }
}
