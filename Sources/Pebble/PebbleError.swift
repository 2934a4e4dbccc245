/// What is wrong with a Pebble database.
public struct PebbleError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: Sendable {
        /// The bytes are not what they must be.
        case corrupt
        /// They are well formed and use something that this reader doesn't know.
        case unsupported
    }

    /// What kind it is.
    public let code: Code
    /// The file inside the database, and the place in it.
    public let place: String
    /// What is wrong there.
    public let problem: String

    /// A failure at a place.
    public init(_ code: Code, _ place: String, _ problem: String) {
        self.code = code
        self.place = place
        self.problem = problem
    }

    /// Place and problem.
    public var description: String { "\(place): \(problem)" }
}
