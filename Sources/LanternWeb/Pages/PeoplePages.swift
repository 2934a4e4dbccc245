import Hummingbird
import LanternCatalog
import LanternSignIn

extension Site {
    @Sendable func showPeople(_ request: Request, _ context: WebContext) async throws -> Response {
        guard try context.requireUser().role != .owner else { throw WebError.forbidden }
        let state = ListState(request)
        let now = now
        let catalog = catalog
        let listing = Listing<Person>(
            caption: "People", columns: Columns.people(now: now),
            empty: Components.empty(
                .people, "Nobody yet", "<p>People appear with the accounts that have their addresses.</p>"),
            hasPast: false, count: { try await catalog.personCount(matching: state.text) },
            fetch: { try await catalog.people($0, matching: state.text, among: []) })
        let view = ListView(listing: listing, state: state)
        if let file = view.file(named: "people", request.format) { return file }
        return page(
            Layout(
                title: "Users", section: .people, session: context.session,
                content: "\(Components.head("Users", icon: .people))\(try await view.html())"))
    }

    @Sendable func showPerson(_ request: Request, _ context: WebContext) async throws -> Response {
        let user = try context.requireUser()
        let person = try await catalog.person(context.parameters.require("person"))
        let accounts = try await catalog.accounts(of: person).filter { user.sees($0.applicationID) }
        guard user.role != .owner || !accounts.isEmpty else { throw WebError.forbidden }
        var sections: [HTML] = []
        for account in accounts { sections.append(try await access(of: account)) }
        return page(
            Layout(
                title: person.name, section: .people, session: context.session,
                content: """
                    \(Components.head(person.name, crumbs: Components.crumbs([("Users", "/people")]), icon: .account, about: Components.facts([("Email", "\(person.email)"), ("Accounts", "\(accounts.count)"), ("First seen", Components.time(person.createdAt, now: now))])))
                    \(sections.isEmpty ? [Components.empty(.account, "No accounts now", "<p>All accounts with this address are gone.</p>")] : sections)
                    """))
    }

    /// What an account holds, the beginning of it.
    private func access(of account: ListedResource) async throws -> HTML {
        let application = try await catalog.application(account.applicationID)
        let page = try await catalog.grants(GrantQuery(.heldBy(account.id)), PageRequest(size: 25))
        let columns = Columns.grants(now: now, holder: false).filter(\.isUsual)
        let rows = page.rows.map { row in columns.map { $0.html(row) } }
        let table =
            rows.isEmpty
            ? "<p class=\"muted\">It holds nothing.</p>"
            : Components.table("Access in \(application.name)", columns.map(\.title), rows)
        let all: HTML =
            page.next.isEmpty
            ? .blank
            : "<p><a href=\"/resources/\(account.id)\">All \(Components.number(account.grantsHeld)) grants</a></p>"
        return """
            <section class="card"><h2>\(application.icon)<a href="/apps/\(application.id)">\(application.name)</a></h2>
            <p><a href="/resources/\(account.id)">\(account.name)</a> \(Columns.statusChip(account))</p>
            \(table)\(all)</section>
            """
    }
}
