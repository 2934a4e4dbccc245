import Hummingbird
import LanternCatalog
import LanternSignIn
import WireForm

extension Site {
    private static let shown = 20

    @Sendable func showSearch(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = request.uri.queryParameters["q"].map { String($0).trimmingWhitespace } ?? ""
        let found = try await findings(text, Self.shown, context)
        let groups = Dictionary(grouping: found, by: \.group)
        let lists = ["Apps", "Users", "Accounts", "Resources", "Entitlements"].compactMap { group -> HTML? in
            guard let entries = groups[group] else { return nil }
            return """
                <section><h2>\(group)</h2>\(Components.table(group, ["Name", "What", "Application"], entries.map(\.cells)))</section>
                """
        }
        let content: HTML =
            text.isEmpty
            ? Components.empty(
                .search, "Search everything",
                "<p>Names, addresses, log-ins and ids of people, accounts, groups, roles, resources and entitlements.</p>"
            )
            : found.isEmpty
                ? Components.empty(.search, "Nothing found", "<p>Nothing begins with the words of “\(text)”.</p>")
                : HTML.join(lists)
        return page(
            Layout(
                title: "Search", session: context.session,
                content: """
                    \(Components.head(text.isEmpty ? "Search" : "Results for \(text)", icon: .search))
                    <form class="filters" method="get" action="/search"><div class="search">\(Icon.search.html)<label class="hidden" for="query">Search</label><input id="query" name="q" type="search" value="\(text)"></div><button class="button keep" type="submit">Search</button></form>
                    \(content)
                    """))
    }

    @Sendable func searchJSON(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = request.uri.queryParameters["q"].map { String($0).trimmingWhitespace } ?? ""
        let found = try await findings(text, 6, context)
        return APIAnswer.json(
            .object([
                (
                    "list",
                    .array(
                        found.map {
                            .object([
                                ("group", .string($0.group)), ("title", .string($0.title)),
                                ("detail", .string($0.detail)),
                                ("path", .string($0.path)),
                            ])
                        })
                )
            ]))
    }

    private func findings(_ text: String, _ limit: Int, _ context: WebContext) async throws -> [SearchEntry] {
        guard !text.isEmpty else { return [] }
        let user = try context.requireUser()
        var names: [String: String] = [:]
        var entries: [SearchEntry] = []
        let visible = user.role == .owner ? user.applications : nil
        for finding in try await catalog.search(text, limit: limit, among: visible) {
            guard let id = finding.applicationID else {
                entries.append(SearchEntry(finding, application: ""))
                continue
            }
            if names[id] == nil { names[id] = try await catalog.application(id).name }
            entries.append(SearchEntry(finding, application: names[id] ?? ""))
        }
        return entries
    }
}

extension Finding {
    /// The application it is in; nil for people, who are in all of them.
    fileprivate var applicationID: String? {
        switch self {
        case .person: nil
        case .application(let application): application.id
        case .resource(let resource): resource.applicationID
        case .entitlement(let entitlement): entitlement.applicationID
        }
    }
}

/// What a search found, as people see it.
struct SearchEntry: Sendable {
    let group: String
    let title: String
    let detail: String
    let path: String
    let icon: Icon
    let application: String

    init(_ finding: Finding, application: String) {
        self.application = application
        switch finding {
        case .application(let found):
            (group, title, detail, path, icon) = ("Apps", found.name, "Application", "/apps/\(found.id)", .apps)
        case .resource(let found):
            group = found.kind == .account ? "Accounts" : "Resources"
            (title, path, icon) = (found.name, "/resources/\(found.id)", found.kind.icon)
            detail = found.email.isEmpty ? found.typeName : "\(found.typeName) · \(found.email)"
        case .person(let found):
            (group, title, path, icon) = ("Users", found.name, "/people/\(found.id)", .people)
            detail = found.email
        case .entitlement(let found):
            (group, title, path, icon) = ("Entitlements", found.name, "/entitlements/\(found.id)", .entitlement)
            detail = "on \(found.resource.name)"
        }
    }

    var cells: [HTML] { ["<a href=\"\(path)\">\(icon.html)\(title)</a>", "\(detail)", "\(application)"] }
}
