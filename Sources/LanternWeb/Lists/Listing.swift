import LanternCatalog

/// A column of a list: what it shows in a page, and what it says in a file.
struct Column<Row: Sendable>: Sendable {
    let title: String
    /// Whether it is there before somebody asks for it.
    var isUsual = true
    /// What the list can be sorted by here; nil when it can't.
    var sort: String?
    let text: @Sendable (Row) -> String
    let html: @Sendable (Row) -> HTML

    init(_ title: String, isUsual: Bool = true, _ text: @escaping @Sendable (Row) -> String) {
        self.init(title, isUsual: isUsual, text: text) { "\(text($0))" }
    }

    init(
        _ title: String, isUsual: Bool = true, text: @escaping @Sendable (Row) -> String,
        html: @escaping @Sendable (Row) -> HTML
    ) {
        self.title = title
        self.isUsual = isUsual
        self.text = text
        self.html = html
    }

    /// The column, by which the list can be sorted.
    func sorted(by key: String) -> Column {
        var column = self
        column.sort = key
        return column
    }

    /// The column under another title.
    func titled(_ title: String) -> Column {
        Column(title, isUsual: isUsual, text: text, html: html)
    }

    /// Its name in addresses and JSON.
    var key: String { title.lowercased().replacing(" ", with: "_") }
}

/// A list that can be looked at page by page, narrowed, and taken along as a file.
struct Listing<Row: Sendable>: Sendable {
    /// What it is a list of.
    let caption: String
    let columns: [Column<Row>]
    /// What is shown when there is nothing at all.
    let empty: HTML
    /// What else narrows it: forms round the search box.
    var filters: HTML = .blank
    /// What can be done with several rows at once; nil when nothing can.
    var bulk: BulkForm<Row>?
    /// Whether there is something to type into.
    var isSearchable = true
    /// Whether former days can be looked at.
    var hasPast = true
    let count: @Sendable () async throws -> RowCount
    let fetch: @Sendable (PageRequest) async throws -> Page<Row>

    /// Under which name a browser remembers its columns.
    var key: String { caption.lowercased().replacing(" ", with: "-") }
}

/// What can be done with those rows of a list that somebody ticks.
struct BulkForm<Row: Sendable>: Sendable {
    /// Where the form is sent to.
    let action: String
    /// The fields and buttons, and what else is sent.
    let controls: HTML
    let id: @Sendable (Row) -> String
    /// What the row is called, for who can't see it.
    let name: @Sendable (Row) -> String
}

/// What an address says of a list: which part of it, of which day, in which columns.
struct ListState: Sendable {
    let path: String
    let text: String
    /// The day that is looked at, as `2026-11-24`; empty for now.
    let day: String
    let token: String
    let size: Int
    let columns: [String]
    /// What the list is sorted by, with a minus in front when the largest comes first; empty for its usual order.
    let sort: String
    /// The columns that this browser chose before, by the name of the list.
    let remembered: [String: [String]]
    /// Other parameters, which stay as they are.
    let others: [(name: String, value: String)]

    /// The address with another page token.
    func address(
        after token: String? = nil, format: String? = nil, withoutNarrowing: Bool = false, sort: String? = nil
    ) -> String {
        let sort = sort ?? self.sort
        var fields = withoutNarrowing ? place : others
        if !text.isEmpty, !withoutNarrowing { fields.append(("q", text)) }
        if !day.isEmpty, !withoutNarrowing { fields.append(("at", day)) }
        if !columns.isEmpty { fields.append(("columns", columns.joined(separator: ","))) }
        if !sort.isEmpty { fields.append(("sort", sort)) }
        if size != ListState.usualSize { fields.append(("size", String(size))) }
        if let token, !token.isEmpty { fields.append(("after", token)) }
        if let format { fields.append(("format", format)) }
        guard !fields.isEmpty else { return path }
        return path + "?" + fields.map { "\($0.name)=\($0.value.urlEncoded)" }.joined(separator: "&")
    }

    /// What the list is sorted by, of what such a list can be sorted by.
    func order<Key: RawRepresentable<String>>(_ usual: Key) -> ListOrder<Key> {
        let isDescending = sort.hasPrefix("-")
        guard let key = Key(rawValue: String(sort.drop { $0 == "-" })) else { return ListOrder(by: usual) }
        return ListOrder(by: key, isDescending: isDescending)
    }

    /// Whether something narrows the list.
    var isNarrowed: Bool { !text.isEmpty || !filters.isEmpty || !day.isEmpty }

    /// What says which list of a page it is, and stays whatever narrows it.
    var place: [(name: String, value: String)] { others.filter { $0.name == "tab" } }

    private var filters: [(name: String, value: String)] { others.filter { $0.name != "tab" } }

    static let usualSize = 50
}
