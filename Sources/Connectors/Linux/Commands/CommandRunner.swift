import ChildProcesses

/// Runs the tools of the system.
///
/// Tests put their own in its place.
protocol CommandRunner: Sendable {
    /// Runs `program` with `arguments`, without a shell.
    ///
    /// - Parameter input: what it reads from its standard input, the only place for secrets: others see the arguments.
    /// - Throws: `CommandError` when it can't be started, takes too long or says too much.
    func run(_ program: String, _ arguments: [String], input: [UInt8]?) async throws -> CommandOutput
}

extension CommandRunner {
    /// Runs `program` with `arguments` and without input.
    func run(_ program: String, _ arguments: [String]) async throws -> CommandOutput {
        try await run(program, arguments, input: nil)
    }
}
