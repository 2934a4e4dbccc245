import C1Z
import Foundation
import Testing

enum Fixtures {
    static let folder = URL(
        filePath: ProcessInfo.processInfo.environment["LANTERN_FIXTURES"] ?? "../shared/fixtures",
        relativeTo: URL(filePath: FileManager.default.currentDirectoryPath + "/")
    ).standardizedFileURL.appending(path: "c1z")

    static let areThere = FileManager.default.fileExists(atPath: folder.path)

    static func path(_ name: String) -> String { folder.appending(path: "\(name)/sync.c1z").path }
}

@Suite(.serialized, .enabled(if: Browser.isThere && Fixtures.areThere, Browser.absence))
struct `somebody with a browser` {
    @Test(.timeLimit(.minutes(5))) func `imports a file, looks at its changes, and finds out who has what and why`()
        async throws
    {
        let site = try await ServedSite()
        defer { site.end() }
        let browser = try await Browser()
        try await browser.open(site.door)
        try await browser.wait(for: "document.title.startsWith('Apps')")

        // New application
        try await browser.click("a[href='/apps/new']")
        try await browser.type("Okta", into: "#name")
        try await browser.click("form.card button.primary")
        try await browser.wait(for: "location.pathname.endsWith('/data-sources')")
        let application = try await browser.url.replacing("/data-sources", with: "")

        // Import app data, From file, Choose file, preview
        try await browser.click(".actions summary")
        try await browser.click(".menu-items a[href$='/import']")
        try await browser.type(Fixtures.path("nested-sqlite"), into: "#file")
        try await browser.click("form.card button.primary")
        try await browser.wait(for: "document.body.innerText.includes('Nothing is changed yet')")
        #expect(try await browser.text("return document.querySelectorAll('.added').length > 3") == "true")
        let run = try await browser.url
        try await browser.open(application + "/accounts")
        #expect(try await browser.text("return document.querySelector('main').innerText").contains("No accounts here"))
        try await browser.open(run)
        try await browser.click(".notice button.primary")
        try await browser.wait(for: "document.querySelector('h2 .chip.good')")

        try await checkNumbers(of: "nested-sqlite", in: application, browser)

        // Why somebody has something
        try await browser.open(application + "/grants?source=inherited")
        try await browser.click("a[href^='/grants/']")
        try await browser.wait(for: "document.querySelector('svg.paths')")
        #expect(try await browser.text("return document.querySelectorAll('svg.paths .node').length > 2") == "true")

        // The same file again
        try await browser.open(application + "/import")
        try await browser.type(Fixtures.path("nested-sqlite"), into: "#file")
        try await browser.click("form.card button.primary")
        try await browser.wait(for: "document.body.innerText.includes('No changes')")

        // Another file: what would come and go, and then has
        try await browser.open(application + "/import")
        try await browser.type(Fixtures.path("okta-sqlite"), into: "#file")
        try await browser.click("form.card button.primary")
        try await browser.wait(for: "document.body.innerText.includes('Nothing is changed yet')")
        for change in ["added", "removed"] {
            #expect(try await browser.text("return document.querySelectorAll('tbody .\(change)').length > 3") == "true")
        }
        try await browser.click(".notice button.primary")
        try await browser.wait(for: "document.querySelector('h2 .chip.good')")
        try await checkNumbers(of: "okta-sqlite", in: application, browser)

        // A person, by the box at the top and from page to page
        try await browser.open(application + "/accounts")
        let name = try await browser.text("return document.querySelector('tbody a').innerText")
        let word = try #require(name.split(separator: " ").first.map(String.init))
        try await browser.run(
            "document.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true }))")
        try await browser.wait(for: "document.querySelector('dialog.palette[open] input')")
        try await browser.type(word, into: "dialog.palette input")
        try await browser.wait(for: "document.querySelector('.palette li a')")
        try await browser.click(".palette li a")
        try await browser.wait(for: "/^.(resources|people|entitlements)./.test(location.pathname)")
        #expect(try await browser.text("return document.querySelector('h1').innerText").contains(word))

        // Sorted by a header
        try await browser.open(application + "/accounts")
        try await browser.click("thead a[href*='sort=-grants']")
        try await browser.wait(for: "document.querySelector('th[aria-sort=descending]')")
        try await browser.end()
    }

