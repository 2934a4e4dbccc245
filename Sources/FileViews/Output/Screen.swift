import AccessModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Standard output as a person sees it: perhaps a terminal, with a size and colours.
final class Screen {
    /// Where results go.
    let output: Output
    /// Whether a person looks on.
    let isTerminal: Bool
    /// The columns of the terminal; nil when the output isn't one.
    let width: Int?
    /// Whether colours are welcome.
    let hasColours: Bool

    private let height: Int
    private let environment: [String: String]
    private var pager: Pager?

    init(environment: [String: String], output: Output = Output(to: STDOUT_FILENO, named: "standard output")) {
        self.environment = environment
        self.output = output
        isTerminal = isatty(output.descriptor) == 1
        let size = isTerminal ? Self.size(of: output.descriptor) : nil
        width = size.map(\.columns)
        height = size.map(\.rows) ?? 0
        hasColours = isTerminal && environment["NO_COLOR"] == nil && environment["TERM"] != "dumb"
    }

    /// A screen with settings of its own, for tests.
    init(output: Output, width: Int?, hasColours: Bool) {
        environment = [:]
        self.output = output
        isTerminal = width != nil
        self.width = width
        self.hasColours = hasColours
        height = 0
    }

    /// Sends what follows through the pager when it is more than fits on the terminal.
    func expect(lines: Int) throws {
        guard isTerminal, height > 0, lines >= height, pager == nil else { return }
        try output.flush()
        guard let pager = Pager(environment: environment) else { return }
        self.pager = pager
        output.descriptor = pager.input
    }

    /// Waits for the pager, if there is one.
    func close() throws {
        guard let pager else { return }
        self.pager = nil
        do {
            try output.flush()
        } catch is ReaderLeft {
            // The person has left the pager, which is no error.
        }
        try pager.close()
    }

    /// `text` in a colour, when colours are welcome.
    func coloured(_ colour: Colour, _ text: String) -> String {
        hasColours ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    private static func size(of descriptor: Int32) -> (columns: Int, rows: Int)? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }
}

/// Colours by their ANSI codes.
enum Colour: String {
    case brightCyan = "96"
    case gray = "90"
    case banner = "97;1;104"
    case info = "30;46"
    case success = "30;42"
}
