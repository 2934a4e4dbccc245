import AccessModel

/// What sudoers says, resolved for one host.
struct SudoPolicy: Sendable {
    /// One distinct right-hand side.
    struct Rule: Sendable {
        /// 16 hexadecimal digits that stay the same when lines move.
        var id: String
        var display: String
        var profile: Profile
        /// Whether any command may be run as root.
        var isUnrestricted: Bool
        /// Whether the rule holds now, as far as it is limited in time.
        var isActive: Bool
        /// Who has it, after negations; empty when inactive.
        var holders: [Holder]
    }

    /// Someone who has a rule or is in an alias.
    enum Holder: Sendable {
        case user(String)
        case group(String)
        case alias(String)
    }

    /// A user alias that leads from a rule to its users.
    struct Alias: Sendable {
        var name: String
        var members: [Holder]
    }

    /// Ordered by id, bytewise.
    var rules: [Rule]
    /// Ordered by name, bytewise.
    var aliases: [Alias]
    /// Broken lines and refused files.
    var problems: [SudoProblem]
    /// What could not be looked up, such as netgroups.
    var unresolved: [String]
}

extension SudoPolicy.Holder: Hashable {
    private var parts: (kind: UInt8, name: String) {
        switch self {
        case .user(let name): (0, name)
        case .group(let name): (1, name)
        case .alias(let name): (2, name)
        }
    }

    static func == (left: Self, right: Self) -> Bool {
        left.parts.kind == right.parts.kind && left.parts.name.hasSameBytes(as: right.parts.name)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(parts.kind)
        hasher.combine(ByteKey(parts.name))
    }

    /// Users before groups before aliases, each bytewise.
    static func precedes(_ left: Self, _ right: Self) -> Bool {
        if left.parts.kind != right.parts.kind { return left.parts.kind < right.parts.kind }
        return left.parts.name.utf8.lexicographicallyPrecedes(right.parts.name.utf8)
    }
}

/// Something in a sudoers file that does not count because it is wrong.
struct SudoProblem: Sendable, CustomStringConvertible {
    var file: String
    var line: Int
    var column: Int
    var message: String

    var description: String { "\(file):\(line):\(column): \(message)" }
}

/// The facts about accounts and the host that resolving needs.
struct SudoSurroundings: Sendable {
    var hostName: String
    var fullHostName: String
    /// The addresses of the host's interfaces, with or without `/` and the length of the network; nil when unknown.
    var localAddresses: [String]?
    var userIDs: [(name: String, uid: UInt32, gid: UInt32)]
    /// Members include the users whose primary group it is.
    var groups: [(name: String, gid: UInt32, members: [String])]
    /// Unix seconds.
    var now: Int64
    /// The triples of a netgroup; nil when it can't be resolved.
    var netgroupMembers: @Sendable (String) async throws -> [(host: String?, user: String?)]?
}

/// Why there is no policy at all.
enum SudoersError: Error {
    case unreadable(path: String)
}

/// Sudoers files beyond all measure; nothing is reported rather than too little.
struct SudoersLimitExceeded: Error, CustomStringConvertible {
    var path: String
    var limit: String

    var description: String { "\(path): more than \(limit). Split or simplify the sudoers files." }
}
