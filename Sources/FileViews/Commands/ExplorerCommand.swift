import C1Z
import ChildProcesses
import CommandLineKit

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension BatonProgram {
    /// Shows the file in a browser: `lantern explore`, with the sync that every other command shows.
    var explorer: Command {
        let flags = [
            Flag("port", shorthand: "p", .int, help: "The port to listen on", default: "8080"),
            Flag("host", help: "The host to listen on, a loopback address", default: "127.0.0.1"),
            Self.typeFlag, Self.syncFlag,
            Flag("no-browser", .bool, help: "Open no browser"),
            Flag("dev", .bool, help: "Run the pages' own development server", hidden: true),
        ]
        return command("explorer", "Run explorer UI in local browser", flags: flags) { call in
            guard !call.flags.bool("dev") else {
                throw OutputError("--dev", "the pages have no development server here. Leave it out.")
            }
            try Explorer(call).run()
        }
    }
}

/// `lantern explore`, in place of this process.
private struct Explorer {
    let call: Call

    init(_ call: Call) { self.call = call }

    func run() throws {
        let program = try program
        // Opened here too, so that what is wrong with the file is told as everywhere, and the same sync is shown.
        let words = ["lantern", "explore"] + (try choice) + ["--", call.file]
        do throws(StartFailure) {
            try ReplacedProcess.become(program, words, environment: call.environment)
        } catch {
            throw OutputError(program, "can't be run: \(String(cString: strerror(error.errno)).lowercased()).")
        }
    }

    /// The `lantern` that belongs to this program, or else the one that the person can run.
    private var program: String {
        get throws {
            let path = call.environment["PATH", default: "/usr/bin:/bin"].split(separator: ":").map(String.init)
            let folders = (ProgramFile.ownFolder.map { [$0] } ?? []) + path
            guard let found = ProgramFile.find("lantern", in: folders) else {
                throw OutputError(
                    "explorer",
                    "the program lantern is neither beside baton nor in a folder of PATH. Install it there.")
            }
            return found
        }
    }

    private var choice: [String] {
        get throws {
            var words = ["--host", call.flags.string("host"), "--port", String(call.flags.int("port"))]
            if let sync = try call.open().run { words += ["--sync-id", sync.id] }
            let type = call.flags.string("resource-type")
            if !type.isEmpty { words += ["--resource-type", type] }
            if call.flags.bool("no-browser") { words.append("--no-browser") }
            return words
        }
    }
}
