/// What can be completed where: one entry a visible command.
struct CompletionTree {
    struct Entry {
        /// The command's words joined by slashes.
        let path: String
        let subcommands: [Command]
        let flags: [Flag]

        /// How the flags that are followed by a value are typed.
        var valueFlags: [String] {
            flags.filter { $0.kind != .bool }.flatMap(\.spellings)
        }
    }

    let program: String
    let entries: [Entry]

    init(_ root: Command) {
        program = root.name
        entries = Self.entries(CommandPath(root))
    }

    /// The program's name as a part of a function name.
    var identifier: String {
        String(program.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    private static func entries(_ path: CommandPath) -> [Entry] {
        let subcommands = path.leaf.subcommands.filter { !$0.hidden }.sorted { $0.name < $1.name }
        let flags = path.flags.filter { !$0.isHidden }.sorted { $0.name < $1.name }
        let entry = Entry(path: path.words.joined(separator: "/"), subcommands: subcommands, flags: flags)
        return [entry] + subcommands.flatMap { entries(path.appending($0)) }
    }
}

extension Flag {
    /// `--name`, and `-n` if it has a shorthand.
    var spellings: [String] {
        ["--\(name)"] + (shorthand.map { ["-\($0)"] } ?? [])
    }
}

/// A text in single quotes, for shells in which `quote` stands for a quote inside.
func quoted(_ text: String, escapingQuotesAs quote: String) -> String {
    "'" + text.replacing("\n", with: " ").replacing("'", with: quote) + "'"
}
