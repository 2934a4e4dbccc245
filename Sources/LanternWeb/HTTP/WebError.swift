import AccessModel
import HTTPTypes
import LanternCatalog
import LanternSignIn

/// Why a request can't be answered as it was meant.
struct WebError: Error, CustomStringConvertible {
    let status: HTTPResponse.Status
    let code: StatusCode
    let description: String

    init(_ status: HTTPResponse.Status, _ code: StatusCode, _ description: String) {
        self.status = status
        self.code = code
        self.description = description
    }

    static let notSignedIn = WebError(.unauthorized, .unauthenticated, "Sign in first.")
    static let notFound = WebError(.notFound, .notFound, "There is nothing at this address.")
    static let forbidden = WebError(.forbidden, .permissionDenied, "Your role doesn't allow this.")
    static let staleForm = WebError(
        .forbidden, .permissionDenied, "This form is too old, or was sent by another page. Open the page again.")

    static func badRequest(_ description: String) -> WebError {
        WebError(.badRequest, .invalidArgument, description)
    }

    /// The error as a client is to see it; one of ours keeps its words, any other keeps them to the log.
    init(_ error: any Error) {
        switch error {
        case let error as WebError: self = error
        case let error as CatalogError: self.init(error.statusCode, error.description)
        case let error as SignInError: self.init(error.statusCode, error.description)
        default:
            self.init(
                .internalServerError, .internal, "Something went wrong here, and it is in the server's log.")
        }
    }

    private init(_ code: StatusCode, _ description: String) {
        let status: HTTPResponse.Status =
            switch code {
            case .invalidArgument: .badRequest
            case .notFound: .notFound
            case .alreadyExists, .failedPrecondition, .aborted: .conflict
            case .permissionDenied: .forbidden
            case .unauthenticated: .unauthorized
            case .resourceExhausted: .tooManyRequests
            case .outOfRange: .contentTooLarge
            case .unimplemented: .notImplemented
            case .unavailable, .deadlineExceeded: .serviceUnavailable
            default: .internalServerError
            }
        self.init(status, code, description)
    }
}
