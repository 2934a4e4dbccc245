public import AccessModel
public import BatonWire
public import SwiftProtobuf
public import WireForm

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What the application answered.
public struct HTTPAnswer<Body: Sendable>: Sendable {
    /// The status, such as 200.
    public let status: Int
    /// The header fields.
    public let fields: HeaderFields
    /// The body, decoded or as it came.
    public let body: Body
    /// What the answer says of the application's rate limit; nil when nothing, or when it comes from the cache.
    public let rateLimit: C1_Connector_V2_RateLimitDescription?
    /// The id under which the application knows the request.
    public var requestID: String? { RequestID.of(fields, redaction) }

    /// Where it came from, after redirects.
    let address: WebAddress
    /// What must not be seen of it.
    let redaction: Redaction
    /// How long the client waited for the limit to be lifted before it asked.
    var waited: Duration = .zero

    /// Remarks for the page made of this answer: the rate limit, and the time waited for it.
    public var annotations: [Annotation] {
        var annotations: [Annotation] = []
        if let rateLimit { annotations.append(carrying: rateLimit) }
        if waited > .zero {
            let report = C1_Connector_V2_RateLimitWaitReport.with {
                $0.waitMs = waited.components.seconds * 1000 + waited.components.attoseconds / 1_000_000_000_000_000
            }
            annotations.append(carrying: report)
        }
        return annotations
    }

    /// The same answer with another body.
    public func with<Other: Sendable>(_ body: Other) -> HTTPAnswer<Other> {
        HTTPAnswer<Other>(
            status: status, fields: fields, body: body, rateLimit: rateLimit, address: address, redaction: redaction,
            waited: waited)
    }

    /// Where it came from, for an error: the address without its query, and the application's id of the request.
    public var place: String {
        redaction.hiding(in: address.withoutQuery) + (requestID.map { " (request \($0))" } ?? "")
    }
}

extension HTTPAnswer where Body == Data {
    /// The body as a JSON value of type `Value`.
    ///
    /// - Throws: a `ServiceError` when the answer isn't JSON, or not of this shape.
    public func decoded<Value: Decodable & Sendable>(
        as type: Value.Type, by decoder: JSONDecoder = JSONDecoder()
    ) throws -> HTTPAnswer<Value> {
        try checkJSON()
        do {
            return with(try decoder.decode(type, from: body))
        } catch let error as DecodingError {
            let problem = redaction.line(Self.text(error), limit: 200)
            throw ServiceError(.internal, "\(place): the answer has another shape than expected: \(problem).")
        }
    }

    /// The body as JSON of any shape.
    ///
    /// - Throws: a `ServiceError` when the answer isn't JSON.
    public func json() throws -> HTTPAnswer<JSONValue> {
        try checkJSON()
        do {
            return with(try JSONValue(parsing: Array(body)))
        } catch {
            throw ServiceError(.internal, "\(place): the answer is no valid JSON: \(error).")
        }
    }

    private func checkJSON() throws {
        let contentType = fields["Content-Type"] ?? ""
        guard contentType.lowercased().hasPrefix("application"), contentType.lowercased().contains("json") else {
            throw ServiceError(
                .unknown,
                "\(place): unexpected content type for JSON response: \(redaction.line(contentType, limit: 80)). status code: \(status)"
            )
        }
    }

    private static func text(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context): "\(path(context, key)) is missing"
        case .typeMismatch(let type, let context): "\(path(context)) is no \(type)"
        case .valueNotFound(_, let context): "\(path(context)) is null"
        default: "it is no valid JSON"
        }
    }

    private static func path(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
        let keys = (context.codingPath + [last].compactMap { $0 }).map {
            $0.intValue.map { "[\($0)]" } ?? $0.stringValue
        }
        return keys.isEmpty ? "the whole" : keys.joined(separator: ".")
    }
}

/// The id that an application gives to a request.
enum RequestID {
    private static let names = [
        "X-Request-Id", "X-Okta-Request-Id", "X-GitHub-Request-Id", "X-Slack-Req-Id", "Request-Id", "X-Amzn-RequestId",
        "X-Amz-Request-Id", "X-ARequestId", "X-Correlation-Id", "X-Trace-Id", "CF-Ray",
    ]

    static func of(_ fields: HeaderFields, _ redaction: Redaction) -> String? {
        for name in names {
            if let value = fields[name], !value.isEmpty { return redaction.line(value, limit: 100) }
        }
        return nil
    }
}
