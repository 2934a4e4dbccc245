extension CompletionTree {
    /// A script for fish.
    var fish: String {
        let values = entries.filter { !$0.valueFlags.isEmpty }.map { entry in
            "            case \(entry.valueFlags.map { "'\(entry.path)+\($0)'" }.joined(separator: " "))\n"
                + "                set expects_value 1"
        }
        let steps = entries.flatMap { entry in
            entry.subcommands.map {
                "            case '\(entry.path)+\($0.name)'\n                set place '\(entry.path)/\($0.name)'"
            }
        }
        return """
            # fish completion for \(program)
            # Load it with: \(program) completion fish | source

            function __\(identifier)_at
                set -l place '\(program)'
                set -l expects_value 0
                for word in (commandline -opc)[2..-1]
                    if test $expects_value = 1
                        set expects_value 0
                        continue
                    end
                    switch "$place+$word"
            \((values + steps).joined(separator: "\n"))
                    end
                end
                test "$place" = "$argv[1]"
            end

            complete -c \(program) -f
            \(entries.flatMap(offers).joined(separator: "\n"))

            """
    }

    private func offers(_ entry: Entry) -> [String] {
        let start = "complete -c \(program) -n '__\(identifier)_at \(entry.path)'"
        return entry.subcommands.map { "\(start) -a \($0.name) -d \(text($0.summary))" }
            + entry.flags.map { flag in
                let letter = flag.shorthand.map { " -s \($0)" } ?? ""
                return "\(start) -l \(flag.name)\(letter)\(flag.kind == .bool ? "" : " -r -F") -d \(text(flag.help))"
            }
    }

    private func text(_ text: String) -> String {
        quoted(text.replacing("\\", with: "\\\\"), escapingQuotesAs: "\\'")
    }
}
