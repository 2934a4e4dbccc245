import Foundation
import Testing

@Suite struct `baton explorer` {
    private let folder: TemporaryFolder
    private let baton: String
    private let file: String

    /// A copy of the program stands alone, whatever is built beside the real one.
    init() throws {
        folder = try TemporaryFolder()
        baton = folder.path("baton")
        try FileManager.default.copyItem(atPath: BatonRun.program, toPath: baton)
        file = folder.path("sync.c1z")
        var made = MadeFile()
        made.resources = [MadeFile.person("u1", "Ann")]
        try made.write(to: file)
    }

    /// Puts a `lantern` there that tells how it was called.
    private func addLantern(to place: String) throws {
        let script =
            "#!/bin/sh\necho \"process $$ in $0\"\nprintf '%s\\n' \"$@\"\ngrep SigBlk /proc/self/status\nexit 7\n"
        _ = try folder.write(place, Array(script.utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path(place))
    }

    /// Runs a command of the shell; again while a file that was just written is still open in a child of another test.
    private func shell(_ command: String, environment: [String: String] = [:]) throws -> BatonRun {
        for _ in 0..<100 {
            let run = try BatonRun.ofShell(command, environment: environment)
            if run.status != 126, !run.error.contains("text file busy") { return run }
            usleep(50_000)
        }
        return try BatonRun.ofShell(command, environment: environment)
    }

    private func sync() throws -> String {
        let text = try BatonRun.of(["-f", file, "syncs", "-o", "json"]).text
        return String(try #require(text.firstMatch(of: /"id":\s*"([^"]+)"/)).1)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status"), "there is no /proc"))
    func `becomes the lantern beside it, which hears every signal`() throws {
        try addLantern(to: "lantern")
        let run = try shell(
            "'\(baton)' -f '\(file)' explorer -p 0 -t user & echo \"started $!\"; wait $!")
        #expect(run.status == 7, "\(run.error)")
        let lines = run.text.split(separator: "\n").map(String.init)
        let started = try #require(lines.first { $0.hasPrefix("started ") }).dropFirst("started ".count)
        #expect(lines.contains("process \(started) in \(folder.path("lantern"))"), "\(lines)")
        let words = lines.filter { !$0.hasPrefix("started ") && !$0.hasPrefix("process ") }
        #expect(
            words == [
                "explore", "--host", "127.0.0.1", "--port", "0", "--sync-id", try sync(), "--resource-type", "user",
                "--", file, "SigBlk:\t0000000000000000",
            ])
    }

    @Test func `finds lantern in PATH`() throws {
        try FileManager.default.createDirectory(atPath: folder.path("bin"), withIntermediateDirectories: true)
        try addLantern(to: "bin/lantern")
        let run = try shell(
            "'\(baton)' -f '\(file)' explorer --no-browser",
            environment: ["PATH": folder.path("bin") + ":/usr/bin:/bin"])
        #expect(run.status == 7)
        #expect(run.text.contains("--no-browser\n"))
    }

    @Test func `says what is missing and what to do`() throws {
        let run = try shell("'\(baton)' -f '\(file)' explorer")
        #expect(run.status == 2)
        #expect(
            run.error
                == "Error: explorer: the program lantern is neither beside baton nor in a folder of PATH. Install it there.\n"
        )
    }

    @Test func `refuses --dev, a missing file and a sync that isn't there`() throws {
        try addLantern(to: "lantern")
        let dev = try shell("'\(baton)' -f '\(file)' explorer --dev")
        #expect(dev.status == 2)
        #expect(dev.error == "Error: --dev: the pages have no development server here. Leave it out.\n")
        let missing = try shell("'\(baton)' -f /nowhere/sync.c1z explorer")
        #expect(missing.status == 2)
        #expect(missing.error.hasPrefix("Error: /nowhere/sync.c1z: "))
        let bogus = try shell("'\(baton)' -f '\(file)' explorer --sync-id bogus")
        #expect(bogus.status == 5)
        #expect(bogus.output.isEmpty)
    }

    @Test func `is listed, and hides --dev`() throws {
        #expect(try BatonRun.of([]).text.contains("  explorer "))
        let help = try BatonRun.of(["explorer", "--help"]).text
        for flag in ["-p, --port", "--host", "-t, --resource-type", "--sync-id"] { #expect(help.contains(flag)) }
        #expect(!help.contains("--dev"))
    }
}
