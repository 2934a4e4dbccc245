import AccessModel
import BatonWire
import ConnectorKit

extension Page {
    /// The page of `items` after the key in the request's token.
    ///
    /// The token is the key of the last row, so another process goes on where this one stopped even when rows have come or gone.
    ///
    /// - Parameters:
    ///   - items: in byte order of their keys.
    ///   - key: what orders them, unique and never empty.
    ///   - row: makes the row; called for those of this page only.
    init<Item>(of items: [Item], for request: PageRequest, key: (Item) -> String, row: (Item) throws -> Row) rethrows {
        let start = request.token.isEmpty ? 0 : items.firstPlace { request.token.precedes(key($0)) }
        let size = request.size.map { $0 > 0 ? $0 : KeysetPage.usualSize } ?? KeysetPage.usualSize
        let rows = items[start...].prefix(size)
        let isLast = rows.endIndex == items.endIndex
        self.init(try rows.map(row), next: isLast ? nil : rows.last.map(key))
    }
}

extension Page where Row == Resource {
    /// A page of resources whose names fit: nobody who can choose a long one must be able to stop the audit.
    init<Item>(
        fitting items: [Item], for request: PageRequest, key: (Item) -> String, row: (Item) throws -> Resource
    ) rethrows {
        try self.init(of: items, for: request, key: key) { try row($0).fitting() }
    }
}

extension Resource {
    /// Most bytes that a name may have in the services' messages, and a description.
    static let longestName = 1024
    static let longestDescription = 2048

    /// The resource with its name and description cut to what the services let through; the profile keeps them whole.
    func fitting() -> Resource {
        var copy = self
        copy.displayName = displayName.cut(to: Self.longestName)
        copy.description_p = description_p.cut(to: Self.longestDescription)
        return copy
    }
}

extension String {
    /// The first characters that fit into `limit` bytes, with an ellipsis when some are left out.
    fileprivate func cut(to limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var size = 0
        let kept = unicodeScalars.prefix { scalar in
            size += UTF8.width(scalar)
            return size <= limit - 3
        }
        return String(kept) + "…"
    }
}

private enum KeysetPage {
    static let usualSize = 1000
}

extension String {
    /// Byte order.
    func precedes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}

extension Page where Row == Grant {
    /// A page of grants, ordered by their ids; of several with one id the first counts.
    init(ordering grants: [Grant], for request: PageRequest) {
        var seen: Set<ByteKey> = []
        let distinct = grants.filter { seen.insert(ByteKey($0.id)).inserted }.sorted { $0.id.precedes($1.id) }
        self.init(of: distinct, for: request, key: \.id) { $0 }
    }
}
