/// The commands that every program has.
struct BuiltInCommands {
    private let root: Command
    private let version: String
    private let streams: StandardStreams

    init(for root: Command, version: String, streams: StandardStreams) {
        self.root = root
        self.version = version
        self.streams = streams
    }

    /// The root with everything added.
    var completeRoot: Command {
        var complete = root
        complete.flags.append(versionFlag)
        complete.subcommands += [help, completion]
        return complete
    }

    private var versionFlag: Flag {
        let isTaken = (root.flags + root.persistentFlags).contains { $0.shorthand == "v" }
        return Flag("version", shorthand: isTaken ? nil : "v", .bool, help: "version for \(root.name)")
    }

    private var help: Command {
        var command = Command("help", summary: "Help about any command") { [self] call in
            var path = CommandPath(completeRoot)
            for word in call.arguments {
                guard let next = path.appending(word) else {
                    throw CommandSearch.unknownCommand(word, in: path)
                }
                path = next
            }
            streams.output(HelpText(path).text)
        }
        command.ignoresConfiguration = true
        return command
    }

    private var completion: Command {
        var command = Command(
            "completion", summary: "Generate the autocompletion script for the specified shell",
            subcommands: [
                shell("bash") { $0.bash }, shell("fish") { $0.fish }, shell("powershell") { $0.powerShell },
                shell("zsh") { $0.zsh },
            ])
        command.refusesArguments = true
        return command
    }

    private func shell(_ name: String, script: @escaping @Sendable (CompletionTree) -> String) -> Command {
        var command = Command(name, summary: "Generate the autocompletion script for \(name)") { [self] _ in
            streams.output(script(CompletionTree(completeRoot)))
        }
        command.ignoresConfiguration = true
        return command
    }
}
