@testable import CommandLineKit

extension FuzzTarget {
    static let commandLine = [
        FuzzTarget("command-line", longest: 1024, commandLine), FuzzTarget("flag-value", longest: 512, flagValue),
    ]

    /// Each line is a word; the last one is also in the environment.
    @Sendable private static func commandLine(_ bytes: [UInt8]) async throws {
        let words = bytes.textLines
        let flags = [
            Flag("file", shorthand: "f", help: "a file", default: "sync.c1z"),
            Flag("quiet", shorthand: "q", .bool, help: "less"), Flag("count", shorthand: "n", .int, help: "how many"),
            Flag("names", .strings, help: "names", variable: "NAMES"),
            Flag("labels", shorthand: "l", .map, help: "labels", variable: "LABELS"),
            Flag("number", .int, help: "a number", variable: "NUMBER"),
        ]
        let action: @Sendable (Invocation) async throws -> Void = { invocation in
            let flags = invocation.flags
            _ = (flags.string("file"), flags.bool("quiet"), flags.int("count"), flags.int("number"))
            _ = (flags.strings("names"), flags.map("labels"))
        }
        var list = Command(
            "list", summary: "Lists", flags: [Flag("all", shorthand: "a", .bool, help: "all")], run: action)
        list.flagRules = [.mutuallyExclusive(["all", "count"])]
        var program = CommandLineProgram(
            Command(
                "program", summary: "Does something", persistentFlags: flags,
                subcommands: [list, Command("export", summary: "Exports", subcommands: [list])], run: action),
            version: "1")
        program.streams = StandardStreams(output: { _ in }, error: { _ in })
        let value = words.last ?? ""
        _ = await program.run(words, environment: ["NAMES": value, "LABELS": value, "NUMBER": value])
    }

    /// A list that was read reads the same with quotes round everything.
    @Sendable private static func flagValue(_ bytes: [UInt8]) async throws {
        let text = bytes.asText
        for kind in [Flag.Kind.bool, .string, .int, .strings, .map] { _ = try? FlagValue(parsing: text, as: kind) }
        guard let fields = try? CommaSeparated.fields(of: text) else { return }
        let quoted = fields.map { field in
            Array("\"".utf8) + field.utf8.flatMap { $0 == UInt8(ascii: "\"") ? [$0, $0] : [$0] } + Array("\"".utf8)
        }
        let again = try CommaSeparated.fields(of: Array(quoted.joined(separator: ",".utf8)).asText)
        try promise(again.elementsEqual(fields) { $0.utf8.elementsEqual($1.utf8) }, "\(fields) is read as \(again)")
    }
}
