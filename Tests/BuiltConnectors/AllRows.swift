import AccessModel
package import ConnectorKit

/// All rows of a list, page after page until the last, as a sync asks for them.
///
/// - Parameter token: where to begin; empty for the beginning.
/// - Throws: ``PagesWithoutEnd`` when a page leads to itself, or when there are more pages than any list of a test has.
package func allRows<Row>(
    after token: String = "", _ page: (PageRequest) async throws -> Page<Row>
) async throws -> [Row] {
    var rows: [Row] = []
    var place = token
    for _ in 0..<10_000 {
        let answer = try await page(PageRequest(after: place))
        rows += answer.rows
        guard let next = answer.next, !next.isEmpty else { return rows }
        guard !next.hasSameBytes(as: place) else { throw PagesWithoutEnd(place: place) }
        place = next
    }
    throw PagesWithoutEnd(place: place)
}

/// A list went on and on.
package struct PagesWithoutEnd: Error {
    /// The token of the page after which nobody asked for more.
    let place: String
}
