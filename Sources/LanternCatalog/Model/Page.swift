import AccessModel

/// Which part of a list is wanted.
///
/// A list goes on after the last row of the page before, or back from the first row of the page after: a page costs the same wherever it
/// is, and nothing is skipped or shown twice when rows come and go meanwhile.
public struct PageRequest: Sendable {
    /// Most rows on the page.
    public let size: Int
    /// Where to go on: the `next` or `previous` of another page; empty for the first page.
    public let token: String

    /// A page of `size` rows after the one that gave `token`.
    public init(size: Int = 50, after token: String = "") {
        self.size = size
        self.token = token
    }

    /// Where the page lies in a list that is sorted by so many columns.
    ///
    /// - Throws: ``CatalogError`` when the token is of another list.
    func place(columns: Int) throws(CatalogError) -> PagePlace {
        guard !token.isEmpty else { return PagePlace(values: nil, isBackward: false) }
        let isBackward = token.hasPrefix(PagePlace.backward)
        guard let values = CursorValue.read(isBackward ? String(token.dropFirst()) : token), values.count == columns
        else { throw CatalogError(.invalidArgument, "page token: is none of this list. Begin at its first page.") }
        return PagePlace(values: values, isBackward: isBackward)
    }
}

/// A part of a list.
public struct Page<Row: Sendable>: Sendable {
    /// The rows.
    public let rows: [Row]
    /// The token of the page that follows; empty when this is the last.
    public let next: String
    /// The token of the page before; empty when this is the first.
    public let previous: String

    /// - Parameter sources: in the order in which they were read, and one more than the page holds when there are more.
    init<Source>(
        _ sources: [Source], _ request: PageRequest, at place: PagePlace, cursor: (Source) -> [CursorValue],
        _ row: (Source) throws -> Row
    ) rethrows {
        let hasMore = sources.count > request.size
        let shown =
            place.isBackward ? Array(sources.prefix(request.size).reversed()) : Array(sources.prefix(request.size))
        rows = try shown.map(row)
        let hasNext = place.isBackward || hasMore
        let hasPrevious = place.isBackward ? hasMore : place.values != nil
        next = hasNext ? shown.last.map { CursorValue.token(cursor($0)) } ?? "" : ""
        previous = hasPrevious ? shown.first.map { PagePlace.backward + CursorValue.token(cursor($0)) } ?? "" : ""
    }

    private init(rows: [Row], next: String, previous: String) {
        self.rows = rows
        self.next = next
        self.previous = previous
    }

    /// The same part of the list with each row made into something else.
    public func map<Other>(_ transform: (Row) throws -> Other) rethrows -> Page<Other> {
        Page<Other>(rows: try rows.map(transform), next: next, previous: previous)
    }
}
