import ChildProcesses

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A program that shows long output page by page.
struct Pager {
    private let stream: UnsafeMutablePointer<FILE>

    /// Starts `$PAGER`, or `less` when it is installed; nil when there is none, or none is wanted.
    init?(environment: [String: String]) {
        guard let command = Self.command(in: environment) else { return nil }
        // The pager must die of a broken pipe and hear Ctrl-C; this process must do neither while it shows something.
        _ = signal(SIGPIPE, SIG_DFL)
        let stream = popen(command, "w")
        _ = signal(SIGPIPE, SIG_IGN)
        guard let stream else { return nil }
        _ = signal(SIGINT, SIG_IGN)
        self.stream = stream
    }

    /// Where to write what it shows.
    var input: Int32 { fileno(stream) }

    /// Waits until the person has seen enough.
    ///
    /// - Throws: an error when the pager couldn't be started, so that nobody has seen anything.
    func close() throws {
        let status = pclose(stream)
        _ = signal(SIGINT, SIG_DFL)
        // What a shell ends with when there is no such program, or it can't be run.
        guard [126, 127].contains(status >> 8) else { return }
        throw OutputError("PAGER", "can't be run. Set it to a program such as less, or to nothing.")
    }

    /// The command line of the pager.
    static func command(in environment: [String: String]) -> String? {
        if let chosen = environment["PAGER"] { return chosen.allSatisfy(\.isWhitespace) ? nil : chosen }
        let folders = (environment["PATH"] ?? "").split(separator: ":")
        return ProgramFile.find("less", in: folders) == nil ? nil : "less -FRX"
    }
}
