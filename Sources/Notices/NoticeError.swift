public import AccessModel

/// Why a notice didn't reach everybody.
public struct NoticeError: Error, Sendable, CustomStringConvertible, StatusCoded {
    /// What it amounts to.
    public let statusCode: StatusCode
    /// One line for a person: where, what is wrong, what to do; never a secret.
    public let description: String

    /// An error with its text.
    public init(_ statusCode: StatusCode, _ description: String) {
        self.statusCode = statusCode
        self.description = description
    }
}