    /// The numbers on the tabs, in the files that can be downloaded, and in the file that was imported.
    func checkNumbers(of fixture: String, in application: String, _ browser: Browser) async throws {
        let reader = try C1ZFile.open(Fixtures.path(fixture))
        let sync = try #require(try reader.latestFinishedSync(of: .full))
        let stats = try reader.stats(of: sync)
        var numbers: [String: Int64] = [:]
        for tab in ["accounts", "resources", "entitlements", "grants"] {
            try await browser.open("\(application)/\(tab)")
            let shown = try await browser.text(
                "return document.querySelector('.pager p')?.innerText.replace(/[^0-9]/g, '') ?? '0'")
            numbers[tab] = Int64(shown)
            try await browser.run(
                """
                fetch('\(application)/\(tab)?format=csv').then((answer) => answer.text())
                    .then((text) => { window.lines = text.trim().split('\\r\\n').length - 1 })
                """)
            try await browser.wait(for: "window.lines !== undefined")
            let lines = try await browser.text("return window.lines")
            #expect(lines == shown, "\(fixture), \(tab)")
        }
        #expect(numbers["accounts", default: 0] + numbers["resources", default: 0] == stats.resources)
        #expect(numbers["entitlements"] == stats.entitlements)
        #expect(numbers["grants"] == stats.grants)
    }

    /// What makes a page usable for everybody, as far as a script can see it.
    private static let checks = """
        const problems = [];
        const name = (node) => (node.innerText || node.getAttribute('aria-label') || node.title || '').trim();
        if (document.querySelectorAll('h1').length !== 1) problems.push('not one h1');
        if (document.querySelectorAll('main').length !== 1) problems.push('not one main');
        if (!document.documentElement.lang) problems.push('no language');
        for (const field of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
            if (!field.labels?.length && !field.getAttribute('aria-label')) problems.push('no label: ' + field.outerHTML);
        }
        for (const nav of document.querySelectorAll('nav')) if (!nav.getAttribute('aria-label')) problems.push('nav without a name');
        for (const node of document.querySelectorAll('a, button, summary')) if (node.checkVisibility() && !name(node)) problems.push('no name: ' + node.outerHTML);
        for (const table of document.querySelectorAll('table')) {
            if (!table.caption) problems.push('table without a caption');
            if ([...table.tHead.querySelectorAll('th')].some((cell) => cell.scope !== 'col')) problems.push('column without a scope');
        }
        const ids = [...document.querySelectorAll('[id]')].map((node) => node.id);
        for (const id of new Set(ids)) if (ids.filter((other) => other === id).length > 1) problems.push('twice: #' + id);
        if (document.documentElement.scrollWidth > innerWidth) problems.push('wider than the window: ' + [...document.querySelectorAll('main *, header *')].filter((node) => node.getBoundingClientRect().right > innerWidth + 1 && !node.closest('.scroll, .tabs, .hidden')).slice(0, 3).map((node) => node.outerHTML.slice(0, 120)));
        const light = (color) => {
            const parts = color.match(/[\\d.]+/g).map(Number).slice(0, 3).map((part) => part / 255)
                .map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
        };
        const ground = (node) => {
            for (; node; node = node.parentElement) {
                const color = getComputedStyle(node).backgroundColor;
                if (/^rgb\\(/.test(color)) return color;
            }
            return 'rgb(255, 255, 255)';
        };
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const node = walker.currentNode.parentElement;
            if (!walker.currentNode.data.trim() || !node.checkVisibility() || node.closest('svg, .hidden, script, noscript')) continue;
            const style = getComputedStyle(node);
            const [a, b] = [light(style.color), light(ground(node))].sort((left, right) => right - left);
            const needed = parseFloat(style.fontSize) >= 24 ? 3 : 4.5;
            if ((a + 0.05) / (b + 0.05) < needed) problems.push(`contrast ${((a + 0.05) / (b + 0.05)).toFixed(2)}: ${walker.currentNode.data.trim()}`);
        }
        return [...new Set(problems)].join('\\n');
        """

