/// Flags as the table that `--help` shows.
struct FlagTableText {
    private let flags: [Flag]
    let width: Int

    /// A table whose left column is as wide as its longest flag, or wider.
    init(_ flags: [Flag], width: Int = 0) {
        self.flags = flags.sorted { $0.name < $1.name }
        self.width = max(width, flags.map { Self.left($0).count }.max() ?? 0)
    }

    func block(titled title: String) -> String {
        ([title + ":"] + flags.map(line)).joined(separator: "\n")
    }

    private func line(_ flag: Flag) -> String {
        let right = Self.right(flag)
        return right.isEmpty ? Self.left(flag) : padded(Self.left(flag), to: width) + "   " + right
    }

    private static func left(_ flag: Flag) -> String {
        let name = (flag.shorthand.map { "  -\($0), " } ?? "      ") + "--" + flag.name
        switch flag.kind {
        case .bool: return name
        case .string: return name + " string"
        case .int: return name + " int"
        case .strings: return name + " strings"
        case .map: return name + " stringToString"
        }
    }

    private static func right(_ flag: Flag) -> String {
        var words: [String] = []
        if flag.isRequired { words.append("required:") }
        if !flag.help.isEmpty { words.append(flag.help) }
        if let variable = flag.variable { words.append("($\(variable))") }
        if let value = shownDefault(flag) { words.append("(default \(value))") }
        return words.joined(separator: " ")
    }

    private static func shownDefault(_ flag: Flag) -> String? {
        guard let text = flag.defaultText, flag.initialValue != flag.zero else { return nil }
        switch flag.kind {
        case .string: return "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
        case .strings, .map: return "[\(text)]"
        case .bool, .int: return text
        }
    }
}
