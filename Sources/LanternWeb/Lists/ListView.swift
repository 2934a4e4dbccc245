import Hummingbird
import LanternCatalog
import WireForm

/// Shows a list as its address asks for: as a part of a page, or as a file.
struct ListView<Row: Sendable>: Sendable {
    let listing: Listing<Row>
    let state: ListState

    /// The columns that are asked for, or the usual ones.
    private var columns: [Column<Row>] {
        let asked = state.columns.isEmpty ? state.remembered[listing.key] ?? [] : state.columns
        let chosen = listing.columns.filter { asked.contains($0.key) }
        return chosen.isEmpty ? listing.columns.filter(\.isUsual) : chosen
    }

    // MARK: In a page

    func html() async throws -> HTML {
        let page = try await listing.fetch(state.page)
        guard !page.rows.isEmpty || state.isNarrowed || !state.token.isEmpty else { return listing.empty }
        let count = try await listing.count()
        return """
            \(bar)
            \(page.rows.isEmpty ? nothingFound : table(page))
            \(pager(page, count))
            """
    }

    private func table(_ page: Page<Row>) -> HTML {
        var heads = columns.map(head)
        guard let bulk = listing.bulk else {
            return Components.table(
                listing.caption, heads: heads, page.rows.map { row in columns.map { $0.html(row) } })
        }
        heads.insert("<td class=\"box\"><input type=\"checkbox\" aria-label=\"All\" data-all hidden></td>", at: 0)
        let boxes = page.rows.map { row -> HTML in
            """
            <input type="checkbox" name="id" value="\(bulk.id(row))" aria-label="Select \(bulk.name(row))">
            """
        }
        let rows = page.rows.map { row in columns.map { $0.html(row) } }
        return """
            <form method="post" action="\(bulk.action)" data-bulk>
            \(Components.table(listing.caption, heads: heads, rows, boxes: boxes))
            <fieldset class="bulk"><legend class="hidden">With the selected</legend>\(bulk.controls)</fieldset>
            </form>
            """
    }

    /// The header of a column; it sorts where the list can be sorted by it.
    private func head(_ column: Column<Row>) -> HTML {
        guard let key = column.sort, state.text.isEmpty, state.day.isEmpty else {
            return "<th scope=\"col\">\(column.title)</th>"
        }
        let isUp = state.sort == key
        let isDown = state.sort == "-" + key
        // Names begin at their beginning, numbers and times with the largest.
        let next = isDown || (key == "name" && !isUp) ? key : "-" + key
        let mark: HTML =
            isUp ? " aria-sort=\"ascending\"" : isDown ? " aria-sort=\"descending\"" : .blank
        return """
            <th scope="col"\(mark)><a href="\(state.address(sort: next))">\(column.title)\(isUp ? Icon.up.html : isDown ? Icon.down.html : .blank)</a></th>
            """
    }

    private var bar: HTML {
        """
        <form class="filters" method="get" action="\(state.path)" data-live data-list="\(listing.key)">
        \(state.sort.isEmpty ? .blank : "<input type=\"hidden\" name=\"sort\" value=\"\(state.sort)\">" as HTML)
        \(state.place.map { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" as HTML })
        \(listing.isSearchable ? search : .blank)
        \(listing.filters)
        \(listing.hasPast ? past : .blank)
        \(columnChoice)
        <button class="button quiet" type="submit">Show</button>
        <span class="spacer"></span>
        <a class="button quiet" href="\(state.address(format: "csv"))" download>\(Icon.download.html)Generate CSV</a>
        <a class="button quiet" href="\(state.address(format: "json"))" download>JSON</a>
        </form>
        """
    }

    private var search: HTML {
        """
        <div class="search">\(Icon.search.html)<label class="hidden" for="q">Search \(listing.caption)</label>
        <input id="q" name="q" type="search" value="\(state.text)" placeholder="Search" autocomplete="off"></div>
        """
    }

    private var past: HTML {
        """
        <div class="day"><label for="at">As of</label><input id="at" name="at" type="date" value="\(state.day)"></div>
        """
    }

    private var columnChoice: HTML {
        let shown = Set(columns.map(\.key))
        let boxes = listing.columns.map { column -> HTML in
            let mark: HTML = shown.contains(column.key) ? " checked" : .blank
            return """
                <label><input type="checkbox" name="column" value="\(column.key)"\(mark)> \(column.title)</label>
                """
        }
        let sizes = [25, 50, 100].map { size -> HTML in
            "<option value=\"\(size)\"\(size == state.size ? " selected" : .blank)>\(size)</option>"
        }
        return """
            <details class="menu"><summary class="button quiet">Configure columns</summary>
            <div class="menu-items">\(boxes)<label for="size">Rows</label><select id="size" name="size">\(sizes)</select></div></details>
            """
    }

    private var nothingFound: HTML {
        guard state.token.isEmpty else {
            return Components.empty(
                .search, "Nothing here any more",
                "<p>What was on this page is gone.</p><p><a class=\"button\" href=\"\(state.address())\">First page</a></p>"
            )
        }
        return Components.empty(
            .search, "Nothing found",
            "<p>Nothing here is as you asked for.</p><p><a class=\"button\" href=\"\(state.address(withoutNarrowing: true))\">Clear filters</a></p>"
        )
    }

    private func pager(_ page: Page<Row>, _ count: RowCount) -> HTML {
        let caption = listing.caption.lowercased()
        let noun = count == .exactly(1) && listing.caption != "People" ? String(caption.dropLast()) : caption
        return state.pager(page, "<p class=\"muted\">\(count.text) \(noun)</p>")
    }

    // MARK: As a file

    /// The list as the file that its address asks for; nil when it asks for a page.
    func file(named name: String, _ format: String?) -> Response? {
        guard let format = format.flatMap(ListFormat.init) else { return nil }
        return ListFile(format: format, columns: columns, fetch: listing.fetch).response(named: name)
    }
}

extension ListFile {
    /// The file as something to download.
    func response(named name: String) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: format.type,
                .contentDisposition: "attachment; filename=\"\("\(name).\(format.rawValue)".plainFileName)\"",
            ], body: ResponseBody(asyncSequence: self))
    }
}

extension ListState {
    /// The ways from a page of a list to those beside it.
    func pager<Row>(_ page: Page<Row>, _ about: HTML = .blank) -> HTML {
        func link(_ title: String, _ relation: String, _ address: String, if isThere: Bool) -> HTML {
            isThere ? "<a class=\"button quiet\" rel=\"\(relation)\" href=\"\(address)\">\(title)</a>" : .blank
        }
        let links = [
            link("First page", "first", address(), if: !page.previous.isEmpty),
            link("Previous", "prev", address(after: page.previous), if: !page.previous.isEmpty),
            link("Next", "next", address(after: page.next), if: !page.next.isEmpty),
        ]
        return "<nav class=\"pager\" aria-label=\"Pages\">\(about)<div>\(links)</div></nav>"
    }
}

extension RowCount {
    var text: String {
        switch self {
        case .exactly(let count): Moments.grouped(count)
        case .moreThan(let count): "more than \(Moments.grouped(count))"
        }
    }
}
