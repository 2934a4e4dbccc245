import AccessModel

/// What sudoers says, resolved for one host.
struct SudoPolicy: Sendable {
    /// One distinct right-hand side.
    struct Rule: Sendable {
        var id: String
        var display: String
        var profile: Profile
        var isUnrestricted: Bool
        var isActive: Bool
        var holders: [Holder]
    }
    enum Holder: Sendable, Hashable { case user(String), group(String), alias(String) }
    struct Alias: Sendable {
        var name: String
        var members: [Holder]
    }
    var rules: [Rule]
    var aliases: [Alias]
    var problems: [SudoProblem]
    var unresolved: [String]
}

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
    var localAddresses: [String]?
    var userIDs: [(name: String, uid: UInt32, gid: UInt32)]
    var groups: [(name: String, gid: UInt32, members: [String])]
    var now: Int64
    var netgroupMembers: @Sendable (String) async throws -> [(host: String?, user: String?)]?
}

enum SudoersError: Error { case unreadable(path: String) }

func readSudoPolicy(
    at path: String = "/etc/sudoers", in files: InspectedRoot, given: SudoSurroundings
) async throws -> SudoPolicy? { nil }

extension UInt8 {
    var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
