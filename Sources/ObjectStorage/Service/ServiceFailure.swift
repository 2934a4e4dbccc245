import AccessModel
import ConnectorHTTP

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An answer that is none of what was asked for.
struct ServiceFailure {
    let status: Int
    /// What the service calls it, such as `NoSuchKey`.
    let code: String
    /// What the service says of it.
    let message: String
    /// The region in which to ask instead.
    let region: String?
    private let dateText: String

    init(_ answer: WireAnswer, _ xml: XMLValues) {
        status = answer.status
        code = OneLine.text(xml["Code"] ?? Self.codes[answer.status] ?? "", limit: 64)
        message = OneLine.text(xml["Message"] ?? "", limit: 300)
        region = answer.fields["x-amz-bucket-region"] ?? xml["Region"]
        dateText = answer.fields["Date"] ?? ""
    }

    /// Answers to HEAD have no body that says more.
    private static let codes = [
        301: "PermanentRedirect", 403: "AccessDenied", 404: "NotFound", 412: "PreconditionFailed",
        503: "ServiceUnavailable",
    ]

    /// The time of the service.
    func date(now: Date) -> Date? { HTTPDate.parse(dateText, now: now) }

    /// What the service says that a policy doesn't allow, such as `kms:Decrypt`.
    var missingPermission: String? {
        guard let words = message.firstRange(of: "not authorized to perform: ") else { return nil }
        let action = message[words.upperBound...].prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ":") }
        return action.contains(":") ? String(action) : nil
    }

    /// Whether the service's clock and this one are too far apart.
    var isSkewed: Bool { ["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"].contains(code) }

    /// Whether the credentials were good once.
    var isExpired: Bool {
        ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "InvalidToken"].contains(code)
    }

    /// Whether the same may work in a moment.
    var isPassing: Bool {
        [429, 500, 502, 503, 504].contains(status)
            || ["SlowDown", "InternalError", "RequestTimeout", "ThrottlingException", "Throttling", "OperationAborted"]
                .contains(code)
    }

    /// Whether the bucket lives in another region.
    var isElsewhere: Bool {
        [301, 307].contains(status) || (status == 400 && region != nil)
            || ["AuthorizationHeaderMalformed", "IllegalLocationConstraintException"].contains(code)
    }

    /// What it amounts to.
    var statusCode: StatusCode {
        switch (status, code) {
        case (_, "NoSuchBucket"), (404, _): .notFound
        case (_, "InvalidAccessKeyId"), (_, "SignatureDoesNotMatch"), (401, _): .unauthenticated
        case _ where isExpired: .unauthenticated
        case (403, _): .permissionDenied
        case (409, _), (412, _): .aborted
        case _ where isPassing: .unavailable
        default: .failedPrecondition
        }
    }

    /// Code and message, for a person.
    var text: String {
        let what = code.isEmpty ? "status \(status)" : code
        return message.isEmpty ? what : "\(what) (\(message.hasSuffix(".") ? String(message.dropLast()) : message))"
    }
}

/// How long to wait before the same is tried again.
enum Backoff {
    /// Doubled each time up to twenty seconds, and a random part of that.
    static func wait(after attempt: Int) -> Duration {
        .milliseconds(Int64(Double(min(20_000, 100 << min(attempt, 10))) * Double.random(in: 0.5...1)))
    }
}

extension Origin {
    /// Host and port as they stand in the field `Host`.
    var authority: String { hasStandardPort ? host : "\(host):\(port)" }
}
