/// A command: what it is called, which flags it knows, and what it does.
public struct Command: Sendable {
    /// The word that calls it.
    public var name: String
    /// One line for the list of commands.
    public var summary: String
    /// The text on top of its `--help`; the summary stands in when it is empty.
    public var details: String
    /// Command lines to show in `--help`.
    public var example: String
    /// Flags of this command alone.
    public var flags: [Flag]
    /// Flags of this command and everything below it.
    public var persistentFlags: [Flag]
    /// The commands below it.
    public var subcommands: [Command]
    /// Whether `--help` and completion leave it out.
    public var hidden: Bool
    /// What it does; a command without shows its help.
    public var run: (@Sendable (Invocation) async throws -> Void)?
    /// What must hold between its flags.
    public var flagRules: [FlagRule] = []
    /// Whether it runs whatever its flags are: nothing is required, and neither variables nor files are read.
    public var ignoresConfiguration = false
    /// Whether it does without what its program requires; variables and files are read all the same.
    public var requiresNothing = false
    /// Whether words it can't use are an error; usually they are ignored.
    var refusesArguments = false

    /// Declares a command.
    public init(
        _ name: String, summary: String, details: String = "", example: String = "", flags: [Flag] = [],
        persistentFlags: [Flag] = [], subcommands: [Command] = [], hidden: Bool = false,
        run: (@Sendable (Invocation) async throws -> Void)? = nil
    ) {
        self.name = name
        self.summary = summary
        self.details = details
        self.example = example
        self.flags = flags
        self.persistentFlags = persistentFlags
        self.subcommands = subcommands
        self.hidden = hidden
        self.run = run
    }
}
