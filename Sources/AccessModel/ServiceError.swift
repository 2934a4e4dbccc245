public import BatonWire

/// The canonical status codes of gRPC.
///
/// Programs of the ecosystem also exit with these numbers.
public enum StatusCode: Int, Sendable {
    case cancelled = 1
    case unknown = 2
    case invalidArgument = 3
    case deadlineExceeded = 4
    case notFound = 5
    case alreadyExists = 6
    case permissionDenied = 7
    case resourceExhausted = 8
    case failedPrecondition = 9
    case aborted = 10
    case outOfRange = 11
    case unimplemented = 12
    case `internal` = 13
    case unavailable = 14
    case dataLoss = 15
    case unauthenticated = 16
}

extension StatusCode {
    /// The name everybody knows it by, such as `PermissionDenied`.
    public var name: String {
        let word = String(describing: self)
        return word.prefix(1).uppercased() + word.dropFirst()
    }
}

/// An error that carries a gRPC status: what a connector throws, what the sync engine decides on, what a program exits with.
public struct ServiceError: Error, Sendable, CustomStringConvertible {
    /// How to treat it: `unavailable` and `deadlineExceeded` are tried again, `notFound` skips one object, the rest ends the sync.
    public let code: StatusCode

    /// One line for a person: where, what is wrong, what to do.
    public let message: String

    /// When the application asked to wait, how long.
    public let rateLimit: C1_Connector_V2_RateLimitDescription?

    /// Whether it is a judgement on what was collected: going on from there would only bring it again.
    public let isVerdict: Bool

    /// How it came about: where it ended up first, where it began last.
    public let causes: [Cause]

    /// One step on the way of an error.
    public struct Cause: Sendable {
        /// What went wrong there, without what follows from deeper down.
        public let problem: String
        /// The status it had there.
        public let code: StatusCode
    }

    /// An error with a code and a text for a person.
    public init(
        _ code: StatusCode, _ message: String, rateLimit: C1_Connector_V2_RateLimitDescription? = nil,
        isVerdict: Bool = false
    ) {
        self.init(
            code, message, rateLimit: rateLimit, isVerdict: isVerdict, causes: [Cause(problem: message, code: code)])
    }

    /// What `error` means, with a remark of where it happened in front.
    ///
    /// A `ServiceError` keeps all it carries; any other error has its own status, or `unknown`.
    public init(_ context: String, because error: any Error) {
        let code = StatusCode(of: error)
        let origin =
            error as? ServiceError
            ?? ServiceError(code, "\(error)", causes: [Cause(problem: "\(type(of: error)): \(error)", code: code)])
        self = origin.adding(context)
    }

    private init(
        _ code: StatusCode, _ message: String, rateLimit: C1_Connector_V2_RateLimitDescription? = nil,
        isVerdict: Bool = false, causes: [Cause]
    ) {
        self.code = code
        self.message = message
        self.rateLimit = rateLimit
        self.isVerdict = isVerdict
        self.causes = causes
    }

    /// The same error with a remark of where it happened in front.
    public func adding(_ context: String) -> ServiceError {
        ServiceError(
            code, "\(context): \(message)", rateLimit: rateLimit, isVerdict: isVerdict,
            causes: [Cause(problem: context, code: code)] + causes)
    }

    /// The message.
    public var description: String { message }
}

/// An error that knows which gRPC status it amounts to.
public protocol StatusCoded: Error {
    /// The status, which is also the exit code of a program that ends with this error.
    var statusCode: StatusCode { get }
}

extension ServiceError: StatusCoded {
    /// The code.
    public var statusCode: StatusCode { code }
}

extension StatusCode {
    /// The status of any error: its own if it has one, `cancelled` for cancellation, otherwise `unknown`.
    public init(of error: any Error) {
        switch error {
        case let error as any StatusCoded: self = error.statusCode
        case is CancellationError: self = .cancelled
        default: self = .unknown
        }
    }
}
