#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A program with commands and flags.
///
/// To the commands it is given it adds `help`, `completion`, `--help` and `--version`.
public struct CommandLineProgram: Sendable {
    /// Values that come neither from the command line nor from the environment, such as those of a file.
    public struct OutsideValues: Sendable {
        /// The values by flag name.
        public var values: [String: FlagValue]
        /// What should be told to the person, one sentence each.
        public var remarks: [String]

        /// Some values and remarks.
        public init(_ values: [String: FlagValue] = [:], remarks: [String] = []) {
            self.values = values
            self.remarks = remarks
        }
    }

    /// How an error looks.
    public enum ErrorStyle: Sendable {
        /// `Error:` and the message, and for mistakes in the call a second line with the way to help.
        case explained
        /// The message alone.
        case bare
    }

    /// The command that stands for the program itself.
    public let root: Command
    /// What `--version` tells.
    public let version: String
    /// The exit status of an error.
    public var exitStatus: @Sendable (any Error) -> Int32 = CommandLineProgram.usualExitStatus
    /// Where it prints.
    public var streams = StandardStreams.process
    /// How an error looks.
    public var errorStyle = ErrorStyle.explained
    /// Asked after the command line and the environment, whose values it is told, and before anything is required.
    public var outsideValues: @Sendable ([Flag], ParsedFlags) throws -> OutsideValues = { _, _ in OutsideValues() }

    /// A program.
    public init(_ root: Command, version: String) {
        self.root = root
        self.version = version
    }

    /// 2, but for a cancelled task, which is 1.
    public static func usualExitStatus(_ error: any Error) -> Int32 {
        error is CancellationError ? 1 : 2
    }

    /// Runs the command that `arguments` (without the program's name) ask for.
    ///
    /// Prints what has to be printed and returns the exit status.
    public func run(_ arguments: [String], environment: [String: String]) async -> Int32 {
        _ = signal(SIGPIPE, SIG_IGN)
        let tree = BuiltInCommands(for: root, version: version, streams: streams).completeRoot
        var place = root.name
        do {
            let (path, words) = try CommandSearch.search(arguments, from: tree)
            place = path.text
            try await run(path, words, environment)
            return 0
        } catch {
            report(error, at: place)
            return exitStatus(error)
        }
    }

    private func run(_ path: CommandPath, _ words: [String], _ environment: [String: String]) async throws {
        var parser = FlagParser(path.flags, reading: words)
        try parser.parse()
        if parser.values.bool("help") { return streams.output(HelpText(path).text) }
        if path.isRoot, parser.values.bool("version") {
            return streams.output("\(root.name) version \(version)\n")
        }
        if path.leaf.refusesArguments, let word = parser.arguments.first {
            throw CommandSearch.unknownCommand(word, in: path)
        }
        guard let action = path.leaf.run else { return streams.output(HelpText(path).text) }
        let (flags, remarks) = try complete(parser.values, for: path, environment)
        try await action(
            Invocation(command: path.words, flags: flags, arguments: parser.arguments, remarks: remarks))
    }

    private func complete(
        _ given: ParsedFlags, for path: CommandPath, _ environment: [String: String]
    ) throws -> (ParsedFlags, remarks: [String]) {
        guard !path.leaf.ignoresConfiguration else { return (given, []) }
        var flags = given
        try flags.takeVariables(environment, for: path.flags)
        let outside = try outsideValues(path.flags, flags)
        flags.take(outside.values, for: path.flags)
        guard !path.leaf.requiresNothing else { return (flags, outside.remarks) }
        try flags.checkRequired(path.flags)
        try flags.check(path.commands.flatMap(\.flagRules))
        return (flags, outside.remarks)
    }

    private func report(_ error: any Error, at place: String) {
        let text = error is CancellationError ? "cancelled" : String(describing: error).showingControls
        guard errorStyle == .explained else { return streams.error(text + "\n") }
        streams.error("Error: \(text)\n")
        guard let mistake = error as? UsageError else { return }
        let guess = mistake.hint.map { "Did you mean '\($0)'? " } ?? ""
        streams.error("\(guess)Run '\(place) --help' for usage.\n")
    }
}
