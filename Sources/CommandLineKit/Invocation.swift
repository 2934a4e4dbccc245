/// One call of a command.
public struct Invocation: Sendable {
    /// The words that lead to the command, the program's name first.
    public let command: [String]
    /// The values of the flags it knows.
    public let flags: ParsedFlags
    /// What is left: words that are neither flags, nor their values, nor commands.
    public let arguments: [String]
    /// What was noticed while reading the values and should be told to the person, one sentence each.
    public let remarks: [String]
}

/// A mistake in how a program was called.
public struct UsageError: Error, Sendable, CustomStringConvertible {
    /// One line for a person.
    public let message: String
    /// What was probably meant, for the line below.
    let hint: String?

    /// A mistake.
    public init(_ message: String) {
        self.init(message, hint: nil)
    }

    init(_ message: String, hint: String?) {
        self.message = message
        self.hint = hint
    }

    /// The message.
    public var description: String { message }
}
