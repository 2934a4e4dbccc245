public import AccessModel

/// Why an object can't be read or written.
public struct StorageError: Error, Sendable, CustomStringConvertible, StatusCoded {
    /// What it amounts to.
    public let statusCode: StatusCode
    /// One line for a person: which object, what is wrong, what to do.
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
