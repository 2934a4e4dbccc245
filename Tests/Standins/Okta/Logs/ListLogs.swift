import StandinKit
import WireForm

extension Org {
    /// `GET /api/v1/logs`: bounded when `until` is given, else a poll, which always has a next page.
    mutating func listLogs(_ call: Call) throws -> Reply {
        let query = try LogQuery(call)
        let limit = try call.limit(default: 100, most: 1000, least: 0)
        let start = try call.cursor(self) ?? (query.isDescending ? Int.max : log.start)
        if call.effects.contains(.emptyPage) {
            return Reply([JSONValue](), own: call.own, next: call.next(after: start, self))
        }
        if query.isDescending { return descendingLogs(call, query, before: start, limit: limit) }
        let page = log.page(after: start, limit: limit, where: query.isMeant)
        let hasNext = page.hasMore || query.isPolling
        return Reply(
            page.rows.map(\.value), own: call.own, next: hasNext ? call.next(after: page.last, self) : nil)
    }

    private func descendingLogs(_ call: Call, _ query: LogQuery, before start: Int, limit: Int) -> Reply {
        let newest = log.rows.filter(query.isMeant).reversed()
        let rest = newest.drop { (log.ordinal(of: $0["uuid"]?.string ?? "") ?? 0) >= start }
        let rows = Array(rest.prefix(limit))
        let last = rows.last?["uuid"]?.string.flatMap { log.ordinal(of: $0) } ?? start
        let next = rest.count > rows.count ? call.next(after: last, self) : nil
        return Reply(rows.map(\.value), own: call.own, next: next)
    }
}

/// Which events of the System Log are asked for.
private struct LogQuery {
    let isMeant: (JSONObject) -> Bool
    let isPolling: Bool
    let isDescending: Bool

    init(_ call: Call) throws(OktaError) {
        let until = try Self.time(call.query("until"), "until")
        let since =
            try Self.time(call.query("since"), "since")
            ?? (until ?? call.now).adding(seconds: -7 * 86400)
        isDescending = try Self.isDescending(call.query("sortOrder"))
        isPolling = until == nil && !isDescending
        let words = (call.query("q") ?? "").lowercased().split(separator: " ").map(String.init)
        guard words.count <= 10, words.allSatisfy({ $0.count <= 40 }) else { throw .invalidSearch }
        var expression: FilterExpression?
        if let filter = call.query("filter") { expression = try FilterParser.parse(filter) }
        let filter = expression
        isMeant = { event in
            guard let published = event["published"]?.string.flatMap({ Timestamp($0) }), published >= since,
                until.map({ published < $0 }) ?? true
            else { return false }
            return filter?.matches { event.value.logValues($0) } ?? true && event.value.contains(words)
        }
    }

    private static func isDescending(_ order: String?) throws(OktaError) -> Bool {
        switch order {
        case nil, "ASCENDING": false
        case "DESCENDING": true
        default: throw .validation("sortOrder", "sortOrder: must be ASCENDING or DESCENDING")
        }
    }

    private static func time(_ text: String?, _ name: String) throws(OktaError) -> Timestamp? {
        guard let text, !text.isEmpty else { return nil }
        guard let time = Timestamp(text) else {
            throw .validation(name, "\(name): The date is not a valid ISO 8601 timestamp")
        }
        return time
    }
}

extension JSONValue {
    /// The values at a path such as `target.type`; lists on the way are gone through.
    fileprivate func logValues(_ path: String) -> [FilterValue] {
        var values = [self]
        for name in path.split(separator: ".") {
            values = values.flatMap { $0.isArray ? $0.elements : [$0] }.compactMap { $0[String(name)] }
        }
        return values.flatMap { $0.filterValues() }
    }

    fileprivate func contains(_ words: [String]) -> Bool {
        guard !words.isEmpty else { return true }
        let text = self.text.lowercased()
        return words.allSatisfy { text.contains($0) }
    }
}
