import CLinuxCalls

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Why a process could not be started.
struct StartFailure: Error {
    let errno: Int32
}

/// A process that was just started, and the pipes it writes to.
struct StartedProcess {
    let process: pid_t
    let output: Int32
    let errors: Int32

    /// Starts `program` in a process group of its own, without arguments and without input.
    ///
    /// Whoever has the group can end the program together with all that it started.
    init(_ program: String, _ variables: [String: String]) throws(StartFailure) {
        let output = try Self.pipe()
        let errors: (reading: Int32, writing: Int32)
        do {
            errors = try Self.pipe()
        } catch {
            close(output.reading)
            close(output.writing)
            throw error
        }
        var started: pid_t = 0
        let problem = Self.spawn(program, variables, output.writing, errors.writing, into: &started)
        close(output.writing)
        close(errors.writing)
        guard problem == 0 else {
            close(output.reading)
            close(errors.reading)
            throw StartFailure(errno: problem)
        }
        process = started
        self.output = output.reading
        self.errors = errors.reading
    }

    /// A pipe whose ends other processes don't inherit.
    static func pipe() throws(StartFailure) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard lantern_pipe(&ends) == 0 else { throw StartFailure(errno: errno) }
        return (ends[0], ends[1])
    }

    private static func spawn(
        _ program: String, _ variables: [String: String], _ output: Int32, _ errors: Int32, into process: inout pid_t
    ) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)
        // What the runner ignores or holds back, its children would ignore and hold back too.
        var ordinary = sigset_t()
        var none = sigset_t()
        sigemptyset(&ordinary)
        sigemptyset(&none)
        for signal in [SIGPIPE, SIGINT, SIGTERM, SIGQUIT] { sigaddset(&ordinary, signal) }
        posix_spawnattr_setsigdefault(&attributes, &ordinary)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        let settings = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return withCStrings([program]) { arguments in
            withCStrings(settings) { settings in
                posix_spawn(&process, program, &actions, &attributes, arguments, settings)
            }
        }
    }

    /// Calls `body` with a null-terminated array of C strings.
    private static func withCStrings(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Int32
    ) -> Int32 {
        var pointers = strings.map { strdup($0) }
        defer { pointers.forEach { free($0) } }
        pointers.append(nil)
        return body(pointers)
    }
}
