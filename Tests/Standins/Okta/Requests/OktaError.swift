import StandinKit
import WireForm

/// What Okta answers when it refuses: its codes, and its body of five members.
struct OktaError: Error {
    let status: Int
    let code: String
    let summary: String
    var causes: [String] = []
    /// Headers that come with it.
    var headers: [(name: String, value: String)] = []

    /// A rule of the endpoint is broken.
    static func validation(_ subject: String, _ causes: String...) -> OktaError { validation(subject, causes) }

    static func validation(_ subject: String, _ causes: [String]) -> OktaError {
        OktaError(status: 400, code: "E0000001", summary: "Api validation failed: \(subject)", causes: causes)
    }

    static let malformedBody = OktaError(
        status: 400, code: "E0000003", summary: "The request body was not well-formed.")

    static let accessDenied = OktaError(
        status: 403, code: "E0000006", summary: "You do not have permission to perform the requested action")

    /// There is no such object, such as `00u1 (User)`.
    static func notFound(_ id: String, _ kind: String) -> OktaError {
        OktaError(status: 404, code: "E0000007", summary: "Not found: Resource not found: \(id) (\(kind))")
    }

    static let unknownPath = OktaError(status: 404, code: "E0000008", summary: "The requested path was not found")

    static let internalError = OktaError(status: 500, code: "E0000009", summary: "Internal Server Error")

    static let invalidToken = OktaError(status: 401, code: "E0000011", summary: "Invalid token provided")

    static let alreadyActive = OktaError(
        status: 403, code: "E0000016", summary: "Activation failed because the user is already active")

    static let wrongMediaType = OktaError(
        status: 400, code: "E0000021",
        summary: "Bad request.  Accept and/or Content-Type headers likely do not match supported values.")

    static let wrongMethod = OktaError(
        status: 405, code: "E0000022", summary: "The endpoint does not support the provided HTTP method")

    static let invalidPaging = OktaError(status: 400, code: "E0000029", summary: "Invalid paging request.")

    static let invalidSearch = OktaError(status: 400, code: "E0000031", summary: "Invalid search criteria.")

    static let unlockForbidden = OktaError(
        status: 403, code: "E0000032", summary: "Unlock is not allowed for this user.")

    static let searchAndFilter = OktaError(
        status: 400, code: "E0000033",
        summary: "Bad request. Can't specify a search query and filter in the same request.")

    static func typeMismatch(_ text: String) -> OktaError {
        OktaError(status: 400, code: "E0000037", summary: "Type mismatch exception.  \(text)")
    }

    static let wrongStatus = OktaError(
        status: 403, code: "E0000038", summary: "This operation is not allowed in the user's current status.")

    static let credentialsNotForScheme = OktaError(
        status: 400, code: "E0000041", summary: "Credentials should not be set on this resource based on the scheme.",
        causes: ["User level credentials should not be provided for this scheme."])

    static let grantedByGroup = OktaError(
        status: 403, code: "E0000046", summary: "Deactivate application for user forbidden.",
        causes: [
            "The application cannot be unassigned from the user while their group memberships grant them access."
        ])

    static let tooManyRequests = OktaError(
        status: 429, code: "E0000047", summary: "API call exceeded rate limit due to too many requests.")

    static let unsupportedOperation = OktaError(status: 501, code: "E0000060", summary: "Unsupported operation.")

    static let roleAlreadyAssigned = OktaError(
        status: 409, code: "E0000090", summary: "The role specified is already assigned to the user.")

    static let wrongEntityTag = OktaError(status: 412, code: "E0000231", summary: "ETag value doesn't match.")

    static func expiredPasswordNeeds(_ code: String, _ what: String) -> OktaError {
        let text = "Could not create user. To create a user and expire their password immediately, \(what)"
        return OktaError(status: 400, code: code, summary: text, causes: [text])
    }

    func json(id: String) -> JSONValue {
        [
            "errorCode": .string(code), "errorSummary": .string(summary), "errorLink": .string(code),
            "errorId": .string(id), "errorCauses": .array(causes.map { ["errorSummary": .string($0)] }),
        ]
    }
}
