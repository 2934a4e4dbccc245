import CLinuxCalls

#if canImport(Glibc)
public import Glibc
#else
public import Darwin
#endif

/// Why a process could not be started.
public struct StartFailure: Error {
    /// The number of the system's error.
    public let errno: Int32
}

/// A process that was just started, and the pipes to and from it.
///
/// Whoever has it waits for its end and closes the pipes.
public struct StartedProcess {
    /// Where its standard input comes from.
    public enum Input: Sendable {
        /// There is none.
        case none
        /// A pipe.
        case pipe
    }

    /// Its number, which is also that of its process group.
    public let process: pid_t
    /// The end of the pipe from which its standard output is read.
    public let output: Int32
    /// The end of the pipe from which its standard error is read.
    public let errors: Int32
    /// The end of the pipe to which its standard input is written with ``write(_:to:)``; nil when it has none.
    ///
    /// The process sees the end of its input only when this is closed.
    public let input: Int32?

    /// Starts a program in a process group of its own.
    ///
    /// Whoever has the group can end the program together with all that it started.
    ///
    /// - Parameters:
    ///   - path: where the program is.
    ///   - arguments: its own name first.
    ///   - environment: its variables as `NAME=value`; it gets no others.
    ///   - input: where its standard input comes from.
    /// - Throws: ``StartFailure``; then nothing is left open.
    public init(
        at path: String, _ arguments: [String], environment: [String], input: Input = .none
    ) throws(StartFailure) {
        // Whoever started this process may have left it ignoring its children's ends; then none could be learnt.
        if lantern_ignores(SIGCHLD) != 0 { _ = signal(SIGCHLD, SIG_DFL) }
        let pipes = try Self.pipes(input == .pipe ? 3 : 2)
        let given = pipes.count > 2 ? pipes[2] : nil
        var started: pid_t = 0
        let problem = Self.spawn(
            path, arguments, environment, given?.reading, pipes[0].writing, pipes[1].writing, into: &started)
        close(pipes[0].writing)
        close(pipes[1].writing)
        if let given { close(given.reading) }
        guard problem == 0 else {
            close(pipes[0].reading)
            close(pipes[1].reading)
            if let given { close(given.writing) }
            throw StartFailure(errno: problem)
        }
        process = started
        output = pipes[0].reading
        errors = pipes[1].reading
        self.input = given?.writing
    }

    /// Writes what the pipe takes at once, never waiting and never raising SIGPIPE.
    ///
    /// - Returns: how many bytes it took, or nil when nobody reads it any more.
    public static func write(_ bytes: ArraySlice<UInt8>, to input: Int32) -> Int? {
        let written = bytes.withUnsafeBytes { lantern_write_at_once(input, $0.baseAddress, $0.count) }
        return written < 0 ? nil : Int(written)
    }

    private static func pipes(_ count: Int) throws(StartFailure) -> [(reading: Int32, writing: Int32)] {
        var pipes: [(reading: Int32, writing: Int32)] = []
        do {
            while pipes.count < count { pipes.append(try pipe()) }
        } catch {
            for pipe in pipes {
                close(pipe.reading)
                close(pipe.writing)
            }
            throw error
        }
        return pipes
    }

    /// A pipe whose ends other processes don't inherit.
    public static func pipe() throws(StartFailure) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard lantern_pipe(&ends) == 0 else { throw StartFailure(errno: errno) }
        return (ends[0], ends[1])
    }

    private static func spawn(
        _ path: String, _ arguments: [String], _ environment: [String], _ input: Int32?, _ output: Int32,
        _ errors: Int32, into process: inout pid_t
    ) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        let problems = [
            input.map { posix_spawn_file_actions_adddup2(&actions, $0, 0) }
                ?? posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0),
            posix_spawn_file_actions_adddup2(&actions, output, 1),
            posix_spawn_file_actions_adddup2(&actions, errors, 2),
        ]
        if let problem = problems.first(where: { $0 != 0 }) { return problem }
        // What this process ignores or holds back, its children would ignore and hold back too.
        var ordinary = sigset_t()
        var none = sigset_t()
        sigemptyset(&ordinary)
        sigemptyset(&none)
        for signal in [SIGPIPE, SIGINT, SIGTERM, SIGQUIT, SIGCHLD] { sigaddset(&ordinary, signal) }
        posix_spawnattr_setsigdefault(&attributes, &ordinary)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        return CStrings.lend(arguments) { arguments in
            CStrings.lend(environment) { environment in
                posix_spawn(&process, path, &actions, &attributes, arguments, environment)
            }
        }
    }
}
