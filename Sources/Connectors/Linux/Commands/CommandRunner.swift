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

/// What a tool said.
struct CommandOutput: Sendable {
    var status: Int32
    var output: [UInt8]
    /// The first bytes of what it said of its problems.
    var remarks: [UInt8] = []
}

/// Why a tool could not be used.
enum CommandError: Error, Sendable, CustomStringConvertible {
    case notFound(String)
    case notStarted(String, errno: Int32)
    case timedOut(String, seconds: Int)
    case tooMuchOutput(String)
    case failed(String, status: Int32, remark: String)

    /// One line for a person.
    var description: String {
        switch self {
        case .notFound(let program): "\(program): is not installed."
        case .notStarted(let program, let number): "\(program): can't be started, error \(number)."
        case .timedOut(let program, let seconds): "\(program): gave no answer within \(seconds) seconds."
        case .tooMuchOutput(let program): "\(program): wrote more than can be taken."
        case .failed(let program, let status, let remark):
            "\(program): ended with status \(status)" + (remark.isEmpty ? "." : ": \(remark)")
        }
    }
}
