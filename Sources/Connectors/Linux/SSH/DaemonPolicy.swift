/// Which settings of sshd hold for an account.
struct DaemonPolicy: Sendable {
    private let blocks: [DaemonConfiguration.Block]
    /// What holds outside all blocks.
    let global: DaemonSettings

    /// - Parameter defaults: what sshd says holds when the files say nothing.
    init(configuration: DaemonConfiguration, defaults: DaemonSettings) {
        blocks = configuration.blocks
        global = configuration.global.over(defaults)
    }

    /// Most blocks that depend on the connection and are looked at one by one.
    private static let uncertainLimit = 32

    /// The settings under which `user` may connect: one set for each guess about where a connection comes from.
    ///
    /// Who gets in under one of them may get in.
    func variants(for user: String, groups: [String]) -> [DaemonSettings] {
        var certain: [Int] = []
        var uncertain: [Int] = []
        for (index, block) in blocks.enumerated() {
            switch Self.match(block.criteria, user: user, groups: groups) {
            case .yes: certain.append(index)
            case .maybe: uncertain.append(index)
            case .no: break
            }
        }
        var guesses = [certain]
        if !uncertain.isEmpty {
            guesses += uncertain.prefix(Self.uncertainLimit).map { (certain + [$0]).sorted() }
            if uncertain.count > 1 { guesses.append((certain + uncertain).sorted()) }
        }
        return guesses.map(settings)
    }

    private func settings(inBlocks places: [Int]) -> DaemonSettings {
        guard !places.isEmpty else { return global }
        var matched = DaemonSettings()
        for index in places {
            for (keyword, arguments) in blocks[index].settings.values { matched.add(keyword, arguments) }
        }
        return matched.over(global)
    }

    private enum Answer { case yes, maybe, no }

    private static func match(
        _ criteria: [DaemonConfiguration.Criterion], user: String, groups: [String]
    ) -> Answer {
        var answer = Answer.yes
        for criterion in criteria {
            switch criterion {
            case .all: break
            case .connection: answer = .maybe
            case .users(let patterns):
                guard NamePattern.list(patterns, contains: user) else { return .no }
            case .groups(let patterns):
                guard isIn(patterns, groups) else { return .no }
            }
        }
        return answer
    }

    /// Whether one of `groups` is in the list; a group that a `!` takes out takes the account out.
    private static func isIn(_ patterns: [String], _ groups: [String]) -> Bool {
        let taken = patterns.filter { $0.utf8.first == UInt8(ascii: "!") }.map { String($0.dropFirst()) }
        guard !groups.contains(where: { group in taken.contains { NamePattern.matches(group, $0) } }) else {
            return false
        }
        return groups.contains { NamePattern.list(patterns, contains: $0) }
    }
}

extension DaemonSettings {
    /// Reads what `sshd -T` prints: a keyword in lower case and its value a line.
    init(printed bytes: [UInt8]) {
        self.init()
        for line in bytes.lines {
            guard var words = DaemonArguments.split(line.bytes), words.count > 1 else { continue }
            let keyword = words.removeFirst()
            // An absent value is printed as such and must not hide what a file says.
            if words != ["none"] { add(keyword, words) }
        }
    }

    /// Whether the lists of users and groups let the account in; a host in `user@host` may or may not fit.
    func admits(_ user: String, groups: [String]) -> Bool {
        if list("denyusers").contains(where: { fits(user, $0, ifHostUnknown: false) }) { return false }
        let users = list("allowusers")
        if !users.isEmpty, !users.contains(where: { fits(user, $0, ifHostUnknown: true) }) { return false }
        if list("denygroups").contains(where: { pattern in groups.contains { NamePattern.matches($0, pattern) } }) {
            return false
        }
        let allowed = list("allowgroups")
        return allowed.isEmpty || allowed.contains { pattern in groups.contains { NamePattern.matches($0, pattern) } }
    }

    private func fits(_ user: String, _ pattern: String, ifHostUnknown answer: Bool) -> Bool {
        guard let at = pattern.lastIndex(of: "@") else { return NamePattern.matches(user, pattern) }
        let host = pattern[pattern.index(after: at)...]
        return NamePattern.matches(user, String(pattern[..<at])) && (answer || host.allSatisfy { $0 == "*" })
    }
}
