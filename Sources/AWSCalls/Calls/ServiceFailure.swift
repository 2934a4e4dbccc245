package import AccessModel
package import ConnectorHTTP
import WireForm

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// An answer that is none of what was asked for.
package struct ServiceFailure: Sendable {
    package let status: Int
    /// What the service calls it, such as `NoSuchKey`.
    package let code: String
    /// What the service says of it.
    package let message: String
    /// The region in which to ask instead.
    package let region: String?
    private let dateText: String

    /// A failure told in XML.
    package init(_ answer: WireAnswer, _ xml: XMLValues) {
        self.init(
            answer, code: xml["Code"] ?? Self.codes[answer.status] ?? "", message: xml["Message"] ?? "",
            region: xml["Region"])
    }

    /// A failure told in XML or JSON.
    package init(_ answer: WireAnswer) {
        guard let json = try? JSONValue(parsing: Array(answer.body)), case .object = json else {
            self.init(answer, XMLValues(answer.body))
            return
        }
        // Such as com.amazonaws.sso#AccessDeniedException, and with an address behind it in the field.
        let name = json["__type"]?.string ?? json["code"]?.string ?? answer.fields["x-amzn-ErrorType"] ?? ""
        let code = name.split(separator: "#").last?.split(separator: ":").first ?? ""
        self.init(
            answer, code: code.isEmpty ? Self.codes[answer.status] ?? "" : String(code),
            message: json["message"]?.string ?? json["Message"]?.string ?? "", region: nil)
    }

    private init(_ answer: WireAnswer, code: String, message: String, region: String?) {
        status = answer.status
        self.code = OneLine.text(code, limit: 64)
        self.message = OneLine.text(message, limit: 300)
        self.region = answer.fields["x-amz-bucket-region"] ?? region
        dateText = answer.fields["Date"] ?? ""
    }

    /// Answers without a body that says more.
    private static let codes = [
        301: "PermanentRedirect", 403: "AccessDenied", 404: "NotFound", 412: "PreconditionFailed",
        503: "ServiceUnavailable",
    ]

    /// The time of the service.
    package func date(now: Date) -> Date? { HTTPDate.parse(dateText, now: now) }

    /// What the service says that a policy doesn't allow, such as `kms:Decrypt`.
    package var missingPermission: String? {
        guard let words = message.firstRange(of: "not authorized to perform: ") else { return nil }
        let action = message[words.upperBound...].prefix {
            $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ":" || $0 == "-")
        }
        return action.contains(":") ? String(action) : nil
    }

    /// Whether the service's clock and this one are too far apart.
    package var isSkewed: Bool {
        if ["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"].contains(code) { return true }
        return ["SignatureDoesNotMatch", "InvalidSignatureException"].contains(code)
            && (message.hasPrefix("Signature expired") || message.hasPrefix("Signature not yet current"))
    }

    /// Whether the credentials were good once.
    package var isExpired: Bool {
        ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "InvalidToken"].contains(code)
    }

    /// Whether the service knows no such credentials, or not this secret.
    package var isUnknownKey: Bool {
        [
            "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "SignatureDoesNotMatch",
            "InvalidSignatureException", "IncompleteSignature", "AuthFailure", "MissingAuthenticationToken",
        ].contains(code)
    }

    /// Whether a policy forbids it.
    package var isDenied: Bool {
        ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"].contains(code)
    }

    /// Whether more was asked than the service wants to be asked.
    package var isThrottled: Bool { status == 429 || Self.throttles.contains(code) }

    private static let throttles: Set = [
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
        "TooManyRequestsException", "ProvisionedThroughputExceededException", "RequestLimitExceeded",
        "BandwidthLimitExceeded", "LimitExceededException", "RequestThrottled", "SlowDown", "EC2ThrottledException",
        "PriorRequestNotComplete", "TransactionInProgressException",
    ]

    /// Whether the same may work in a moment.
    package var isPassing: Bool {
        isThrottled || [500, 502, 503, 504].contains(status)
            || ["InternalError", "InternalFailure", "RequestTimeout", "RequestTimeoutException", "OperationAborted"]
                .contains(code)
    }

    /// Whether the bucket lives in another region.
    package var isElsewhere: Bool {
        [301, 307].contains(status) || (status == 400 && region != nil)
            || ["AuthorizationHeaderMalformed", "IllegalLocationConstraintException"].contains(code)
    }

    /// Whether what was asked for isn't there.
    package var isAbsent: Bool {
        status == 404 || ["NoSuchEntity", "ResourceNotFoundException", "NoSuchBucket"].contains(code)
    }

    /// What it amounts to.
    package var statusCode: StatusCode {
        switch (status, code) {
        case _ where isAbsent: .notFound
        case _ where isUnknownKey || isExpired, (401, _): .unauthenticated
        case _ where isPassing: .unavailable
        case (_, "EntityAlreadyExists"): .alreadyExists
        case (_, "LimitExceeded"), (_, "ServiceQuotaExceededException"): .resourceExhausted
        case _ where isDenied, (403, _): .permissionDenied
        case (409, _), (412, _), (_, "ConflictException"): .aborted
        case (_, "ValidationError"), (_, "ValidationException"), (_, "InvalidInput"): .invalidArgument
        default: .failedPrecondition
        }
    }

    /// Code and message, for a person.
    package var text: String {
        let what = code.isEmpty ? "status \(status)" : code
        return message.isEmpty ? what : "\(what) (\(message.hasSuffix(".") ? String(message.dropLast()) : message))"
    }
}

extension Origin {
    /// Host and port as they stand in the field `Host`.
    package var authority: String { hasStandardPort ? host : "\(host):\(port)" }
}
