/// What a data source fetches from an external data source, and when.
public struct Feed: Sendable {
    /// The id of the external data source.
    public let externalSourceID: String
    /// What people call that.
    public let externalSourceName: String
    /// The key of the object, or the path within the folder.
    public let key: String
    /// When it is looked at.
    public let schedule: Schedule
    /// When it is looked at next, in seconds since 1970; nil while it is paused.
    public let nextCheckAt: Int64?
    /// When it was last looked at, in seconds since 1970.
    public let checkedAt: Int64?
    /// Why that failed; empty when it didn't.
    public let error: String
    /// How often in a row that has failed.
    public let failures: Int
    /// What tells the content that was fetched last from others; empty when nothing was.
    public let objectState: String

    /// Goes up when something else is to be fetched.
    let revision: Int64
}

/// What a look found is of no use: something else is to be fetched by now, or nothing any more.
public struct FeedChanged: Error, CustomStringConvertible {
    /// The data source.
    public let name: String
    /// One line for a person.
    public var description: String { "\(name): something else is to be fetched by now." }
}

/// One look at what a data source is fetched from.
public struct Check: Sendable {
    /// What came of it.
    public enum Outcome: String, Sendable {
        /// The content that was there before.
        case unchanged
        /// Another content, which is imported.
        case fetched
        /// It couldn't be fetched.
        case error
    }

    /// When, in seconds since 1970.
    public let at: Int64
    /// What came of it.
    public let outcome: Outcome
    /// What was wrong, or what was fetched.
    public let detail: String
    /// The import of what was fetched.
    public let importID: String?
}
