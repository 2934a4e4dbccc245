public import AccessModel

/// Why a credential can't be generated, encrypted or opened.
///
/// No text of it holds a key, a password or any part of what was given: a secret in the wrong place must not reach a log.
public struct CredentialError: StatusCoded, CustomStringConvertible, Equatable {
    /// The kind of failure.
    public enum Code: Sendable {
        case invalidRecipient, invalidKey, invalidOptions, notForThisKey, damaged, unsupported, failed
    }

    /// What kind it is.
    public let code: Code
    /// What it is about, such as `encryption config` or `age file`.
    public let subject: String
    /// What is wrong, and what to do.
    public let problem: String

    /// A failure with `subject`.
    public init(_ code: Code, _ subject: String, _ problem: String) {
        self.code = code
        self.subject = subject
        self.problem = problem
    }

    /// `subject: problem`, on one line.
    public var description: String { "\(subject): \(problem)" }

    /// The status that the reference answers with: what a caller sent is an invalid argument.
    public var statusCode: StatusCode {
        switch code {
        case .invalidRecipient, .invalidOptions, .notForThisKey: .invalidArgument
        case .unsupported: .unimplemented
        case .invalidKey, .damaged, .failed: .unknown
        }
    }
}
