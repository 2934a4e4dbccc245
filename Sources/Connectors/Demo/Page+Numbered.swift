import AccessModel
import ConnectorKit

extension PageRequest {
    /// The most rows a page holds.
    static let largestPage = 1000

    /// How many rows to answer.
    var rowLimit: Int { min(max(size ?? Self.largestPage, 1), Self.largestPage) }

    /// The number of the row where the page starts; 0 for the first page.
    func position() throws(ServiceError) -> Int {
        guard !token.isEmpty else { return 0 }
        guard let position = Int(token), position >= 0 else {
            throw ServiceError(.invalidArgument, "page token: not one of this connector. Start a new sync.")
        }
        return position
    }
}

extension Page {
    /// One page of a list of `count` rows, each made from its number alone.
    init(of count: Int, for request: PageRequest, row: (Int) throws -> Row) throws {
        let start = min(try request.position(), count)
        let end = min(start + request.rowLimit, count)
        self.init(try (start..<end).map(row), next: end < count ? String(end) : nil)
    }
}
