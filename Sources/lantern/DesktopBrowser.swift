import ChildProcesses
import CommandLineKit
import Dispatch

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The browser of whoever sits at this machine.
struct DesktopBrowser: Sendable {
    private let opener: String
    private let environment: [String: String]

    /// Finds the program that opens addresses; nil when there is none, or no screen to show a browser on.
    init?(environment: [String: String]) {
        #if os(Linux)
        let name = "xdg-open"
        let hasScreen = ["DISPLAY", "WAYLAND_DISPLAY"].contains { environment[$0]?.isEmpty == false }
        #else
        let name = "open"
        let hasScreen = true
        #endif
        let folders = environment["PATH", default: "/usr/bin:/bin"].split(separator: ":")
        guard hasScreen, let opener = ProgramFile.find(name, in: folders) else { return nil }
        self.opener = opener
        self.environment = environment
    }

    /// Shows an address, and says so on standard error when that fails; nobody waits for it.
    func open(_ address: String) {
        // The shell keeps the browser from writing on this terminal, long after it was opened.
        let words = ["sh", "-c", "exec \"$0\" \"$1\" >/dev/null 2>&1", opener, address]
        let variables = environment.map { "\($0.key)=\($0.value)" }
        let started: StartedProcess
        do throws(StartFailure) {
            started = try StartedProcess(at: "/bin/sh", words, environment: variables)
        } catch {
            return Self.tell(String(cString: strerror(error.errno)).lowercased())
        }
        close(started.output)
        close(started.errors)
        let (process, opener) = (started.process, opener)
        DispatchQueue(label: "lantern.browser").async {
            var ending: Int32 = 0
            while waitpid(process, &ending, 0) < 0, errno == EINTR {}
            if ending != 0 { Self.tell("\(opener) failed") }
        }
    }

    private static func tell(_ reason: String) {
        StandardStreams.process.error("error opening browser: \(reason). Open the address yourself.\n")
    }
}
