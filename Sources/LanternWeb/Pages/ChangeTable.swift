import Hummingbird
import LanternCatalog

extension Site {
    func changeTable(_ page: Page<ListedChange>, _ state: ListState) -> HTML {
        guard !page.rows.isEmpty else { return "<p class=\"muted\">None of this kind.</p>" }
        return """
            \(Components.table("Changes", ["Change", "What", "Where"], page.rows.map(\.cells)))
            \(state.pager(page, "<a class=\"button quiet\" href=\"\(state.address(format: "csv"))\" download>\(Icon.download.html)Generate CSV</a>"))
            """
    }

    /// All differences of a kind as a file.
    func changeFile(
        named name: String, fetch: @escaping @Sendable (PageRequest) async throws -> Page<ListedChange>
    ) -> Response {
        let columns: [Column<ListedChange>] = [
            Column("Change", \.kind.rawValue), Column("What") { $0.words.what }, Column("Where") { $0.words.place },
            Column("ID") { $0.words.id },
            Column("Fields") { change in
                change.fields.map { "\($0.field): \($0.before) → \($0.after)" }.joined(separator: "; ")
            },
        ]
        return ListFile(format: .csv, columns: columns, fetch: fetch).response(named: name)
    }
}

extension ListedChange {
    /// What changed, where, and its id in the file, as plain text.
    fileprivate var words: (what: String, place: String, id: String) {
        switch subject {
        case .resource(_, let name, let type, let externalID): (name, type, externalID)
        case .entitlement(_, let name, let resource): (name, resource, "")
        case .grant(let principal, let entitlement, let resource): ("\(principal) holds \(entitlement)", resource, "")
        }
    }
}

extension ListedChange {
    /// What happened, to what, and where.
    fileprivate var cells: [HTML] {
        let mark: HTML =
            switch kind {
            case .added: "<span class=\"added\">\(Icon.plus.html)Added</span>"
            case .changed: "<span class=\"changed\">\(Icon.change.html)Changed</span>"
            case .removed: "<span class=\"removed\">\(Icon.minus.html)Removed</span>"
            }
        switch subject {
        case .resource(let id, let name, let type, let externalID):
            let what: HTML = id.map { "<a href=\"/resources/\($0)\">\(name)</a>" } ?? "\(name)"
            return [mark, what + fields.html, "\(type) <code>\(externalID)</code>"]
        case .entitlement(let id, let name, let resource):
            let what: HTML = id.map { "<a href=\"/entitlements/\($0)\">\(name)</a>" } ?? "\(name)"
            return [mark, what + fields.html, "\(resource)"]
        case .grant(let principal, let entitlement, let resource):
            return [
                mark, "\(principal) <span class=\"muted\">holds</span> \(entitlement)\(fields.html)", "\(resource)",
            ]
        }
    }
}
