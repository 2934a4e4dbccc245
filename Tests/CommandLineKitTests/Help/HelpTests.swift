import CommandLineKit
import Testing

@Suite struct `help` {
    let sample = SampleProgram()

    @Test func `of a program has the layout people know`() async {
        let run = await RecordedRun.of(sample.program, ["--help"])
        #expect(
            run.output == """
                sample shows things

                Usage:
                  sample [flags]
                  sample [command]

                Available Commands:
                  completion  Generate the autocompletion script for the specified shell
                  export      Writes files
                  grants      Lists grants
                  help        Help about any command

                Flags:
                  -f, --file string             Where it is ($SAMPLE_FILE) (default "sync.c1z")
                  -h, --help                    help for sample
                      --labels stringToString   Marks ($SAMPLE_LABELS)
                  -p, --parallel                At once ($SAMPLE_PARALLEL)
                  -q, --quiet                   Say less
                      --token string            The key ($SAMPLE_TOKEN)
                      --types strings           Which ($SAMPLE_TYPES) (default [a,b])
                  -v, --version                 version for sample
                  -w, --workers int             How many ($SAMPLE_WORKERS)

                Use "sample [command] --help" for more information about a command.

                """)
        #expect(run.status == 0)
    }

    @Test(arguments: [["grants", "-h"], ["help", "grants"], ["--help", "grants"], ["-h", "grants", "--token=x"]])
    func `of a command shows its own and the global flags`(words: [String]) async {
        let output = await RecordedRun.of(sample.program, words).output
        #expect(
            output.hasPrefix(
                """
                Lists grants

                Usage:
                  sample grants [flags]

                Examples:
                  sample grants --limit 5

                Flags:
                  -h, --help        help for grants
                      --limit int   At most

                Global Flags:
                  -f, --file string   \("          ")Where it is

                """.dropLast(1)))
    }

    @Test func `is shown by a command that does nothing itself, whatever follows`() async {
        let bare = await RecordedRun.of(sample.program, ["export"])
        #expect(bare.status == 0)
        #expect(bare.output.hasPrefix("Writes files\n\nUsage:\n  sample export [command]\n"))
        #expect(await RecordedRun.of(sample.program, ["export", "nonsense"]).output == bare.output)
    }

    @Test func `puts flags under their headings when there are any`() async {
        let root = Command(
            "grouped", summary: "",
            flags: [
                Flag("zeta", help: "Z", group: "Connection"), Flag("alpha", help: "A", required: true, group: "Sync"),
                Flag("beta", help: "", variable: "BETA", group: "Connection"),
            ]
        ) { _ in }
        let output = await RecordedRun.of(CommandLineProgram(root, version: "1"), ["--help"]).output
        #expect(
            output.contains(
                """
                Connection:
                      --beta string    ($BETA)
                      --zeta string    Z

                Sync:
                      --alpha string   required: A

                Other flags:
                  -h, --help           help for grouped
                """))
    }

    @Test func `needs no configuration`() async {
        var strict = SampleProgram()
        strict.tokenIsRequired = true
        var program = strict.program
        program.outsideValues = { _, _ in throw UsageError("the file is broken") }
        for words in [["help"], ["--help"], ["--version"], ["completion", "bash"], ["completion"]] {
            #expect(await RecordedRun.of(program, words, environment: ["SAMPLE_WORKERS": "x"]).status == 0)
        }
        #expect(await RecordedRun.of(program, []).error.hasPrefix("Error: the file is broken\n"))
    }

    @Test func `for nothing known is an error`() async {
        #expect(await sample.complaint("help", "foo").hasPrefix("2 Error: unknown command \"foo\" for \"sample\"\n"))
    }

    @Test func `tells the version`() async {
        #expect(await RecordedRun.of(sample.program, ["--version"]).output == "sample version 1.2\n")
        #expect(await RecordedRun.of(sample.program, ["-v"]).output == "sample version 1.2\n")
    }
}

@Suite struct `the end of a program` {
    private struct Failure: Error, CustomStringConvertible { let description = "it broke" }

    private func run(
        throwing error: any Error & Sendable, _ adjust: (inout CommandLineProgram) -> Void = { _ in }
    ) async -> RecordedRun {
        var program = CommandLineProgram(Command("x", summary: "") { _ in throw error }, version: "1")
        adjust(&program)
        return await RecordedRun.of(program, [])
    }

    @Test func `has one clear line and a status`() async {
        let failed = await run(throwing: Failure())
        #expect(failed.status == 2)
        #expect(failed.error == "Error: it broke\n")
        #expect(await run(throwing: CancellationError()).status == 1)
    }

    @Test func `lets no foreign text steer the terminal`() async {
        let failed = await run(throwing: UsageError("group \u{1B}[2J\u{9B}x\r: bad\nline"))
        #expect(failed.error.hasPrefix("Error: group \\u{1b}[2J\\u{9b}x\\u{d}: bad\nline\n"))
    }

    @Test func `takes the status from the program's own rule`() async {
        #expect(await run(throwing: Failure()) { $0.exitStatus = { _ in 7 } }.status == 7)
    }

    @Test func `can leave the word Error out`() async {
        #expect(await run(throwing: Failure()) { $0.errorStyle = .bare }.error == "it broke\n")
        #expect(await run(throwing: UsageError("no")) { $0.errorStyle = .bare }.error == "no\n")
    }
}
