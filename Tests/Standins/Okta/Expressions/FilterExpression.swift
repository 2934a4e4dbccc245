import StandinKit

/// An expression of `filter` and `search`, as SCIM has it.
indirect enum FilterExpression: Sendable {
    case comparison(Comparison)
    case and(FilterExpression, FilterExpression)
    case or(FilterExpression, FilterExpression)
    case not(FilterExpression)

    enum Operator: String, Sendable, CaseIterable {
        case eq, ne, gt, ge, lt, le, sw, ew, co, pr
    }

    /// `profile.login eq "a"`.
    struct Comparison: Sendable {
        let attribute: String
        let comparator: Operator
        /// What it is compared with; nothing for `pr`.
        let literal: FilterValue?
    }

    /// Everything that is compared.
    var comparisons: [Comparison] {
        switch self {
        case .comparison(let comparison): [comparison]
        case .and(let left, let right), .or(let left, let right): left.comparisons + right.comparisons
        case .not(let inner): inner.comparisons
        }
    }

    /// Whether something with these attributes is meant; an attribute with several values fits when one of them does.
    func matches(_ values: (String) -> [FilterValue]) -> Bool {
        switch self {
        case .comparison(let comparison): comparison.matches(values(comparison.attribute))
        case .and(let left, let right): left.matches(values) && right.matches(values)
        case .or(let left, let right): left.matches(values) || right.matches(values)
        case .not(let inner): !inner.matches(values)
        }
    }
}

/// What an attribute or a literal is.
enum FilterValue: Sendable {
    case text(String)
    case number(Double)
    case flag(Bool)
    case time(Timestamp)
}

extension FilterExpression.Comparison {
    func matches(_ values: [FilterValue]) -> Bool {
        guard let literal else { return values.contains { !$0.isEmpty } }
        if comparator == .ne { return !values.contains { $0.compares(.eq, literal) } }
        return values.contains { $0.compares(comparator, literal) }
    }
}

extension FilterValue {
    fileprivate var isEmpty: Bool {
        if case .text(let text) = self { text.isEmpty } else { false }
    }

    fileprivate func compares(_ comparator: FilterExpression.Operator, _ literal: FilterValue) -> Bool {
        switch (self, literal) {
        case (.text(let left), .text(let right)): left.compares(comparator, right)
        case (.number(let left), .number(let right)): comparator.holds(left, right)
        case (.flag(let left), .flag(let right)): comparator == .eq && left == right
        case (.time(let left), .text(let right)): Timestamp(right).map { comparator.holds(left, $0) } ?? false
        default: false
        }
    }
}

extension String {
    fileprivate func compares(_ comparator: FilterExpression.Operator, _ other: String) -> Bool {
        switch comparator {
        case .sw: hasPrefix(other)
        case .ew: hasSuffix(other)
        case .co: contains(other)
        default: comparator.holds(self, other)
        }
    }
}

extension FilterExpression.Operator {
    fileprivate func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
        switch self {
        case .eq: left == right
        case .ne: left != right
        case .gt: left > right
        case .ge: left >= right
        case .lt: left < right
        case .le: left <= right
        case .sw, .ew, .co, .pr: false
        }
    }
}
