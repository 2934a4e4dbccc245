#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What is known of the terminal this process runs in.
struct Terminal: Sendable {
    /// Whether a person reads standard output.
    var showsOutput: Bool
    /// Whether a person reads standard error, on something that can redraw a line.
    var showsErrors: Bool
    /// How wide it is.
    var width: @Sendable () -> Int

    /// The terminal of this process.
    static func current(_ environment: [String: String]) -> Terminal {
        let isDumb = environment["TERM", default: ""].isEmpty || environment["TERM"] == "dumb"
        return Terminal(
            showsOutput: isatty(STDOUT_FILENO) == 1, showsErrors: isatty(STDERR_FILENO) == 1 && !isDumb,
            width: currentWidth)
    }

    @Sendable private static func currentWidth() -> Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
