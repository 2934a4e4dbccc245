/// Patterns with `*` and `?` as sshd writes them.
enum NamePattern {
    /// Whether the whole of `name` fits `pattern`; takes at most the product of their lengths in steps.
    static func matches(_ name: String, _ pattern: String) -> Bool {
        let name = Array(name.utf8)
        let pattern = Array(pattern.utf8)
        var at = 0
        var place = 0
        /// Where to go on when the text after the last star didn't fit.
        var retry: (pattern: Int, name: Int)?
        while at < name.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                retry = (place, at)
                place += 1
            } else if place < pattern.count, pattern[place] == name[at] || pattern[place] == UInt8(ascii: "?") {
                at += 1
                place += 1
            } else if let last = retry {
                retry = (last.pattern, last.name + 1)
                place = last.pattern + 1
                at = last.name + 1
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// Whether `name` is in a list in which `!` in front of a pattern takes out what it matches, wherever it stands.
    static func list(_ patterns: [String], contains name: String) -> Bool {
        var isIn = false
        for pattern in patterns {
            let isNegated = pattern.utf8.first == UInt8(ascii: "!")
            guard matches(name, isNegated ? String(pattern.dropFirst()) : pattern) else { continue }
            if isNegated { return false }
            isIn = true
        }
        return isIn
    }
}
