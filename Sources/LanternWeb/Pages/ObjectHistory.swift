import LanternCatalog

extension Site {
    /// What happened to one thing, as the tab of its page.
    func history(_ page: Page<HistoryEntry>, _ state: ListState) -> HTML {
        guard !page.rows.isEmpty else {
            return Components.empty(.history, "No history yet", "<p>Nothing is known of what it was.</p>")
        }
        let rows = page.rows.map { entry -> [HTML] in
            let origin: HTML =
                entry.importID.map { "<a href=\"/imports/\($0)\">\(entry.origin)</a>" } ?? "\(entry.origin)"
            return [entry.kind.mark, Components.time(entry.at, now: now), entry.fields.html, origin]
        }
        return Components.table("Change history", ["Change", "When", "What", "By"], rows) + state.pager(page)
    }
}

extension [FieldChange] {
    /// Each field with what it was and what it is.
    var html: HTML {
        guard !isEmpty else { return .blank }
        let items = map { change -> HTML in
            """
            <li><code>\(change.field)</code> \(Self.value(change.before))<span class="hidden"> is now </span><span aria-hidden="true"> → </span>\(Self.value(change.after))</li>
            """
        }
        return "<ul class=\"fields\">\(items)</ul>"
    }

    private static func value(_ text: String) -> HTML {
        text.isEmpty ? "<span class=\"muted\">nothing</span>" : "\(text)"
    }
}

extension HistoryEntry.Kind {
    fileprivate var mark: HTML {
        switch self {
        case .added: "<span class=\"added\">\(Icon.plus.html)Added</span>"
        case .returned: "<span class=\"added\">\(Icon.plus.html)Came back</span>"
        case .changed: "<span class=\"changed\">\(Icon.change.html)Changed</span>"
        case .edited: "<span class=\"changed\">\(Icon.change.html)Set by hand</span>"
        case .removed: "<span class=\"removed\">\(Icon.minus.html)Removed</span>"
        }
    }
}
