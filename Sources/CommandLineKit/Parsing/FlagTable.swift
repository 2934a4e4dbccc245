/// Finds flags by what was typed.
struct FlagTable {
    private var names: [String: Flag] = [:]
    private var shorthands: [Character: Flag] = [:]

    init(_ flags: [Flag]) {
        for flag in flags {
            names[flag.name] = names[flag.name] ?? flag
            if let shorthand = flag.shorthand { shorthands[shorthand] = shorthands[shorthand] ?? flag }
        }
    }

    var all: some Sequence<Flag> { names.values }

    func flag(named name: some StringProtocol) -> Flag? { names[String(name)] }

    func flag(shorthand: Character) -> Flag? { shorthands[shorthand] }

    /// Whether `word` is a flag whose value is the next word.
    ///
    /// An unknown flag is taken to have a value, so that the value isn't mistaken for a command.
    func takesNextWord(_ word: String) -> Bool {
        if word.hasPrefix("--") {
            return !word.contains("=") && flag(named: word.dropFirst(2))?.kind != .bool
        }
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            if letters.first == "=" { return false }
            if flag(shorthand: letter)?.kind != .bool { return letters.isEmpty }
        }
        return false
    }
}
