/// The commands from the root down to the one that is called.
struct CommandPath {
    private(set) var commands: [Command]

    init(_ root: Command) {
        commands = [root]
    }

    var root: Command { commands[0] }

    var leaf: Command { commands[commands.count - 1] }

    var words: [String] { commands.map(\.name) }

    var text: String { words.joined(separator: " ") }

    var isRoot: Bool { commands.count == 1 }

    /// The path one step down, if there is such a subcommand.
    func appending(_ name: String) -> CommandPath? {
        guard let command = leaf.subcommands.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else { return nil }
        return appending(command)
    }

    func appending(_ command: Command) -> CommandPath {
        var path = self
        path.commands.append(command)
        return path
    }

    /// Flags that the leaf declares itself, `--help` included.
    var ownFlags: [Flag] {
        leaf.flags + leaf.persistentFlags + [helpFlag]
    }

    /// Flags that come from further up.
    var inheritedFlags: [Flag] {
        commands.dropLast().flatMap(\.persistentFlags)
    }

    /// Every flag that may be given.
    var flags: [Flag] { ownFlags + inheritedFlags }

    private var helpFlag: Flag {
        let isTaken = (leaf.flags + leaf.persistentFlags + inheritedFlags).contains { $0.shorthand == "h" }
        return Flag("help", shorthand: isTaken ? nil : "h", .bool, help: "help for \(leaf.name)")
    }
}
