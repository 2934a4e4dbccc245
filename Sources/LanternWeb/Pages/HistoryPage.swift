import Hummingbird
import LanternCatalog

extension Site {
    /// What is different between two days, or two imports.
    @Sendable func showHistory(_ request: Request, _ context: WebContext) async throws -> Response {
        let application = try await application(context.parameters.require("app"), for: context)
        let state = ListState(request)
        let revisions = try await catalog.revisions(of: application.id, limit: 200)
        guard let newest = revisions.first else {
            return applicationPage(
                application, tab: "Change history", context,
                Components.empty(.history, "No history yet", "<p>It begins with the first import.</p>"))
        }
        let to = Int64(state["to"]) ?? newest.number
        let from = Int64(state["from"]) ?? revisions.first { $0.number < to }?.number ?? 0
        let kind = ImportCount.Kind(rawValue: state["kind"]) ?? .account
        if request.format == ListFormat.csv.rawValue {
            return changeFile(named: "\(application.name)-\(kind.rawValue)-changes") { [catalog] page in
                try await catalog.changes(in: application.id, from: from, to: to, of: kind, page)
            }
        }
        let page = try await catalog.changes(in: application.id, from: from, to: to, of: kind, state.page)
        let times = revisions.map { (String($0.number), "\(Columns.time($0.at))") }
        let kinds: [ImportCount.Kind] = [.account, .entitlement, .grant]
        let tabs = kinds.map {
            (
                $0 == .account ? "Accounts and resources" : $0.title,
                "\(state.path)?from=\(from)&to=\(to)&kind=\($0.rawValue)"
            )
        }
        return applicationPage(
            application, tab: "Change history", context,
            """
            <form class="filters" method="get" action="\(state.path)">
            <input type="hidden" name="kind" value="\(kind.rawValue)">
            <div class="field"><label for="from">From</label>\(select("from", "From", times + [("0", "before the first import")], String(from)))</div>
            <div class="field"><label for="to">To</label>\(select("to", "To", times, String(to)))</div>
            <button class="button keep" type="submit">Compare</button>
            </form>
            \(Components.tabs("Kinds of changes", tabs, current: kind == .account ? "Accounts and resources" : kind.title))
            \(changeTable(page, state))
            """)
    }
}
