/// The settings of a unit of systemd that say who it runs as.
struct UnitFile: Sendable, Equatable {
    /// The last value of each key of `[Service]`, and of `Description` in `[Unit]`.
    private(set) var values: [String: String] = [:]

    /// Adds the lines of a unit or of a drop-in, which count for more than those before.
    mutating func add(_ bytes: [UInt8]) {
        var section = ""
        // A comment ends with its line, whatever its last character.
        for line in bytes.lines.filter({ !$0.isComment }).joined {
            let content = line.bytes.trimmed
            guard let first = content.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { continue }
            if first == UInt8(ascii: "[") {
                section = content.dropFirst().prefix { $0 != UInt8(ascii: "]") }.text
                continue
            }
            let parts = content.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            let key = parts[0].trimmed.text
            if section == "Service" || (section == "Unit" && key == "Description") {
                // An empty value takes back what was said before.
                values[key] = parts[1].trimmed.isEmpty ? nil : parts[1].trimmed.text
            }
        }
    }

    /// Who it runs as; nil means root.
    var user: String? { values["User"] }

    var group: String? { values["Group"] }

    /// Whether systemd makes up an account while it runs.
    var hasDynamicUser: Bool {
        ["1", "yes", "true", "on", "y", "t"].contains(values["DynamicUser"].map { $0.lowercased() } ?? "")
    }

    /// Reads what `systemctl show` prints: blocks of `Key=value` lines with a blank line in between.
    static func shown(_ bytes: [UInt8]) -> [[String: String]] {
        var blocks: [[String: String]] = [[:]]
        for line in bytes.lines {
            if line.bytes.trimmed.isEmpty {
                if blocks.last?.isEmpty == false { blocks.append([:]) }
                continue
            }
            let parts = line.bytes.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { blocks[blocks.count - 1][parts[0].text] = parts[1].text }
        }
        return blocks.filter { !$0.isEmpty }
    }
}
