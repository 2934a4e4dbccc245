/// What an endpoint lets one ask for.
struct FilterRules: Sendable {
    /// Attributes and the operators that each may be used with.
    let attributes: [String: Set<FilterExpression.Operator>]
    /// The operators of all other attributes that `isKnown` says exist.
    var others: Set<FilterExpression.Operator> = []
    var isKnown: @Sendable (String) -> Bool = { _ in false }

    static let equality: Set<FilterExpression.Operator> = [.eq]
    static let order: Set<FilterExpression.Operator> = [.eq, .gt, .ge, .lt, .le]

    /// Reads an expression and refuses what the endpoint doesn't know.
    func parse(_ text: String, ignoresCase: Bool = false) throws(OktaError) -> FilterExpression {
        let expression = try FilterParser.parse(text, ignoresCase: ignoresCase)
        for comparison in expression.comparisons {
            let operators = attributes[comparison.attribute] ?? (isKnown(comparison.attribute) ? others : [])
            guard operators.contains(comparison.comparator) else { throw .invalidSearch }
        }
        return expression
    }
}
