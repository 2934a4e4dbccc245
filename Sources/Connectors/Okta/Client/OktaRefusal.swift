import AccessModel
import ConnectorHTTP
import WireForm

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An answer in which Okta says, by a code, why it doesn't do what was asked.
struct OktaRefusal: StatusCoded, CustomStringConvertible {
    /// Such as `E0000007`; empty when the answer has none.
    let code: String
    /// What is wrong in detail, one line each.
    let causes: [String]
    let statusCode: StatusCode
    let description: String

    /// What went wrong while `doing`; nil when the answer is none with a refusal.
    init?(_ answer: HTTPAnswer<Data>, doing: String, scope: OktaScope) {
        guard answer.status >= 400 else { return nil }
        let body = (try? JSONValue(parsing: Array(answer.body))) ?? .null
        code = body["errorCode"]?.string ?? ""
        causes = (body["errorCauses"]?.elements ?? []).compactMap { $0["errorSummary"]?.string }
        statusCode = Self.status(code, answer.status)
        let summary = body["errorSummary"]?.string ?? "status \(answer.status)"
        let words = ([summary] + causes).joined(separator: "; ")
        let cure = ["E0000006", ""].contains(code) && answer.status == 403 ? Self.cure(scope) : ""
        description = "\(doing): \(code.isEmpty ? "" : "\(code): ")\(words.oneLine).\(cure)"
    }

    /// Whether the object that was asked for isn't there.
    var isAbsence: Bool { statusCode == .notFound }

    /// Whether who asks may not do this.
    var isDenied: Bool { code == "E0000006" }

    /// Whether the cursor of a page is one that Okta doesn't know, or no longer.
    var saysCursorIsOld: Bool { code == "E0000029" }

    private static func status(_ code: String, _ status: Int) -> StatusCode {
        switch (code, status) {
        case ("E0000007", _), ("E0000008", _), (_, 404): .notFound
        case (_, 403): .permissionDenied
        case (_, 409): .alreadyExists
        case (_, 412): .failedPrecondition
        default: .invalidArgument
        }
    }

    private static func cure(_ scope: OktaScope) -> String {
        " It takes an administrator role that may do this; with OAuth also the scope \(scope.rawValue), granted to the app."
    }
}

extension String {
    /// The text without line breaks, control characters and a point at its end, 500 characters at most.
    fileprivate var oneLine: String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: unicodeScalars.prefix(500).map { $0.value < 32 || $0.value == 127 ? " " : $0 })
        return String(text.last == "." ? String.UnicodeScalarView(text.dropLast()) : text)
    }
}
