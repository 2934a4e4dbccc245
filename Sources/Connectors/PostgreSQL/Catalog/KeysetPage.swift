import AccessModel
import ConnectorKit

extension PageRequest {
    /// How many rows a page has at most.
    ///
    /// A role can hold 14 rights on a table, so a page of grants stays below 7000.
    static let rowLimit = 500

    /// The number after which the page starts: rows are ordered by what stays when something is renamed.
    ///
    /// Nothing in a catalog has the number 0.
    func lastNumber() throws(ServiceError) -> UInt32 {
        guard !token.isEmpty else { return 0 }
        guard let number = UInt32(token) else {
            throw ServiceError(.invalidArgument, "page token: not one of this connector. Start a new sync.")
        }
        return number
    }
}

/// The rows of one page, read with one row more than it holds.
struct KeysetRows<Row: Sendable>: Sendable {
    let rows: [Row]
    /// The number of the last row; nil on the last page.
    let next: String?

    /// Reads rows whose first column is the number they are ordered by.
    init(_ found: ServerRows, _ make: (ServerRow) throws -> Row) rethrows {
        rows = try found.map(upTo: PageRequest.rowLimit, make)
        let isLast = found.count <= PageRequest.rowLimit
        next = isLast ? nil : String(found[PageRequest.rowLimit - 1].number(0))
    }

    /// The page of what `make` makes of the rows.
    func page<Made>(_ make: (Row) throws -> Made) rethrows -> Page<Made> {
        Page(try rows.map(make), next: next)
    }
}
