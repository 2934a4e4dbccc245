import StandinKit
import WireForm

/// Which users a list is of: `search`, `filter`, `q`, or all that are not deprovisioned.
struct UserSearch {
    let isMeant: (OktaUser) -> Bool
    /// Whether it is `q`, which has one short page.
    let isQuick: Bool

    init(_ call: Call, _ org: Org) throws(OktaError) {
        let (search, filter, words) = (call.query("search"), call.query("filter"), call.query("q"))
        guard [search, filter, words].count(where: { $0 != nil }) <= 1 else { throw .searchAndFilter }
        isQuick = words != nil
        if let search {
            let expression = try Self.searchRules(org).parse(search, ignoresCase: true)
            isMeant = { user in expression.matches { user.values(of: $0, ignoresCase: true) } }
        } else if let filter {
            let expression = try Self.filterRules.parse(filter)
            isMeant = { user in expression.matches { user.values(of: $0) } }
        } else if let words {
            let start = words.lowercased()
            isMeant = { user in user.status != .deprovisioned && user.hasName(startingWith: start) }
        } else {
            isMeant = { $0.status != .deprovisioned }
        }
    }

    private static let filterRules = FilterRules(attributes: [
        "status": FilterRules.equality, "id": FilterRules.equality, "lastUpdated": FilterRules.order,
        "profile.login": FilterRules.equality, "profile.email": FilterRules.equality,
        "profile.firstName": FilterRules.equality, "profile.lastName": FilterRules.equality,
    ])

    private static func searchRules(_ org: Org) -> FilterRules {
        let all: Set<FilterExpression.Operator> = [.eq, .ge, .gt, .le, .lt, .sw, .pr, .co]
        let attributes = [
            "id", "status", "created", "activated", "statusChanged", "lastUpdated", "lastLogin", "type.id",
        ]
        return FilterRules(
            attributes: Dictionary(uniqueKeysWithValues: attributes.map { ($0, all) }), others: all,
            isKnown: { $0.hasPrefix("profile.") && org.hasProfileAttribute(String($0.dropFirst(8))) })
    }
}

extension OktaUser {
    /// The values of an attribute, as expressions name it.
    func values(of attribute: String, ignoresCase: Bool = false) -> [FilterValue] {
        func text(_ text: String) -> [FilterValue] { [.text(ignoresCase ? text.lowercased() : text)] }
        func time(_ time: Timestamp?) -> [FilterValue] { time.map { [.time($0)] } ?? [] }
        switch attribute {
        case "id": return text(id)
        case "status": return text(status.rawValue)
        case "type.id": return text(typeID)
        case "created": return time(created)
        case "activated": return time(activated)
        case "statusChanged": return time(statusChanged)
        case "lastUpdated": return time(lastUpdated)
        case "lastLogin": return time(lastLogin)
        default: return profile[String(attribute.dropFirst(8))]?.filterValues(ignoresCase: ignoresCase) ?? []
        }
    }

    fileprivate func hasName(startingWith start: String) -> Bool {
        ["firstName", "lastName", "email", "login"].contains {
            profileText($0)?.lowercased().hasPrefix(start) ?? false
        }
    }
}

extension JSONValue {
    /// The value, or what a list holds, as expressions compare it.
    func filterValues(ignoresCase: Bool = false) -> [FilterValue] {
        switch self {
        case .string(let text): [.text(ignoresCase ? text.lowercased() : text)]
        case .number(let text): Double(text).map { [.number($0)] } ?? []
        case .bool(let flag): [.flag(flag)]
        case .array(let elements): elements.flatMap { $0.filterValues(ignoresCase: ignoresCase) }
        case .null, .object: []
        }
    }
}
