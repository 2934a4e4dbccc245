import Testing

@testable import LinuxConnector

@Suite struct `the id of a sudo rule` {
    private func id(_ text: String) async throws -> String { try await SudoScenario().rule(text).id }

    @Test func `is sixteen digits that never change`() async throws {
        #expect(try await id("root ALL=(ALL:ALL) ALL") == "86d49662e4402de8")
    }

    @Test func `does not depend on who has it or where it stands`() async throws {
        let first = try await id("alice ALL = (www) NOPASSWD: /bin/ls")
        #expect(try await id("\n# comment\n%wheel  ALL=( www )NOPASSWD : \\\n /bin/ls # x") == first)
        #expect(
            try await id("Cmnd_Alias X = /bin/ls\nRunas_Alias Y = www\nHost_Alias Z = ALL\nbob Z = (Y) NOPASSWD: X")
                == first)
    }

    @Test(arguments: [
        "alice web1 = (www) NOPASSWD: /bin/ls", "alice ALL = (bob) NOPASSWD: /bin/ls",
        "alice ALL = (www) PASSWD: /bin/ls", "alice ALL = (www) NOPASSWD: /bin/ls -l",
        "alice ALL = (www : adm) NOPASSWD: /bin/ls", "alice ALL = (www) CWD=/ NOPASSWD: /bin/ls",
        "alice ALL = (www) NOPASSWD: /bin/ls \"\"", "alice ALL = (%www) NOPASSWD: /bin/ls",
        "alice ALL = (www) NOPASSWD: /bin/ls, !/bin/cat", "alice ALL = NOPASSWD: /bin/ls",
    ])
    func `depends on all of the right-hand side`(text: String) async throws {
        #expect(try await id(text) != id("alice ALL = (www) NOPASSWD: /bin/ls"))
    }

    @Test func `joins what is written twice`() async throws {
        let policy = try await SudoScenario().policy("alice ALL = ALL\nbob ALL = /bin/ls\n%adm, carol ALL = ALL\n")
        let rule = try #require(policy.rule("(root) ALL"))
        #expect(rule.held == ["alice", "carol", "%adm"])
        #expect(rule.list("sources") == ["/etc/sudoers:1", "/etc/sudoers:3"])
        #expect(policy.rules.map(\.id) == policy.rules.map(\.id).sorted())
    }

    @Test func `tells bytes apart that show alike`() async throws {
        let policy = try await SudoScenario().policy(
            Array("a ALL=/bin/x".utf8) + [0xFF] + Array("\nb ALL=/bin/x".utf8) + [0xFE])
        #expect(policy.rules.count == 2)
    }

    @Test func `is taken of sorted JSON without blanks`() throws {
        var expansion = SudoersExpansion([:])
        let command = SudoersCommand(path: Array("/bin/\"x".utf8), arguments: [], digests: [])
        let right = SudoRight(
            hosts: try expansion.items(of: [SudoersMember(subject: .all)], .host),
            targets: try expansion.items(of: [SudoersMember(subject: .word([10]), isNegated: true)], .runAs),
            options: SudoersOptions(timeout: 5), tags: SudoersTags(password: false),
            commands: try expansion.items(of: [SudoersMember(subject: .command(command))], .command))
        #expect(
            String(decoding: right.canonicalJSON(expansion), as: UTF8.self)
                == #"{"commands":[{"arguments":"","path":"/bin/\"x"}],"hosts":[{"all":true}],"options":{"timeout":"5"},"#
                + #""runas_users":[{"name":"\u000a","negated":true}],"tags":{"PASSWD":false}}"#)
    }
}
