import Hummingbird
import LanternCatalog
import LanternSignIn

/// An application in the list of all, with who owns it.
private struct OwnedApplication: Sendable {
    let application: Application
    let owners: [User]
}

extension Site {
    @Sendable func showApplications(_ request: Request, _ context: WebContext) async throws -> Response {
        let state = ListState(request)
        let user = try context.requireUser()
        let among = user.role == .owner ? user.applications : nil
        let (catalog, signIn) = (catalog, signIn)
        let create: HTML =
            user.makesApplications
            ? "<a class=\"button primary\" href=\"/apps/new\">\(Icon.plus.html)New application</a>" : .blank
        let listing = Listing<OwnedApplication>(
            caption: "Applications", columns: Self.applicationColumns(now: now),
            empty: Components.empty(
                .apps, "No applications yet",
                """
                <p>An application is anything that people have access to. Make one, and give it a file that a <a href="/integrations/connectors">connector</a> wrote.</p>
                \(create)
                """), hasPast: false,
            count: { .exactly(try await catalog.applicationCount(matching: state.text, among: among)) },
            fetch: { page in
                let found = try await catalog.applications(page, matching: state.text, among: among)
                let owners = try await signIn.owners(of: found.rows.map(\.id))
                var place = 0
                return found.map { application in
                    defer { place += 1 }
                    return OwnedApplication(application: application, owners: owners[place])
                }
            })
        let view = ListView(listing: listing, state: state)
        if let file = view.file(named: "applications", request.format) { return file }
        return page(
            Layout(
                title: "Apps", section: .apps, session: context.session,
                content: """
                    \(Components.head("Apps", icon: .apps, actions: create))
                    \(Components.tabs("Apps", [("Applications", "/apps")], current: "Applications"))
                    <section class="tab" aria-label="Applications">
                    \(try await view.html())
                    </section>
                    """))
    }

    private static func applicationColumns(now: Int64) -> [Column<OwnedApplication>] {
        func number(_ title: String, _ count: @escaping @Sendable (ApplicationCounts) -> Int64) -> Column<
            OwnedApplication
        > {
            Column(
                title, text: { String(count($0.application.counts)) },
                html: { "\(Components.number(count($0.application.counts)))" })
        }
        return [
            Column(
                "Name", text: \.application.name,
                html: { "<a href=\"/apps/\($0.application.id)\">\($0.application.icon)\($0.application.name)</a>" }),
            Column("Owners") { $0.owners.map(\.name).joined(separator: ", ") },
            number("Accounts", \.accounts),
            number("Entitlements", \.entitlements),
            number("Grants", \.grants),
            Column(
                "Sync status", text: \.application.status.summary.rawValue, html: { $0.application.status.chip }),
            Column(
                "Last sync", text: { Columns.time($0.application.status.lastAppliedAt) },
                html: { Components.time($0.application.status.lastAppliedAt, now: now) }),
            Column("Data sources") { $0.application.sourceKinds.map(\.name).joined(separator: ", ") },
            Column(
                "Created", isUsual: false, text: { Columns.time($0.application.createdAt) },
                html: { Components.time($0.application.createdAt, now: now) }),
        ]
    }
}

extension DataSource.Kind {
    /// What people call sources of this kind.
    var name: String {
        switch self {
        case .file: "File"
        case .bucket: "Data source"
        case .service: "Baton"
        }
    }
}
