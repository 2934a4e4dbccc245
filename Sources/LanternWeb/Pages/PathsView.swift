import LanternCatalog

/// The ways in which somebody comes to hold something: drawn from left to right, and told in a table.
struct PathsView: Sendable {
    let grant: ListedGrant
    let explanation: Explanation
    let now: Int64

    /// Most ways that are drawn; more are told by the table alone.
    private static let drawn = 12
    private static let (width, height, gap, rowHeight) = (228, 48, 56, 76)

    var html: HTML {
        guard !explanation.paths.isEmpty else {
            return Components.empty(
                .path, "No way leads there",
                "<p>The data source says that it is held, and not how.</p>")
        }
        let count = explanation.paths.count
        let more: HTML = explanation.isCut ? "<p class=\"muted\">There are more ways than are shown.</p>" : .blank
        return """
            <h2>\(count == 1 ? "One way leads there" : "\(count) ways lead there")</h2>
            <div class="scroll" role="region" aria-label="Drawing of the ways" tabindex="0">\(drawing)</div>
            \(count > Self.drawn ? "<p class=\"muted\">The first \(Self.drawn) are drawn.</p>" as HTML : .blank)
            \(more)
            \(table)
            """
    }

    private var drawing: HTML {
        let paths = explanation.paths.prefix(Self.drawn)
        let columns = (paths.map(\.steps.count).max() ?? 1) + 1
        let width = columns * Self.width + (columns - 1) * Self.gap + 4
        let height = paths.count * Self.rowHeight
        let rows = paths.enumerated().map { place, path in row(path, place * Self.rowHeight + 12) }
        return """
            <svg class="paths" role="img" aria-label="\(summary)" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)">
            <defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>
            \(rows)
            </svg>
            """
    }

    private var summary: String {
        explanation.paths.prefix(Self.drawn).map { path in
            ([grant.principal.name] + path.steps.map(\.entitlementName)).joined(separator: ", then ")
        }.joined(separator: "; or ")
    }

    private func row(_ path: AccessPath, _ top: Int) -> HTML {
        var parts = node(grant.principal.name, grant.principal.typeName, grant.principal.kind.icon, 2, top, isEnd: true)
        for (place, step) in path.steps.enumerated() {
            let left = 2 + (place + 1) * (Self.width + Self.gap)
            let middle = top + Self.height / 2
            parts += """
                <path class="edge" marker-end="url(#arrow)" d="M\(left - Self.gap) \(middle)H\(left - 1)"/>
                """
            parts += node(
                step.resource.name,
                "\(step.resource.typeName) · \(step.slug.isEmpty ? step.entitlementName : step.slug)",
                step.resource.kind.icon, left, top, isEnd: place == path.steps.count - 1)
        }
        return "<g>\(parts)</g>"
    }

    private func node(_ name: String, _ kind: String, _ icon: Icon, _ left: Int, _ top: Int, isEnd: Bool) -> HTML {
        """
        <g class="node\(isEnd ? " end" : "")" transform="translate(\(left) \(top))"><title>\(name), \(kind)</title>
        <rect width="\(Self.width)" height="\(Self.height)" rx="8"/>
        <svg x="12" y="14" width="20" height="20" class="icon"><use href="\(Assets.path(of: "icons.svg"))#\(icon.rawValue)"/></svg>
        <text x="42" y="21">\(name.cut(to: 23))</text><text class="kind" x="42" y="37">\(kind.cut(to: 28))</text></g>
        """
    }

    private var table: HTML {
        Components.table(
            "Ways", ["#", "Way", "Since"],
            explanation.paths.enumerated().map { place, path in
                let steps = path.steps.map { step -> HTML in
                    "<span class=\"step\">\(Icon.chevron.html)<a href=\"/entitlements/\(step.entitlementID)\">\(step.entitlementName)</a> <span class=\"muted\">on \(step.resource.name)</span></span>"
                }
                return [
                    "\(place + 1)", "<span class=\"way\">\(Columns.reference(grant.principal))\(steps)</span>",
                    Components.time(path.steps.map(\.since).max(), now: now),
                ]
            })
    }
}

extension String {
    /// The text, or its beginning when it has more than so many characters.
    func cut(to count: Int) -> String { self.count > count ? prefix(count - 1) + "…" : self }
}