    @Test(.timeLimit(.minutes(5))) func `can use every page, in light and dark, narrow and wide`() async throws {
        let site = try await ServedSite()
        defer { site.end() }
        let browser = try await Browser()
        try await browser.open(site.door)
        try await browser.open(site.base + "/apps/new")
        try await browser.type("Okta", into: "#name")
        try await browser.click("form.card button.primary")
        try await browser.wait(for: "location.pathname.endsWith('/data-sources')")
        let application = try await browser.url.replacing("/data-sources", with: "").replacing(site.base, with: "")
        try await browser.open(site.base + application + "/import")
        try await browser.type(Fixtures.path("okta-sqlite"), into: "#file")
        try await browser.click("form.card button.primary")
        try await browser.wait(for: "document.body.innerText.includes('Nothing is changed yet')")
        let preview = try await browser.url.replacing(site.base, with: "")
        try await check([preview], browser, site)
        try await browser.open(site.base + preview)
        try await browser.click(".notice button.primary")
        try await browser.wait(for: "document.querySelector('h2 .chip.good')")
        try await browser.open(site.base + application + "/accounts")
        let account = try await browser.text("return document.querySelector('tbody a').pathname")
        try await browser.open(site.base + application + "/grants")
        let grant = try await browser.text("return document.querySelector('a[href^=\"/grants/\"]').pathname")
        let sheet = try await importedSheet(browser, site)
        let tabs = [
            "", "/data-sources", "/accounts", "/resources", "/groups", "/entitlements", "/grants", "/history",
            "/settings", "/import",
        ]
        try await check(
            tabs.map { application + $0 } + [
                "/apps", account, account + "?tab=details", account + "/edit", grant, preview, sheet.run,
                sheet.source + "/mappings", sheet.source + "/settings", "/people", "/search?q=admin",
                "/settings/tokens",
                "/settings/users", "/settings/audit", "/nothing", application + "/accounts?q=nobodyhere",
            ], browser, site)
        try await browser.end()
    }

    /// Gives another application a spreadsheet with a bad row.
    private func importedSheet(_ browser: Browser, _ site: ServedSite) async throws -> (run: String, source: String) {
        let file = site.folder.appending(path: "people.csv")
        try Data("User ID,Email Address,Last Login\nu1,a@example.com,13/04/2026\n,b@example.com,\n".utf8).write(
            to: file)
        try await browser.open(site.base + "/apps/new")
        try await browser.type("Payroll", into: "#name")
        try await browser.click("form.card button.primary")
        try await browser.wait(for: "location.pathname.endsWith('/data-sources')")
        try await browser.open(browser.url.replacing("/data-sources", with: "/import"))
        try await browser.type(file.path, into: "#file")
        try await browser.click("form.card button.primary")
        try await browser.wait(for: "document.querySelector('main a[href$=\"/mappings\"]')")
        let run = try await browser.text("return location.pathname")
        let mappings = try await browser.text("return document.querySelector('main a[href$=\"/mappings\"]').pathname")
        return (run, mappings.replacing("/mappings", with: ""))
    }

    func check(_ paths: [String], _ browser: Browser, _ site: ServedSite) async throws {
        for theme in ["light", "dark"] {
            try await browser.open(site.base + "/apps")
            try await browser.run("localStorage.setItem('lantern-theme', '\(theme)')")
            for width in [1280, 390] {
                try await browser.resize(width, 900)
                for path in paths {
                    try await browser.open(site.base + path)
                    let problems = try await browser.text(Self.checks)
                    #expect(problems.isEmpty, "\(path), \(theme), \(width) wide:\n\(problems)")
                    let size = try await browser.text("return document.documentElement.outerHTML.length")
                    #expect((Int(size) ?? 0) < 100_000, "\(path) is large")
                }
            }
        }
    }
}
