import AccessModel

/// An answer that may be open.
enum Likelihood: Sendable, Comparable {
    case no, maybe, yes

    var opposite: Likelihood {
        switch self {
        case .no: .yes
        case .maybe: .maybe
        case .yes: .no
        }
    }
}

/// Where somebody logs in from.
enum LoginOrigin: Sendable {
    /// A terminal of the machine.
    case local
    /// Some other machine.
    case remote
}

extension AccessTable {
    /// Whether an account may log in: `maybe` when that depends on something not known here, such as the address.
    func admits(
        _ user: String, groups: [String], from origin: LoginOrigin, plainNamesMayBeGroups: Bool
    ) -> Likelihood {
        var isOpen = false
        for rule in rules {
            let users = rule.users.matches { Self.user($0, user, groups, plainNamesMayBeGroups) }
            let match = min(users, rule.origins.matches { Self.origin($0, origin) })
            if match == .yes {
                guard !rule.isAllowing else { return .yes }
                return isOpen ? .maybe : .no
            }
            if match == .maybe, rule.isAllowing { isOpen = true }
        }
        return .yes
    }

    private static func user(_ token: String, _ user: String, _ groups: [String], _ plainGroups: Bool) -> Likelihood {
        if token.isSameIgnoringCase(as: "ALL") || token.isSameIgnoringCase(as: user) { return .yes }
        switch token.utf8.first {
        case UInt8(ascii: "@"): return .maybe
        case UInt8(ascii: "("):
            let name = token.dropFirst().prefix { $0 != ")" }
            return groups.contains { $0.hasSameBytes(as: String(name)) } ? .yes : .no
        default: break
        }
        if let at = token.lastIndex(of: "@"), String(token[..<at]).isSameIgnoringCase(as: user) { return .maybe }
        return plainGroups && groups.contains { $0.hasSameBytes(as: token) } ? .yes : .no
    }

    private static func origin(_ token: String, _ origin: LoginOrigin) -> Likelihood {
        if token.isSameIgnoringCase(as: "ALL") { return .yes }
        if token.isSameIgnoringCase(as: "LOCAL") { return origin == .local ? .yes : .no }
        let isTerminal = terminalNames.contains { token.utf8.starts(with: $0.utf8) }
        return isTerminal == (origin == .local) ? .maybe : .no
    }

    /// How the names start that pam_access gets instead of a host: terminals, X displays and services.
    private static let terminalNames = ["tty", "pts/", "console", "vc/", "hvc", ":", "cron", "atd", "su"]
}

extension AccessTable.Clause {
    /// Whether the list matches, by whether each token does.
    func matches(_ token: (String) -> Likelihood) -> Likelihood {
        var answer = Likelihood.no
        // `a EXCEPT b EXCEPT c` is `a EXCEPT (b EXCEPT c)`, so it is worked out from the end.
        for (index, list) in ([tokens] + exceptions).enumerated().reversed() {
            let own = list.map(token).max() ?? .no
            answer = index == exceptions.count ? own : min(own, answer.opposite)
        }
        return answer
    }
}
