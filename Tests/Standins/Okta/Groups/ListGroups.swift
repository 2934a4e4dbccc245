import StandinKit
import WireForm

extension Org {
    /// `GET /api/v1/groups`.
    mutating func listGroups(_ call: Call) throws -> Reply {
        let expansion = try GroupExpansion(call)
        let isMeant = try groupSearch(call)
        if let sortBy = call.query("sortBy"), call.query("search") != nil {
            return try sortedGroups(call, isMeant, by: sortBy, expansion)
        }
        let isQuick = call.query("q") != nil
        let limit = try call.limit(default: isQuick ? 300 : 10_000, most: 10_000)
        let cursor = try call.cursor(self)
        let page = try Self.page(of: &groups, call, after: cursor, limit: limit, where: isMeant)
        return Reply(
            page.rows.map { json($0, call.origin, expansion) }, own: call.own,
            next: page.hasMore && !isQuick ? call.next(after: page.last, self) : nil)
    }

    private mutating func sortedGroups(
        _ call: Call, _ isMeant: (OktaGroup) -> Bool, by attribute: String, _ expansion: GroupExpansion
    ) throws -> Reply {
        let isDescending = try Self.isDescending(call.query("sortOrder"))
        func key(_ group: OktaGroup) -> String {
            if case .text(let text)? = group.values(of: attribute, ignoresCase: true).first { text } else { "" }
        }
        let sorted = groups.rows.filter(isMeant).map { (key($0), $0) }.sorted { ($0.0, $0.1.id) < ($1.0, $1.1.id) }
        let start = try call.cursor(self) ?? 0
        let limit = try call.limit(default: 10_000, most: 10_000)
        let rows = (isDescending ? sorted.reversed() : sorted).dropFirst(start).prefix(limit)
        let next = start + rows.count < sorted.count ? call.next(after: start + rows.count, self) : nil
        return Reply(rows.map { json($0.1, call.origin, expansion) }, own: call.own, next: next)
    }

    private func groupSearch(_ call: Call) throws(OktaError) -> (OktaGroup) -> Bool {
        let (search, filter, words) = (call.query("search"), call.query("filter"), call.query("q"))
        guard [search, filter, words].count(where: { $0 != nil }) <= 1 else { throw .searchAndFilter }
        if let search {
            let expression = try Self.groupSearchRules.parse(search, ignoresCase: true)
            return { group in expression.matches { group.values(of: $0, ignoresCase: true) } }
        }
        if let filter {
            let expression = try Self.groupFilterRules.parse(filter)
            return { group in expression.matches { group.values(of: $0) } }
        }
        guard let words else { return { _ in true } }
        return { $0.name.lowercased().hasPrefix(words.lowercased()) }
    }

    private static let groupFilterRules = FilterRules(attributes: [
        "id": FilterRules.equality, "type": FilterRules.equality, "lastUpdated": FilterRules.order,
        "lastMembershipUpdated": FilterRules.order,
    ])

    private static let groupSearchRules: FilterRules = {
        let simple: Set<FilterExpression.Operator> = [.eq, .sw, .pr]
        let times = FilterRules.order.union([.pr])
        let words = simple.union([.co])
        return FilterRules(
            attributes: [
                "id": simple, "type": simple, "source.id": simple, "created": times, "lastUpdated": times,
                "lastMembershipUpdated": times, "profile.name": words, "profile.description": words,
            ], others: simple, isKnown: { $0.hasPrefix("profile.") })
    }()

    /// A page of a list in the order of its rows, with what is to go wrong with it.
    static func page<Row>(
        of table: inout Table<Row>, _ call: Call, after cursor: Int?, limit: Int, where isMeant: (Row) -> Bool
    ) throws(OktaError) -> RowPage<Row> {
        let start = cursor ?? table.start
        if call.effects.contains(.emptyPage) { return RowPage(rows: [], last: start, hasMore: true) }
        var page = table.page(after: start, limit: limit, where: isMeant)
        if call.effects.contains(.repeatRow), let last = table.lastOrdinal(upTo: start, where: isMeant),
            let row = table.page(after: last - 1, limit: 1, where: isMeant).rows.first
        {
            page.rows.insert(row, at: 0)
        }
        return page
    }
}

extension OktaGroup {
    func values(of attribute: String, ignoresCase: Bool = false) -> [FilterValue] {
        func text(_ text: String?) -> [FilterValue] {
            text.map { [.text(ignoresCase ? $0.lowercased() : $0)] } ?? []
        }
        return switch attribute {
        case "id": text(id)
        case "type": text(type.rawValue)
        case "source.id": text(sourceApp)
        case "created": [.time(created)]
        case "lastUpdated": [.time(lastUpdated)]
        case "lastMembershipUpdated": [.time(lastMembershipUpdated)]
        default: profile[String(attribute.dropFirst(8))]?.filterValues(ignoresCase: ignoresCase) ?? []
        }
    }
}
