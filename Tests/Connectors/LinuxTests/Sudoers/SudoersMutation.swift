/// Small damage to a sudoers text.
enum SudoersMutation {
    static func mutated(_ text: [UInt8], times: Int, _ dice: inout Dice) -> [UInt8] {
        var text = text
        for _ in 0..<times where !text.isEmpty {
            let place = dice.roll(text.count)
            switch dice.roll(6) {
            case 0: text.remove(at: place)
            case 1: text[place] = dice.pick(interesting)
            case 2, 3: text.insert(dice.pick(interesting), at: place)
            case 4:
                let end = min(text.count, place + dice.roll(12))
                text.insert(contentsOf: text[place..<end], at: dice.roll(text.count))
            default: text.removeSubrange(place..<min(text.count, place + dice.roll(6)))
            }
        }
        return text
    }

    private static let interesting = Array(" \t\n\r\\\"#!,:=()%+@^$*?[]-.<>/~ALLx0\u{0}".utf8) + [0xFF, 0xC3, 0x80]

    /// Whether cvtsudoers refuses for a reason that sudo at run time has not.
    ///
    /// It compiles regular expressions and forbids a path before `sudoedit`; it warns of defaults it doesn't know, and
    /// leaves them out; an include needs a file.
    static func isDisputed(_ text: [UInt8], _ errors: String) -> Bool {
        ["sudoedit should not", "regular expression", "unknown defaults", "internal error", "unable to", "include"]
            .contains { errors.contains($0) } || String(decoding: text, as: UTF8.self).contains("include")
            || ["PRIVS", "APPARMOR_PROFILE"].contains { String(decoding: text, as: UTF8.self).contains($0) }
    }
}
