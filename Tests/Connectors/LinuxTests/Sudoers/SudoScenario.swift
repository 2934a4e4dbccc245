import AccessModel
import SwiftProtobuf
import Testing

@testable import LinuxConnector

/// A host with a handful of accounts whose sudoers file a test writes.
struct SudoScenario {
    var hostName = "web1"
    var fullHostName = "web1.example.com"
    var addresses: [String]? = ["127.0.0.1/8", "10.1.2.3/24", "fe80::5/64"]
    var now: Int64 = 1_700_000_000
    var netgroups: [String: [(host: String?, user: String?)]] = [:]
    var users = [
        ("root", 0, 0), ("www", 33, 33), ("alice", 1001, 100), ("bob", 1002, 100), ("carol", 1003, 100),
        ("dave", 1004, 100),
    ]
    var groups = [
        ("root", 0, ["root"]), ("adm", 4, ["dave"]), ("wheel", 10, ["alice", "bob"]), ("sudo", 27, ["alice"]),
        ("www", 33, ["www"]), ("users", 100, ["alice", "bob", "carol", "dave"]), ("empty", 200, []),
    ]

    var surroundings: SudoSurroundings {
        let netgroups = netgroups
        return SudoSurroundings(
            hostName: hostName, fullHostName: fullHostName, localAddresses: addresses,
            userIDs: users.map { ($0.0, UInt32($0.1), UInt32($0.2)) },
            groups: groups.map { ($0.0, UInt32($0.1), $0.2) }, now: now,
            netgroupMembers: { name in netgroups[name] })
    }

    func policy(_ text: String) async throws -> SudoPolicy {
        try await policy(Array(text.utf8))
    }

    func policy(_ text: [UInt8]) async throws -> SudoPolicy {
        let root = try PreparedRoot()
        try root.write("/etc/sudoers", text)
        return try #require(try await readSudoPolicy(in: root.files, given: surroundings))
    }

    /// The only rule of a text.
    func rule(_ text: String) async throws -> SudoPolicy.Rule {
        let policy = try await policy(text)
        try #require(policy.rules.count == 1, "\(policy.rules.map(\.display))")
        return policy.rules[0]
    }
}

extension SudoPolicy.Rule {
    func list(_ key: String) -> [String] {
        profile.fields[key]?.listValue.values.map(\.stringValue) ?? []
    }

    func flag(_ key: String) -> Bool { profile.fields[key]?.boolValue ?? false }

    /// The holders in a short form such as `alice`, `%wheel` and `@ADMINS`.
    var held: [String] { holders.map(\.short) }
}

extension SudoPolicy {
    func alias(_ name: String) -> [String]? {
        aliases.first { $0.name.hasSameBytes(as: name) }?.members.map(\.short)
    }

    func rule(_ display: String) -> Rule? {
        rules.first { $0.display.hasSameBytes(as: display) }
    }
}

extension SudoPolicy.Holder {
    var short: String {
        switch self {
        case .user(let name): name
        case .group(let name): "%" + name
        case .alias(let name): "@" + name
        }
    }
}
