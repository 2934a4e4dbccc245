import Testing

@testable import LinuxConnector

@Suite struct `a later denial` {
    @Test func `of ALL takes the rule from its users`() async throws {
        let policy = try await SudoScenario().policy("%wheel ALL = (ALL) ALL\nbob ALL = (ALL) !ALL")
        #expect(policy.rules.map(\.held) == [["alice"]])
        #expect(!policy.rules[0].flag("approximate"))
    }

    @Test func `of a command becomes an exception when it is for all users of the rule`() async throws {
        let policy = try await SudoScenario().policy("%wheel ALL = (ALL) ALL\n%users ALL = (ALL) !/bin/su")
        #expect(policy.rules[0].held == ["%wheel"])
        #expect(policy.rules[0].list("except_commands") == ["/bin/su"])
        #expect(!policy.rules[0].isUnrestricted)
    }

    @Test func `of a command for some only makes the rule approximate`() async throws {
        let policy = try await SudoScenario().policy("%wheel ALL = (ALL) ALL\nbob ALL = (ALL) !/bin/su")
        #expect(policy.rules[0].held == ["%wheel"])
        #expect(policy.rules[0].flag("approximate"))
        #expect(policy.rules[0].isUnrestricted)
    }

    @Test func `for other targets takes nothing`() async throws {
        let policy = try await SudoScenario().policy("alice ALL = (root) ALL\nalice ALL = (www) !ALL")
        #expect(policy.rules[0].held == ["alice"])
        #expect(!policy.rules[0].flag("approximate"))
    }

    @Test func `for some targets makes the rule approximate`() async throws {
        let policy = try await SudoScenario().policy("alice ALL = (ALL) ALL\nalice ALL = (www) !ALL")
        #expect(policy.rules[0].held == ["alice"])
        #expect(policy.rules[0].flag("approximate"))
    }

    @Test func `does not reach what comes after it`() async throws {
        let policy = try await SudoScenario().policy("alice ALL = !ALL\nalice ALL = ALL")
        #expect(policy.rules.map(\.held) == [["alice"]])
    }

    @Test func `is over when the same is allowed again`() async throws {
        let policy = try await SudoScenario().policy("%wheel ALL = ALL\n%wheel ALL = !ALL\nbob ALL = ALL")
        #expect(policy.rules.map(\.held) == [["bob"]])
    }

    @Test func `out of its time takes nothing`() async throws {
        let policy = try await SudoScenario().policy("alice ALL = ALL\nalice ALL = NOTAFTER=2020010100Z !ALL")
        #expect(policy.rules.map(\.held) == [["alice"]])
    }

    @Test func `on other hosts takes nothing`() async throws {
        let policy = try await SudoScenario().policy("alice ALL = ALL\nalice db = !ALL")
        #expect(policy.rules.map(\.held) == [["alice"]])
    }

    @Test func `leaves groups in groups unless it takes someone`() async throws {
        let policy = try await SudoScenario().policy("%wheel ALL = ALL\ncarol ALL = !ALL")
        #expect(policy.rules.map(\.held) == [["%wheel"]])
    }

    @Test func `with an exception of its own keeps the exception`() async throws {
        let policy = try await SudoScenario().policy("alice ALL = ALL\nalice ALL = !ALL, /bin/ls")
        #expect(policy.rule("(root) ALL")?.held == [])
        #expect(policy.rules.filter { !$0.held.isEmpty }.map { $0.list("commands") } == [["/bin/ls"]])
    }

    @Test func `for a group that is not known here takes only from that group`() async throws {
        let policy = try await SudoScenario().policy("%ldap, alice ALL = ALL\n%ldap ALL = !ALL")
        #expect(policy.rules[0].held == ["alice"])
    }
}
