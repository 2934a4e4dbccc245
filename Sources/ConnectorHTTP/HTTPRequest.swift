import AccessModel

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What is asked of the application.
public struct HTTPRequest: Sendable {
    /// The method of a request.
    public enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    let method: Method
    private let path: RequestPath
    private let query: [QueryParameter]
    /// The address of a later page, in place of path and query.
    private var page: String?
    /// Fields beside those that the client adds.
    public var fields = HeaderFields()
    /// What is sent along.
    public private(set) var body: Data?
    /// What the body is, unless `fields` say otherwise.
    private var contentType: String?
    /// Statuses outside 200–299 that are an answer here and no error, such as 404 where absence is what was asked for.
    public var acceptedStatuses: Set<Int> = []
    /// How long all of it may take; nil for the client's own.
    public var timeout: Duration?

    /// A request for `path` below the client's base address.
    public init(_ method: Method, _ path: RequestPath, query: [QueryParameter] = []) {
        self.method = method
        self.path = path
        self.query = query
    }

    /// The same request for another page, whose address the application gave and a file may have stored.
    ///
    /// It is only sent when it leads to the client's own origin, since credentials go with it.
    /// - Parameter page: an address, or a token that holds one; empty for the first page, which is this request.
    public func following(_ page: String) -> HTTPRequest {
        guard !page.isEmpty else { return self }
        var copy = self
        copy.page = page
        return copy
    }

    /// The request with `value` as its JSON body.
    public func sending(json value: some Encodable) throws -> HTTPRequest {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return sending(try encoder.encode(value), as: "application/json")
    }

    /// The request with `parameters` as a form.
    public func sending(form parameters: [QueryParameter]) -> HTTPRequest {
        sending(Data(PercentEncoding.form(parameters).utf8), as: "application/x-www-form-urlencoded")
    }

    /// The request with a body of any kind; a `Content-Type` among ``fields`` goes before this one.
    public func sending(_ body: Data, as contentType: String) -> HTTPRequest {
        var copy = self
        copy.body = body
        copy.contentType = contentType
        return copy
    }

    /// The request, for which these statuses are answers, too.
    public func accepting(_ statuses: Int...) -> HTTPRequest {
        var copy = self
        copy.acceptedStatuses.formUnion(statuses)
        return copy
    }

    /// Whether sending it twice does what sending it once does.
    var isIdempotent: Bool {
        method == .get || method == .head || fields["Idempotency-Key"] != nil || fields["X-Idempotency-Key"] != nil
    }

    /// The fields that go out with it.
    func fields(over standard: HeaderFields) -> HeaderFields {
        var all = standard
        if let contentType { all["Content-Type"] = contentType }
        for field in fields { all[field.name] = nil }
        for field in fields { all.add(field.name, field.value) }
        return all
    }

    /// Where it goes, seen from a client with this base.
    func address(below base: WebAddress) throws -> WebAddress {
        guard let page else { return try first(below: base) }
        guard let address = base.resolving(page) else {
            throw ServiceError(
                .invalidArgument, "\(base.origin.text): the stored address of the next page is malformed.")
        }
        guard address.origin == base.origin else {
            throw ServiceError(
                .invalidArgument,
                "\(base.origin.text): the next page lies on \(address.origin.text). Credentials don't go there; check the configured address."
            )
        }
        return address
    }

    private func first(below base: WebAddress) throws -> WebAddress {
        if let flaw = path.flaw {
            throw ServiceError(.invalidArgument, "\(base.withoutQuery)\(path.template): \(flaw).")
        }
        let root = base.path.hasSuffix("/") ? String(base.path.dropLast()) : base.path
        let joined = root + (path.text.hasPrefix("/") || path.text.isEmpty ? path.text : "/\(path.text)")
        let parts = joined.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let address = WebAddress(
            origin: base.origin, path: String(parts[0]), query: parts.count == 2 ? String(parts[1]) : base.query)
        return address.adding(query)
    }

    /// Which endpoint it is, ids and pages aside.
    var endpoint: String {
        let path = path.template.prefix { $0 != "?" }
        return path.hasPrefix("/") ? String(path.dropFirst()) : String(path)
    }
}
