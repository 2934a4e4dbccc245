import LanternSignIn

/// A whole page: the frame that all pages share, round what is its own.
struct Layout: Sendable {
    /// Where in the product a page is.
    enum Section: String, CaseIterable {
        case apps = "Apps"
        case people = "Directory"
        case integrations = "Integrations"
        case settings = "Settings"

        var path: String {
            switch self {
            case .apps: "/apps"
            case .people: "/people"
            case .integrations: "/integrations/connectors"
            case .settings: "/settings/tokens"
            }
        }

        var icon: Icon {
            switch self {
            case .apps: .apps
            case .people: .people
            case .integrations: .dataSource
            case .settings: .settings
            }
        }
    }

    let title: String
    var section: Section?
    var session: Session?
    /// Whether there is nothing to sign in to: the pages show one file.
    var isExplorer = false
    var content: HTML

    var html: HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(title) · Lantern</title>
        <link rel="icon" href="\(Assets.path(of: "favicon.svg"))" type="image/svg+xml">
        <link rel="stylesheet" href="\(Assets.path(of: "lantern.css"))">
        <script src="\(Assets.path(of: "theme-early.js"))"></script>
        <script type="module" src="\(Assets.path(of: "lantern.mjs"))"></script>
        </head>
        <body>
        <a class="skip" href="#content">Skip to content</a>
        \(session == nil && !isExplorer ? .blank : top)
        <div class="frame">
        \(session == nil || isExplorer ? .blank : rail)
        <main id="content" tabindex="-1">
        \(content)
        </main>
        </div>
        </body>
        </html>

        """
    }

    private var top: HTML {
        """
        <header class="top">
        <a class="brand" href="/apps">\(Icon.lantern.html)<span>Lantern</span></a>
        <form class="find" role="search" action="/search" method="get">
        <label class="hidden" for="find">Search everything</label>
        \(Icon.search.html)
        <input id="find" name="q" type="search" placeholder="Search everything" autocomplete="off" data-palette>
        <kbd aria-hidden="true">Ctrl K</kbd>
        </form>
        <button class="button quiet" type="button" data-theme-toggle hidden>\(Icon.sun.html)<span class="hidden">Change theme</span></button>
        \(session.flatMap { $0.user.isViewer ? nil : me($0) })
        </header>
        """
    }

    private func me(_ session: Session) -> HTML {
        """
        <details class="menu">
        <summary>\(Icon.account.html)<span class="name">\(session.user.name)</span></summary>
        <div class="menu-items">
        <p>\(session.user.email)<br><span class="muted">\(session.user.role.name)</span></p>
        <a href="/settings/tokens">API keys</a>
        <form method="post" action="/sign-out">\(Components.token(session))
        <button type="submit">Sign out</button></form>
        </div>
        </details>
        """
    }

    private var rail: HTML {
        let shown = Section.allCases.filter { $0 != .settings || session?.user.isViewer == false }
        let links = shown.map { item -> HTML in
            """
            <li><a href="\(item.path)"\(item == section ? " aria-current=\"page\"" : .blank)>\(item.icon.html)<span>\(item.rawValue)</span></a></li>
            """
        }
        return """
            <nav class="rail" aria-label="Main">
            <ul>
            \(links)
            </ul>
            </nav>
            """
    }
}

extension User.Role {
    /// What people call it.
    var name: String {
        switch self {
        case .administrator: "Administrator"
        case .owner: "Application owner"
        case .auditor: "Auditor"
        }
    }
}
