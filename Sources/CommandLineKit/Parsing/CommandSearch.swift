/// Finds the command among the words of a command line.
///
/// Persistent flags and their values may stand before it.
enum CommandSearch {
    /// The command, and the words without its name.
    static func search(_ words: [String], from root: Command) throws -> (path: CommandPath, rest: [String]) {
        var path = CommandPath(root)
        var rest = words
        while let place = firstBareWord(in: rest, flags: FlagTable(path.flags)) {
            guard let next = path.appending(rest[place]) else {
                if path.isRoot { throw unknownCommand(rest[place], in: path) }
                return (path, rest)
            }
            rest.remove(at: place)
            path = next
        }
        return (path, rest)
    }

    static func unknownCommand(_ word: String, in path: CommandPath) -> UsageError {
        let names = path.leaf.subcommands.filter { !$0.hidden }.map(\.name)
        return UsageError(
            "unknown command \"\(word)\" for \"\(path.text)\"", hint: Suggestion.closest(to: word, among: names))
    }

    private static func firstBareWord(in words: [String], flags: FlagTable) -> Int? {
        var place = 0
        while place < words.count {
            let word = words[place]
            if word == "--" { return nil }
            if !word.isEmpty, !word.hasPrefix("-") { return place }
            place += word.hasPrefix("-") && word != "-" && flags.takesNextWord(word) ? 2 : 1
        }
        return nil
    }
}
