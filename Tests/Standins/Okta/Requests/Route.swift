import StandinKit

/// An endpoint: what it is called, who may ask, and what may be asked.
struct Route: Sendable {
    typealias Handler = @Sendable (inout Org, Call) throws -> Reply

    let method: String
    /// The path, with names in braces for what stands for something.
    let path: String
    private let parts: [String]
    /// The scope that an access token must have.
    let scope: String
    let query: Set<String>
    /// What the body may be; nil when there must be none.
    let body: BodyShape?
    let bodyIsOptional: Bool
    let handler: Handler

    init(
        _ method: String, _ path: String, _ scope: String, query: Set<String> = [], body: BodyShape? = nil,
        bodyIsOptional: Bool = false, _ handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        parts = path.split(separator: "/").map(String.init)
        self.scope = scope
        self.query = query
        self.body = body
        self.bodyIsOptional = bodyIsOptional
        self.handler = handler
    }

    /// What the names in the path stand for; nil when it is another path.
    func parameters(in segments: [String]) -> [String: String]? {
        guard segments.count == parts.count else { return nil }
        var parameters: [String: String] = [:]
        for (part, segment) in zip(parts, segments) {
            if part.hasPrefix("{") {
                parameters[String(part.dropFirst().dropLast())] = segment
            } else if part != segment {
                return nil
            }
        }
        return parameters
    }

    /// Whether the endpoint only shows.
    var isReading: Bool { method == "GET" }

    /// Whether it is about administrators.
    var isAboutRoles: Bool { scope.hasPrefix("okta.roles.") }

    /// Every endpoint there is.
    static let all: [Route] = users + groups + apps + iam + others
}
