import AccessModel

/// Which part of a list is wanted.
///
/// A list goes on after the last row of the page before: a page costs the same wherever it is, and nothing is skipped or shown twice when
/// rows come and go meanwhile.
public struct PageRequest: Sendable {
    /// Most rows on the page.
    public let size: Int
    /// Where to go on: the `next` of the page before; empty for the first page.
    public let token: String

    /// A page of `size` rows after the one that gave `token`.
    public init(size: Int = 50, after token: String = "") {
        self.size = size
        self.token = token
    }

    /// The values of the sort columns of the row before; nil for the first page.
    func cursor(columns: Int) throws(CatalogError) -> [CursorValue]? {
        guard !token.isEmpty else { return nil }
        guard let values = CursorValue.read(token), values.count == columns else {
            throw CatalogError(.invalidArgument, "page token: is none of this list. Begin at its first page.")
        }
        return values
    }
}

/// A part of a list.
public struct Page<Row: Sendable>: Sendable {
    /// The rows.
    public let rows: [Row]
    /// The token of the page that follows; empty when this is the last.
    public let next: String

    init<Source>(
        _ sources: [Source], _ request: PageRequest, cursor: (Source) -> [CursorValue], _ row: (Source) throws -> Row
    ) rethrows {
        rows = try sources.prefix(request.size).map(row)
        next = sources.count > request.size ? CursorValue.token(cursor(sources[request.size - 1])) : ""
    }

    private init(rows: [Row], next: String) {
        self.rows = rows
        self.next = next
    }

    /// The same part of the list with each row made into something else.
    public func map<Other>(_ transform: (Row) throws -> Other) rethrows -> Page<Other> {
        Page<Other>(rows: try rows.map(transform), next: next)
    }
}
