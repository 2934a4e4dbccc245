import GRDB

/// Where a page lies in the order of its list, as conditions of a query.
///
/// A page before another is read from there backwards, and turned round afterwards.
struct PagePlace {
    /// What a token begins with that leads to the page before.
    static let backward = "-"

    /// The sort columns of the row beside the page; nil for the first page.
    let values: [CursorValue]?
    let isBackward: Bool

    /// The values as `:after0`, `:after1` and so on.
    var arguments: StatementArguments {
        StatementArguments(
            Dictionary(uniqueKeysWithValues: (values ?? []).enumerated().map { ("after\($0)", $1.databaseValue) }))
    }

    /// The terms of `ORDER BY`.
    func order(_ keys: [String], descending: Bool = false) -> String {
        keys.map { $0 + (descending != isBackward ? " DESC" : "") }.joined(separator: ", ")
    }

    /// What holds for the rows of the page and not for those before it, to be put behind other conditions.
    ///
    /// It is left out of the query for the first page: a condition that may be off would keep the index from being entered where the page
    /// begins.
    func condition(_ keys: [String], descending: Bool = false) -> String {
        guard values != nil else { return "" }
        return " AND \(comparison(keys, from: 0, descending))"
    }

    /// The same for a query whose first key is of another table than the rest: the rows of the first key's value, then those beyond it.
    func conditionsByFirst(_ keys: [String]) -> [String] {
        guard values != nil else { return [""] }
        return [
            " AND \(keys[0]) = :after0 AND \(comparison(Array(keys.dropFirst()), from: 1, false))",
            " AND \(comparison([keys[0]], from: 0, false))",
        ]
    }

    private func comparison(_ keys: [String], from first: Int, _ isDescending: Bool) -> String {
        let places = keys.indices.map { ":after\(first + $0)" }.joined(separator: ", ")
        return "(\(keys.joined(separator: ", "))) \(isDescending != isBackward ? "<" : ">") (\(places))"
    }
}
