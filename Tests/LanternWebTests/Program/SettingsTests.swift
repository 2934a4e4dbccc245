import CommandLineKit
import Foundation
import Synchronization
import Testing

@testable import lantern

@Suite struct `a setting of the server` {
    private let folder: ProgramFolder

    init() throws { folder = try ProgramFolder() }

    /// The flags with which `serve` would run.
    private func flags(_ arguments: [String], _ environment: [String: String]) async throws -> ParsedFlags {
        let seen = Seen()
        let program = LanternProgram(environment: environment).program
        var root = program.root
        let place = try #require(root.subcommands.firstIndex { $0.name == "serve" })
        root.subcommands[place].run = { call in seen.flags.withLock { $0 = call.flags } }
        var probe = CommandLineProgram(root, version: "")
        probe.outsideValues = program.outsideValues
        probe.streams = StandardStreams(output: { _ in }, error: { text in seen.complaint.withLock { $0 += text } })
        let status = await probe.run(["serve"] + arguments, environment: environment)
        guard status == 0 else { throw UsageError(seen.complaint.withLock { $0 }) }
        return try #require(seen.flags.withLock { $0 })
    }

    private final class Seen: Sendable {
        let flags = Mutex<ParsedFlags?>(nil)
        let complaint = Mutex("")
    }

    @Test func `is a flag, a variable and a key, which the documentation tells`() throws {
        let root = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let text = try String(contentsOf: root.appending(path: "docs/server.md"), encoding: .utf8)
        for flag in Settings.serving + [Settings.dataFolder, Settings.file] {
            let variable = "LANTERN_" + flag.name.uppercased().replacing("-", with: "_")
            #expect(flag.variable == variable)
            let key = flag.name == Settings.file.name ? "–" : "`\(flag.name)`"
            #expect(text.contains("| `--\(flag.name)` | `\(variable)` | \(key) |"), "\(flag.name)")
        }
        let serve = LanternProgram(environment: [:]).program.root.subcommands.first { $0.name == "serve" }
        #expect(serve?.flags.allSatisfy { $0.variable != nil } == true)
    }

    @Test func `comes from the flag, then the variable, then the file, then the default`() async throws {
        let file = try folder.write(
            """
            data-dir: /srv/a
            listen: 127.0.0.1:1
            upload-limit-mib: 7
            no-tls: true
            """, to: "lantern.yaml")
        let environment = ["LANTERN_CONFIG": file, "LANTERN_LISTEN": "127.0.0.1:2", "LANTERN_DATA_DIR": "/srv/b"]
        let flags = try await flags(["--data-dir", "/srv/c"], environment)
        #expect(flags.string("data-dir") == "/srv/c")
        #expect(flags.string("listen") == "127.0.0.1:2")
        #expect(flags.int("upload-limit-mib") == 7)
        #expect(flags.bool("no-tls"))
        #expect(flags.string("log-level") == "info")
        let named = try await self.flags(["--config", file], ["LANTERN_CONFIG": "/nowhere"])
        #expect(named.string("listen") == "127.0.0.1:1")
    }

    @Test(arguments: [
        ("lisen: x", "there is no setting \"lisen\". It can have: data-dir, listen, tls-cert, tls-key, "),
        ("config: other.yaml", "there is no setting \"config\""),
        ("upload-limit-mib: much", "upload-limit-mib is not a whole number"),
        ("no-tls: perhaps", "no-tls is neither true nor false"),
        ("listen: [a, b]", "listen is not a text"), ("listen: [::1]:8443", "is not valid YAML"),
        ("just text", "is not a list of settings"),
    ]) func `that can't be read is told in one line`(text: String, complaint: String) async throws {
        let file = try folder.write(text + "\n", to: "lantern.yaml")
        let error = await #expect(throws: UsageError.self) { _ = try await flags(["--config", file], [:]) }
        let lines = error?.message.split(separator: "\n") ?? []
        #expect(lines.first?.hasPrefix("Error: \(file): \(complaint)") == true, "\(lines)")
    }

    @Test func `is found in the file by every command`() throws {
        let data = folder.path + "/data"
        let file = try folder.write("data-dir: \(data)\nlisten: 127.0.0.1:1\n", to: "lantern.yaml")
        let ended = try LanternProcess(["doctor"], in: folder, environment: ["LANTERN_CONFIG": file]).end()
        #expect(ended.error.hasPrefix("Error: \(data): holds no data"))
        let missing = try LanternProcess(["doctor", "--config", "/nowhere/x.yaml"], in: folder).end()
        #expect(missing.error.hasPrefix("Error: /nowhere/x.yaml: can't be read, no such file or directory. Correct"))
    }
}
