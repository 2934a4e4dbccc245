import CommandLineKit
import Foundation
import Testing

private func path(of tool: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(tool)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
}

private func run(_ tool: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(path(of: tool)))
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, output)
}

private func script(for shell: String) async throws -> String {
    let run = await RecordedRun.of(SampleProgram().program, ["completion", shell])
    #expect(run.status == 0)
    return run.output
}

@Suite struct `completion scripts` {
    @Test(arguments: ["bash", "zsh", "fish"].filter { path(of: $0) != nil })
    func `are accepted by their shell`(shell: String) async throws {
        let checked = try run(shell, ["-n", "-c", try await script(for: shell)])
        #expect(checked.status == 0, "\(checked.output)")
    }

    @Test(arguments: ["bash", "zsh", "fish", "powershell"])
    func `leave out what is hidden and carry what is not`(shell: String) async throws {
        let text = try await script(for: shell)
        #expect(!text.contains("secret-door"))
        #expect(!text.contains("plumbing"))
        for word in ["workers", "grants", "export/csv", "version"] { #expect(text.contains(word)) }
    }

    @Test func `exist for four shells only`() async {
        let run = await RecordedRun.of(SampleProgram().program, ["completion", "tcsh"])
        #expect(run.status == 2)
        #expect(run.error.hasPrefix("Error: unknown command \"tcsh\" for \"sample completion\"\n"))
    }

    @Test(
        .enabled(if: path(of: "bash") != nil, "bash is not installed"),
        arguments: [
            (["gr"], ["grants"]), (["e"], ["export"]), (["export", ""], ["csv"]), (["--par"], ["--parallel"]),
            (["grants", "--li"], ["--limit"]), (["--file", "x", "gr"], ["grants"]), (["--file", "="], []),
            (["--file", "=", "x", "gr"], ["grants"]), (["-p", "gr"], ["grants"]), (["--file", "gr"], []),
            (["grants", "--limit", "1", "--ver"], []), (["--ver"], ["--version"]),
            (["completion", "z"], ["zsh"]),
        ])
    func `complete in bash`(words: [String], expected: [String]) async throws {
        let typed = (["sample"] + words).map { "'\($0)'" }.joined(separator: " ")
        let trial = """
            \(try await script(for: "bash"))
            COMP_WORDS=(\(typed)); COMP_CWORD=\(words.count); __sample_complete
            printf '%s\\n' "${COMPREPLY[@]}"; complete -p sample
            """
        let answer = try run("bash", ["--norc", "-c", trial])
        let lines = answer.output.split(separator: "\n").map(String.init)
        #expect(lines.dropLast() == expected[...], "\(answer.output)")
        #expect(lines.last == "complete -o default -F __sample_complete sample")
    }

    @Test(
        .enabled(if: path(of: "zsh") != nil, "zsh is not installed"),
        arguments: [
            (["gr"], "commands grants:Lists grants"), (["export", ""], "commands csv:Writes CSV"),
            (["--file", "gr"], "files"), (["--file=g"], "files"), (["-f", "x", "gr"], "commands grants:Lists grants"),
        ])
    func `complete in zsh`(words: [String], expected: String) async throws {
        let typed = (["sample"] + words).map { "'\($0)'" }.joined(separator: " ")
        let trial = """
            compdef() {}; _files() { print files }; compset() {}
            _describe() { print -r -- "$1 ${(P)2[(r)*rants*]}${(P)2[(r)csv*]}" }
            \(try await script(for: "zsh"))
            words=(\(typed)); CURRENT=\(words.count + 1); _sample
            """
        let answer = try run("zsh", ["-f", "-c", trial]).output
        #expect(answer == expected + "\n")
    }

    @Test(
        .enabled(if: path(of: "fish") != nil, "fish is not installed"),
        arguments: [
            ("sample gr", "grants\tLists grants\n"), ("sample export ", "csv\tWrites CSV\n"),
            ("sample grants --li", "--limit\tAt most\n"), ("sample --file=x -p gr", "grants\tLists grants\n"),
        ])
    func `complete in fish`(typed: String, expected: String) async throws {
        let trial = try await script(for: "fish") + "\ncomplete -C '\(typed)'"
        #expect(try run("fish", ["--no-config", "-c", trial]).output == expected)
    }
}
