/// The text of `--help`, in the layout that users of the ecosystem's programs know.
struct HelpText {
    private let path: CommandPath
    private let isProgram: Bool

    init(_ path: CommandPath) {
        self.path = path
        isProgram = path.isRoot
    }

    /// Everything.
    var text: String {
        let head = command.details.isEmpty ? command.summary : command.details
        return (head.isEmpty ? "" : head + "\n\n") + usage
    }

    /// Everything but the description.
    var usage: String {
        var blocks = [usageLines]
        if !command.example.isEmpty { blocks.append("Examples:\n" + indented(command.example)) }
        if !subcommands.isEmpty { blocks.append(commandLines) }
        blocks += flagBlocks
        if !subcommands.isEmpty {
            blocks.append("Use \"\(path.text) [command] --help\" for more information about a command.")
        }
        return blocks.joined(separator: "\n\n") + "\n"
    }

    private var command: Command { path.leaf }

    private var subcommands: [Command] {
        command.subcommands.filter { !$0.hidden }.sorted { $0.name < $1.name }
    }

    private var usageLines: String {
        var lines = ["Usage:"]
        if command.run != nil { lines.append("  \(path.text) [flags]") }
        if !subcommands.isEmpty { lines.append("  \(path.text) [command]") }
        return lines.joined(separator: "\n")
    }

    private var commandLines: String {
        let width = max(11, subcommands.map(\.name.count).max() ?? 0)
        let lines = subcommands.map { "  \(padded($0.name, to: width)) \($0.summary)" }
        return (["Available Commands:"] + lines).joined(separator: "\n")
    }

    private var flagBlocks: [String] {
        let own = path.ownFlags.filter { !$0.isHidden }
        let inherited = path.inheritedFlags.filter { !$0.isHidden }
        var blocks = isProgram ? groupedBlocks(own) : [FlagTableText(own).block(titled: "Flags")]
        if !inherited.isEmpty { blocks.append(FlagTableText(inherited).block(titled: "Global Flags")) }
        return blocks
    }

    /// One block a group, in the order of their first flags, and the flags without a group last.
    private func groupedBlocks(_ flags: [Flag]) -> [String] {
        var groups: [String] = []
        for case let group? in flags.map(\.group) where !groups.contains(group) { groups.append(group) }
        let width = FlagTableText(flags).width
        let blocks = groups.map { group in
            FlagTableText(flags.filter { $0.group == group }, width: width).block(titled: group)
        }
        let others = flags.filter { $0.group == nil }
        guard !others.isEmpty else { return blocks }
        return blocks + [FlagTableText(others, width: width).block(titled: groups.isEmpty ? "Flags" : "Other flags")]
    }

    private func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty || $0.hasPrefix(" ") ? String($0) : "  " + $0 }
            .joined(separator: "\n")
    }
}

func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}
