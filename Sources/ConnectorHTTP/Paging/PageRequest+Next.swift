import AccessModel
public import ConnectorKit

/// The ways applications page, each a token that stands for its page by itself.
///
/// All of them throw when the next page would be the one just read, since that would never end.
extension PageRequest {
    /// A cursor in the body: Slack's `next_cursor`, Google's `nextPageToken`, AWS's `NextToken`, GraphQL's `endCursor`.
    ///
    /// - Parameter cursor: nil or empty on the last page.
    public func next(cursor: String?) throws -> String? {
        guard let cursor, !cursor.isEmpty else { return nil }
        return try checked(cursor)
    }

    /// The address of the next page in the body, such as `@odata.nextLink`; ask for it with ``HTTPRequest/following(_:)``.
    public func next<Body>(address: String?, in answer: HTTPAnswer<Body>) throws -> String? {
        guard let address, !address.isEmpty else { return nil }
        guard let target = answer.address.resolving(address) else {
            throw ServiceError(.internal, "\(answer.place): the address of the next page is malformed.")
        }
        guard target.origin == answer.address.origin else {
            throw ServiceError(
                .invalidArgument,
                "\(answer.place): the next page lies on \(target.origin.text). Credentials don't go there; check the configured address."
            )
        }
        guard target != answer.address else { throw stuck }
        return try checked(target.text)
    }

    /// The address in the `Link` field; ask for it with ``HTTPRequest/following(_:)``.
    public func next<Body>(linkIn answer: HTTPAnswer<Body>) throws -> String? {
        try next(address: LinkHeader.target("next", in: answer.fields.values(of: "Link")), in: answer)
    }

    /// A parameter of the address in the `Link` field, such as Okta's `after` or GitHub's `page`.
    public func next<Body>(parameter: String, ofLinkIn answer: HTTPAnswer<Body>) throws -> String? {
        guard let link = LinkHeader.target("next", in: answer.fields.values(of: "Link")) else { return nil }
        guard let value = answer.address.resolving(link)?.parameter(parameter), !value.isEmpty else {
            throw ServiceError(
                .internal, "\(answer.place): the link to the next page has no parameter \(parameter).")
        }
        return try checked(value)
    }

    /// A header field with the token or number of the next page, such as GitLab's `X-Next-Page`.
    public func next<Body>(field: String, in answer: HTTPAnswer<Body>) throws -> String? {
        try next(cursor: answer.fields[field])
    }

    /// The offset after this page: Jira's `startAt`.
    ///
    /// - Parameters:
    ///   - count: how many rows came, which may be fewer than were asked for.
    ///   - total: how many there are, when the application says so; without it, a page with no rows is the last.
    public func next(offsetAfter count: Int, of total: Int? = nil) throws -> String? {
        try next(number: offset(), count: count, end: total)
    }

    /// The index after this page, counted from 1: SCIM's `startIndex`.
    public func next(indexAfter count: Int, of total: Int? = nil) throws -> String? {
        try next(number: offset(from: 1), count: count, end: total.map { $0 + 1 })
    }

    /// The page number after this one, for applications that say nothing but the rows: a page with none is the last.
    ///
    /// - Parameter first: the number of the first page.
    public func next(pageAfter count: Int, first: Int = 1) throws -> String? {
        let (next, isHuge) = try offset(from: first).addingReportingOverflow(1)
        guard !isHuge else { throw malformed }
        return count > 0 ? String(next) : nil
    }

    /// The token as a number; `first` when this is the first page.
    public func offset(from first: Int = 0) throws -> Int {
        guard !token.isEmpty else { return first }
        guard let number = Int(token), number >= first else { throw malformed }
        return number
    }

    private func next(number: Int, count: Int, end: Int?) throws -> String? {
        guard count > 0 else { return nil }
        let (next, isHuge) = number.addingReportingOverflow(count)
        guard !isHuge else { throw malformed }
        if let end, next >= end { return nil }
        return String(next)
    }

    private func checked(_ next: String) throws -> String {
        guard !next.hasSameBytes(as: token) else { throw stuck }
        return next
    }

    private var stuck: ServiceError {
        ServiceError(.internal, "pagination does not advance: the application names the page just read as the next.")
    }

    private var malformed: ServiceError {
        ServiceError(.invalidArgument, "the token of the page is no number this application counts by.")
    }
}
