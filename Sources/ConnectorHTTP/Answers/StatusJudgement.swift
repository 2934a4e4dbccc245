public import AccessModel
import BatonWire
import WireForm

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Which gRPC status an HTTP status amounts to.
enum HTTPStatus {
    static func code(of status: Int) -> StatusCode {
        switch status {
        case 400: .invalidArgument
        case 401: .unauthenticated
        case 403: .permissionDenied
        case 404: .notFound
        case 408: .deadlineExceeded
        case 409: .alreadyExists
        case 429: .unavailable
        case 501: .unimplemented
        case 500...599: .unavailable
        case 400...499: .invalidArgument
        default: .unknown
        }
    }

    private static let reasons = [
        400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
        408: "Request Timeout", 409: "Conflict", 410: "Gone", 412: "Precondition Failed", 413: "Content Too Large",
        422: "Unprocessable Content", 429: "Too Many Requests", 500: "Internal Server Error", 501: "Not Implemented",
        502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
    ]

    static func line(_ status: Int) -> String {
        reasons[status].map { "\(status) \($0)" } ?? "status \(status)"
    }
}

/// What a connector makes of an answer where the HTTP status doesn't tell.
///
/// Such as Slack's `200` with `"ok": false`, or GitHub's `403` when the limit is used up.
public struct Verdict: Sendable {
    /// The status it amounts to.
    public let code: StatusCode
    /// The application's words; nil to take them from the body.
    public let text: String?
    /// How long to wait before asking again, when the answer doesn't say.
    public let retryAfter: Duration?

    /// The answer is an error with this code.
    public init(_ code: StatusCode, _ text: String? = nil, retryAfter: Duration? = nil) {
        self.code = code
        self.text = text
        self.retryAfter = retryAfter
    }
}

/// The application's own words in the body of an error.
enum ApplicationText {
    /// What a JSON body says, as it stands there; nil when it says nothing.
    static func of(_ body: Data) -> String? {
        // What is longer is no message, and what is no JSON is a page for people.
        guard body.count <= Wire.errorBodyLimit, let value = try? JSONValue(parsing: Array(body)) else { return nil }
        return words(value, depth: 0)
    }

    private static let keys = [
        "error_description", "errorSummary", "message", "detail", "error_message", "errorMessage", "title", "error",
        "errors", "errorMessages", "Message", "description", "reason", "code",
    ]

    private static func words(_ value: JSONValue, depth: Int) -> String? {
        guard depth < 4 else { return nil }
        switch value {
        case .string(let text): return text.isEmpty ? nil : text
        case .array(let values):
            let texts = values.prefix(3).compactMap { words($0, depth: depth + 1) }
            return texts.isEmpty ? nil : texts.joined(separator: "; ")
        case .object:
            let found = keys.lazy.compactMap { key in value[key].flatMap { words($0, depth: depth + 1) } }.first
            guard let found, let name = value["error"]?.string, name != found else { return found }
            return "\(name): \(found)"
        case .null, .bool, .number: return nil
        }
    }
}
