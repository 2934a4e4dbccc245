/// Reads flags the way Go's pflag does, which every program of the ecosystem uses.
struct FlagParser {
    private let table: FlagTable
    private var rest: ArraySlice<String>
    private(set) var arguments: [String] = []
    private(set) var values: ParsedFlags
    private var seen: Set<String> = []

    init(_ flags: [Flag], reading words: [String]) {
        table = FlagTable(flags)
        values = ParsedFlags(flags)
        rest = words[...]
    }

    /// Reads everything.
    mutating func parse() throws {
        while let word = rest.popFirst() {
            if word == "--" {
                arguments += rest
                return
            } else if word.hasPrefix("--") {
                try parseLong(word)
            } else if word.hasPrefix("-"), word != "-" {
                try parseShort(word)
            } else {
                arguments.append(word)
            }
        }
    }

    private mutating func parseLong(_ word: String) throws {
        let body = word.dropFirst(2)
        guard let first = body.first, first != "-", first != "=" else { throw UsageError("bad flag syntax: \(word)") }
        // By scalars: a value that begins with a combining mark would swallow the sign as a Character.
        let parts = body.unicodeScalars.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            .map(Substring.init)
        guard let flag = table.flag(named: parts[0]) else { throw unknownFlag(String(parts[0])) }
        if parts.count == 2 {
            try take(String(parts[1]), for: flag, typedAs: "--\(flag.name)")
        } else if flag.kind == .bool {
            give(.bool(true), to: flag)
        } else if let next = rest.popFirst() {
            try take(next, for: flag, typedAs: "--\(flag.name)")
        } else {
            throw UsageError("flag needs an argument: --\(flag.name)")
        }
    }

    private mutating func parseShort(_ word: String) throws {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            guard let flag = table.flag(shorthand: letter) else {
                throw UsageError("unknown shorthand flag: '\(letter)' in -\(letter)\(letters)")
            }
            let typed = "-\(letter), --\(flag.name)"
            if letters.first == "=", letters.utf8.count > 1 {
                return try take(String(letters.dropFirst()), for: flag, typedAs: typed)
            } else if flag.kind == .bool {
                give(.bool(true), to: flag)
            } else if !letters.isEmpty {
                return try take(String(letters), for: flag, typedAs: typed)
            } else if let next = rest.popFirst() {
                try take(next, for: flag, typedAs: typed)
            } else {
                throw UsageError("flag needs an argument: '\(letter)' in -\(letter)")
            }
        }
    }

    private mutating func take(_ text: String, for flag: Flag, typedAs typed: String) throws {
        do throws(FlagSyntaxProblem) {
            give(try FlagValue(parsing: text, as: flag.kind), to: flag)
        } catch {
            throw UsageError("invalid argument \"\(text)\" for \"\(typed)\" flag: \(error.reason)")
        }
    }

    /// The first value replaces the default; what comes later is added to it.
    private mutating func give(_ value: FlagValue, to flag: Flag) {
        let isRepeated = !seen.insert(flag.name).inserted
        values.give(isRepeated ? values[flag.name].adding(value) : value, to: flag.name)
    }

    private func unknownFlag(_ name: String) -> UsageError {
        let names = table.all.filter { !$0.isHidden }.map(\.name)
        return UsageError(
            "unknown flag: --\(name)", hint: Suggestion.closest(to: name, among: names).map { "--" + $0 })
    }
}
