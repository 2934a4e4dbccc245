public import AccessModel

/// Why AWS, or a service that speaks like it, didn't do what was asked.
public struct AWSError: Error, Sendable, CustomStringConvertible, StatusCoded {
    /// What it amounts to.
    public let statusCode: StatusCode
    /// One line for a person: what was asked, what is wrong, what to do.
    public let description: String
    /// The code of the service, such as `NoSuchKey`; empty when it didn't say one.
    public let code: String

    /// An error with its text.
    public init(_ statusCode: StatusCode, _ description: String, code: String = "") {
        self.statusCode = statusCode
        self.description = description
        self.code = code
    }
}
