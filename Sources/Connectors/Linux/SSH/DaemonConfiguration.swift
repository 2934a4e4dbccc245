/// Settings of sshd by keyword in lower case, each with its arguments; lists hold one argument an entry.
struct DaemonSettings: Sendable, Equatable {
    private(set) var values: [String: [String]] = [:]

    /// Keywords that collect the arguments of all their lines; of any other one the first line counts.
    static let collecting: Set<String> = ["allowusers", "denyusers", "allowgroups", "denygroups", "hostkey", "port"]

    /// Takes one line.
    mutating func add(_ keyword: String, _ arguments: [String]) {
        if Self.collecting.contains(keyword) {
            values[keyword, default: []] += arguments
        } else if values[keyword] == nil {
            values[keyword] = arguments
        }
    }

    /// These settings where they say something, otherwise those of `others`.
    func over(_ others: DaemonSettings) -> DaemonSettings {
        var merged = self
        merged.values.merge(others.values) { mine, _ in mine }
        return merged
    }

    func list(_ keyword: String) -> [String] { values[keyword] ?? [] }

    func word(_ keyword: String, default fallback: String) -> String {
        values[keyword]?.first.map { String(decoding: $0.utf8.map(\.lowercased), as: UTF8.self) } ?? fallback
    }

    func isOn(_ keyword: String, default fallback: Bool) -> Bool {
        word(keyword, default: fallback ? "yes" : "no") == "yes"
    }
}

/// `sshd_config` with the files it includes.
struct DaemonConfiguration: Sendable {
    /// One criterion of a `Match` line.
    enum Criterion: Sendable, Equatable {
        case users([String])
        case groups([String])
        /// Depends on where the connection comes from, so it may hold or not.
        case connection
        case all
    }

    /// Settings that count only for connections that meet all criteria.
    struct Block: Sendable {
        var criteria: [Criterion]
        var settings = DaemonSettings()
    }

    var global = DaemonSettings()
    var blocks: [Block] = []
    var problems: [LineProblem] = []
    /// Every file that was read.
    var files: [String] = []
}
