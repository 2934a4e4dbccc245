import ChildProcesses

/// The tools of this machine, found in the system's own folders only.
struct SystemCommands: CommandRunner {
    var secondsAllowed = 30
    var outputLimit = 64 << 20
    /// Whether a tool is ended when nobody waits for it any more; one that changes something comes to its own end.
    var endsWhenCancelled = true

    private static let folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]
    private static let environment = ["LC_ALL=C", "PATH=" + folders.joined(separator: ":")]

    func run(_ program: String, _ arguments: [String], input: [UInt8]?) async throws -> CommandOutput {
        guard let path = ProgramFile.find(program, in: Self.folders) else {
            throw CommandError.notFound(program)
        }
        var child = try RunningCommand(program, at: path, arguments, environment: Self.environment, input: input)
        child.endsWhenCancelled = endsWhenCancelled
        return try child.finish(within: secondsAllowed, outputLimit: outputLimit)
    }
}
