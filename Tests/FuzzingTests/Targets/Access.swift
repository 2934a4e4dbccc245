@testable import LinuxConnector

extension FuzzTarget {
    static let access = [
        FuzzTarget("sudoers", longest: 2048, sudoers), FuzzTarget("authorized-keys", authorizedKeys),
        FuzzTarget("sshd-config", longest: 1024, sshdConfig), FuzzTarget("access-conf", longest: 1024, accessConf),
        FuzzTarget("pam", longest: 1024, pam),
    ]

    /// A sudoers file that includes nothing, resolved for a host with a few accounts.
    @Sendable private static func sudoers(_ bytes: [UInt8]) async throws {
        var parser = SudoersParser(bytes, file: "s", atMost: 10_000)
        parser.parse()
        let source = SudoersSource(parser.entries, problems: parser.problems)
        try await refusing(SudoersLimitExceeded.self) {
            let netgroups = try await SudoNetgroups(of: source, given: surroundings)
            var resolver = try SudoResolver(source, given: surroundings, netgroups: netgroups)
            let policy = try resolver.policy(problems: source.problems)
            for rule in policy.rules {
                try promise(rule.id.utf8.count == 16, "a rule with the id \(rule.id)")
                try promise(rule.display.unicodeScalars.count <= 200, "a rule shown as \(rule.display)")
            }
            for problem in policy.problems {
                try promise(problem.line > 0 && problem.column > 0, "a problem at no place: \(problem)")
            }
        }
    }

    private static let surroundings = SudoSurroundings(
        hostName: "web1", fullHostName: "web1.example.com",
        localAddresses: ["127.0.0.1/8", "10.1.2.3/24", "fe80::5/64"],
        userIDs: [("root", 0, 0), ("www", 33, 33), ("alice", 1001, 100), ("bob", 1002, 100)],
        groups: [
            ("root", 0, ["root"]), ("wheel", 10, ["alice", "bob"]), ("www", 33, ["www"]),
            ("users", 100, ["alice", "bob"]),
            ("empty", 200, []),
        ],
        now: 1_700_000_000, netgroupMembers: { name in name == "g" ? [(nil, "alice"), ("web1", nil)] : nil })

    @Sendable private static func authorizedKeys(_ bytes: [UInt8]) async throws {
        let keys = AuthorizedKeysFile.parse(bytes, file: "f")
        try requireLines(keys.problems)
        for key in keys.content {
            _ = key.hasExpired(at: 1_700_000_000)
            try promise(key.fingerprint.hasPrefix("SHA256:"), "a key with the fingerprint \(key.fingerprint)")
        }
    }

    /// Every file that is included is the file itself, so that nothing but limits ends it.
    @Sendable private static func sshdConfig(_ bytes: [UInt8]) async throws {
        let read = DaemonConfigurationReader.read(at: "/x", read: { _ in bytes }, expand: { [$0, $0 + "x"] })
        guard let read else { throw BrokenPromise(description: "nothing was read") }
        try requireLines(read.problems)
        let policy = DaemonPolicy(configuration: read, defaults: DaemonSettings(printed: bytes))
        for settings in policy.variants(for: "alice", groups: ["users"]) {
            _ = settings.admits("alice", groups: ["users"])
        }
    }

    @Sendable private static func accessConf(_ bytes: [UInt8]) async throws {
        var table = AccessTable()
        try requireLines(table.add(bytes, file: "f"))
        for origin in [LoginOrigin.local, .remote] {
            _ = table.admits("alice", groups: ["users"], from: origin, plainNamesMayBeGroups: true)
        }
    }

    /// Every file that is included is the file itself.
    @Sendable private static func pam(_ bytes: [UInt8]) async throws {
        let stack = PAMStack(of: "sshd") { path in path.contains("none") ? nil : bytes }
        _ = stack.modules(in: "auth")
    }
}
