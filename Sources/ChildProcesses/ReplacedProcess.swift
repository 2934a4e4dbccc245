#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// This process, going on as another program.
public enum ReplacedProcess {
    /// Goes on as the program at `path`, which keeps the terminal, the number of this process and what is sent to it.
    ///
    /// - Parameters:
    ///   - path: where the program is.
    ///   - arguments: its own name first.
    ///   - environment: its variables; it gets no others.
    /// - Throws: ``StartFailure`` when the system refuses; then nothing has changed.
    public static func become(
        _ path: String, _ arguments: [String], environment: [String: String]
    ) throws(StartFailure) -> Never {
        // Threads of the pool hold most signals back, and the program would inherit that: Ctrl C would no longer end it.
        var none = sigset_t()
        var held = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &held)
        let pipes = signal(SIGPIPE, SIG_DFL)
        let problem = CStrings.lend(arguments) { arguments in
            CStrings.lend(environment.map { "\($0.key)=\($0.value)" }) { environment in
                execve(path, arguments, environment)
                return errno
            }
        }
        _ = signal(SIGPIPE, pipes)
        pthread_sigmask(SIG_SETMASK, &held, nil)
        throw StartFailure(errno: problem)
    }
}

/// Arrays of texts as the system's calls take them.
enum CStrings {
    /// Calls `body` with a null-terminated array of C strings.
    ///
    /// Copies, as the calls want all of them at once, and Swift lends the bytes of one string at a time.
    static func lend(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Int32) -> Int32 {
        var pointers = strings.map { strdup($0) }
        defer { pointers.forEach { free($0) } }
        // A null in the middle would end the list early.
        guard !pointers.contains(nil) else { return ENOMEM }
        pointers.append(nil)
        return body(pointers)
    }
}
