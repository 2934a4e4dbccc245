import CommandLineKit
import Synchronization

/// What a program printed and how it ended.
struct RecordedRun: Sendable {
    var output = ""
    var error = ""
    var status: Int32 = -1

    static func of(
        _ program: CommandLineProgram, _ arguments: [String], environment: [String: String] = [:]
    ) async -> RecordedRun {
        let record = Mutex(RecordedRun())
        let box = Box(record)
        var program = program
        program.streams = StandardStreams(
            output: { text in box.record.withLock { $0.output += text } },
            error: { text in box.record.withLock { $0.error += text } })
        let status = await program.run(arguments, environment: environment)
        return box.record.withLock {
            $0.status = status
            return $0
        }
    }

    private final class Box: Sendable {
        let record: Mutex<RecordedRun>
        init(_ record: consuming Mutex<RecordedRun>) { self.record = record }
    }
}

/// A command that keeps how it was called.
final class Probe: Sendable {
    private let calls = Mutex<[Invocation]>([])

    var last: Invocation? { calls.withLock { $0.last } }

    var run: @Sendable (Invocation) async throws -> Void {
        { [self] call in calls.withLock { $0.append(call) } }
    }
}

/// A program with a flag of every kind and two levels of commands.
struct SampleProgram {
    let probe = Probe()
    var rules: [FlagRule] = []
    var tokenIsRequired = false

    var program: CommandLineProgram {
        var root = Command(
            "sample", summary: "sample shows things",
            persistentFlags: [
                Flag("file", shorthand: "f", help: "Where it is", default: "sync.c1z", variable: "SAMPLE_FILE"),
                Flag("parallel", shorthand: "p", .bool, help: "At once", variable: "SAMPLE_PARALLEL"),
                Flag("quiet", shorthand: "q", .bool, help: "Say less"),
                Flag("workers", shorthand: "w", .int, help: "How many", variable: "SAMPLE_WORKERS"),
                Flag("types", .strings, help: "Which", default: "a,b", variable: "SAMPLE_TYPES"),
                Flag("labels", .map, help: "Marks", variable: "SAMPLE_LABELS"),
                Flag("token", help: "The key", required: tokenIsRequired, variable: "SAMPLE_TOKEN"),
                Flag("secret-door", help: "Not shown", hidden: true),
            ],
            subcommands: [
                Command(
                    "grants", summary: "Lists grants", example: "sample grants --limit 5",
                    flags: [Flag("limit", .int, help: "At most")], run: probe.run),
                Command(
                    "export", summary: "Writes files",
                    subcommands: [Command("csv", summary: "Writes CSV", run: probe.run)]),
                Command("plumbing", summary: "Not shown", hidden: true, run: probe.run),
            ], run: probe.run)
        root.flagRules = rules
        return CommandLineProgram(root, version: "1.2")
    }

    /// Runs it and returns the call that reached a command.
    func call(_ arguments: String..., environment: [String: String] = [:]) async throws -> Invocation {
        let run = await RecordedRun.of(program, arguments, environment: environment)
        guard run.status == 0, let call = probe.last else { throw UsageError(run.error) }
        return call
    }

    /// Runs it and returns what it complained about.
    func complaint(_ arguments: String..., environment: [String: String] = [:]) async -> String {
        let run = await RecordedRun.of(program, arguments, environment: environment)
        return "\(run.status) \(run.error)"
    }
}
