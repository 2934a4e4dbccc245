import Hummingbird
import LanternCatalog

extension Site {
    /// The open connectors, each with the way to its repository.
    @Sendable func showConnectors(_ request: Request, _ context: WebContext) async throws -> Response {
        let text = request.uri.queryParameters["q"].map { String($0).trimmingWhitespace } ?? ""
        let found = ConnectorCatalogue.all.filter {
            text.isEmpty || $0.name.lowercased().contains(text.lowercased()) || $0.program.contains(text.lowercased())
        }
        let rows = found.map { entry -> [HTML] in
            [
                "<a href=\"/integrations/connectors/\(entry.id)\">\(Icon.dataSource.html)\(entry.name)</a>",
                "<code>\(entry.program)</code>",
                "<a href=\"\(entry.repository)\" rel=\"noreferrer noopener\">Repository<span class=\"hidden\"> of \(entry.name)</span></a>",
                entry.isOurs ? Components.chip("Comes with Lantern", .good) : .blank,
            ]
        }
        let list: HTML =
            rows.isEmpty
            ? Components.empty(
                .search, "Nothing found",
                """
                <p>No connector is called so. A spreadsheet of accounts and what they hold does as well.</p>
                <p><a class="button" href="/integrations/connectors">All connectors</a></p>
                """) : Components.table("Connectors", ["Application", "Program", "Repository", "About"], rows)
        return page(
            Layout(
                title: "Connectors", section: .integrations, session: context.session,
                content: """
                    \(Components.head(poller == nil ? "Connectors" : "Integrations", icon: .dataSource, about: "<p class=\"muted\">A connector copies who has access to what out of an application, into a file that is imported here.</p>"))
                    \(integrationTabs("Connectors"))
                    <form class="filters" method="get" action="/integrations/connectors" data-live><div class="search">\(Icon.search.html)<label class="hidden" for="q">Search connectors</label><input id="q" name="q" type="search" value="\(text)" placeholder="Search"></div><button class="button quiet" type="submit">Search</button></form>
                    \(list)
                    """))
    }

    /// How one connector is run, and how its file gets here.
    @Sendable func showConnector(_ request: Request, _ context: WebContext) async throws -> Response {
        let id = try context.parameters.require("connector")
        guard let entry = ConnectorCatalogue.all.first(where: { $0.id == id }) else { throw WebError.notFound }
        return page(
            Layout(
                title: entry.name, section: .integrations, session: context.session,
                content: """
                    \(Components.head(entry.name, crumbs: Components.crumbs([("Connectors", "/integrations/connectors")]), icon: .dataSource, about: Components.facts([("Program", "<code>\(entry.program)</code>"), ("Repository", "<a href=\"\(entry.repository)\" rel=\"noreferrer noopener\">\(entry.repository)</a>")])))
                    \(Self.steps(entry))
                    """))
    }

    private static func steps(_ entry: ConnectorCatalogue.Entry) -> HTML {
        let program = entry.program
        let credentials: HTML =
            entry.isOurs
            ? "<p><code>docs/connectors/\(entry.id).md</code> tells which credentials it needs, under <b>Prerequisites</b>; <code>\(program) --help</code> lists the settings for them.</p>"
            : """
            <p>The <a href="\(entry.repository)#prerequisites" rel="noreferrer noopener">Prerequisites</a> of its README list the credentials that it needs; <code>\(program) --help</code> lists the settings for them.</p>
            """
        let install: HTML =
            entry.isOurs
            ? .blank
            : """
            <section class="card"><h2>Install it</h2>
            <p>With Homebrew:</p><pre><code>brew install conductorone/baton/baton conductorone/baton/\(program)</code></pre>
            <p>With Docker:</p><pre><code>docker run --rm -v $(pwd):/out ghcr.io/conductorone/\(program):latest -f /out/sync.c1z</code></pre>
            <p>From its source:</p><pre><code>go install github.com/conductorone/\(program)/cmd/\(program)@main</code></pre></section>
            """
        return """
            <section class="card"><h2>Credentials</h2>\(credentials)</section>
            \(install)
            <section class="card"><h2>Sync, and upload by hand</h2>
            <pre><code>\(program)
            baton resources</code></pre>
            <p>The first line writes <code>sync.c1z</code>, the second shows what was collected. Then, on the <b>Data sources</b> tab of the application: <b>Import app data</b>, <b>From file</b>, <b>Choose file</b>.</p></section>
            <section class="card"><h2>Sync into a bucket</h2>
            <pre><code>export AWS_ACCESS_KEY_ID="…"
            export AWS_SECRET_ACCESS_KEY="…"
            export AWS_REGION="us-east-1"
            export BATON_FILE="s3://my-bucket/baton-sync.c1z"
            \(program)</code></pre></section>
            """
    }
}
