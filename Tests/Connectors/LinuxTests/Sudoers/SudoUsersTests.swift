import Testing

@testable import LinuxConnector

@Suite struct `the users of a sudo rule` {
    let everybody = ["alice", "bob", "carol", "dave", "root", "www"]

    @Test func `are named, numbered and in groups`() async throws {
        let rule = try await SudoScenario().rule("alice, #1002, %wheel, %#4 ALL=ALL")
        #expect(rule.held == ["alice", "bob", "%adm", "%wheel"])
        #expect(!rule.flag("approximate"))
    }

    @Test func `are everybody by ALL`() async throws {
        let rule = try await SudoScenario().rule("ALL ALL=/bin/ls")
        #expect(rule.held == everybody)
        #expect(rule.flag("everyone"))
    }

    @Test func `need not have an account on the host`() async throws {
        let policy = try await SudoScenario().policy("ldapuser, %ldapgroup, #4242, %#4343, %:domain ALL=ALL")
        #expect(policy.rules[0].held == ["ldapuser", "%ldapgroup"])
        #expect(policy.unresolved == ["sudoers group %#4343", "sudoers group %:domain", "sudoers user #4242"])
    }

    @Test func `are found whatever the case of their names`() async throws {
        #expect(try await SudoScenario().rule("Alice, %WHEEL ALL=ALL").held == ["alice", "%wheel"])
        let exact = "Defaults !case_insensitive_user, !case_insensitive_group\n"
        #expect(try await SudoScenario().rule(exact + "Alice, %WHEEL ALL=ALL").held == ["Alice", "%WHEEL"])
    }

    @Test func `may have quoted and escaped names`() async throws {
        var scenario = SudoScenario()
        scenario.users += [("joe doe", 2000, 100), ("DOM\\eve", 2001, 100)]
        #expect(try await scenario.rule("\"joe doe\", DOM\\\\eve ALL=ALL").held == ["DOM\\eve", "joe doe"])
    }

    @Test func `come from aliases that stay nested`() async throws {
        let policy = try await SudoScenario().policy(
            """
            OPS ALL=ALL
            User_Alias OPS = INNER, dave : INNER = %wheel, carol : UNUSED = bob
            """)
        #expect(policy.rules[0].held == ["@OPS"])
        #expect(policy.alias("OPS") == ["dave", "@INNER"])
        #expect(policy.alias("INNER") == ["carol", "%wheel"])
        #expect(policy.alias("UNUSED") == nil)
    }

    @Test func `of an undefined alias are the user of that name`() async throws {
        var scenario = SudoScenario()
        #expect(try await scenario.rule("ADMINS ALL=ALL").held == ["ADMINS"])
        scenario.users.append(("ADMINS", 2000, 100))
        #expect(try await scenario.rule("ADMINS ALL=ALL").held == ["ADMINS"])
    }

    @Test func `are flattened when some are taken away`() async throws {
        #expect(try await SudoScenario().rule("%users, !bob ALL=ALL").held == ["alice", "carol", "dave"])
        #expect(try await SudoScenario().rule("!bob, %users ALL=ALL").held == ["alice", "bob", "carol", "dave"])
        #expect(
            try await SudoScenario().rule("ALL, !%wheel, alice ALL=ALL").held == [
                "alice", "carol", "dave", "root", "www",
            ])
        #expect(try await SudoScenario().rule("ALL, !root ALL=ALL").flag("everyone") == false)
    }

    @Test func `of an alias with a negation are flattened in the alias`() async throws {
        let policy = try await SudoScenario().policy("User_Alias A = %users, !bob\nA, root ALL=ALL")
        #expect(policy.rules[0].held == ["root", "@A"])
        #expect(policy.alias("A") == ["alice", "carol", "dave"])
    }

    @Test func `named before an alias that denies them are out`() async throws {
        let policy = try await SudoScenario().policy("User_Alias A = %users, !bob\nbob, root, A ALL=ALL")
        #expect(policy.rules[0].held == ["alice", "carol", "dave", "root"])
        #expect(policy.aliases.isEmpty)
    }

    @Test func `of a negated alias are those it takes away`() async throws {
        let policy = try await SudoScenario().policy("User_Alias A = %wheel, !bob\nALL, !A ALL=ALL")
        #expect(policy.rules[0].held == ["bob", "carol", "dave", "root", "www"])
    }

    @Test func `nobody has who is only taken away`() async throws {
        #expect(try await SudoScenario().policy("!alice ALL=ALL").rules.isEmpty)
    }

    @Test func `of a directory stay when others are taken away`() async throws {
        let rule = try await SudoScenario().rule("%ldapgroup, ldapuser, %users, !bob ALL=ALL")
        #expect(rule.held == ["alice", "carol", "dave", "ldapuser", "%ldapgroup"])
        let unknown = try await SudoScenario().rule("%users, !%ldapgroup ALL=ALL")
        #expect(unknown.held == ["alice", "bob", "carol", "dave"])
        #expect(unknown.flag("approximate"))
    }

    @Test func `of a circle of aliases are all it names`() async throws {
        let policy = try await SudoScenario().policy(
            "User_Alias A = alice, B : B = bob, C : C = carol, A\nA ALL=ALL\nB ALL=/bin/ls\nSELF ALL=/bin/id\nUser_Alias SELF = SELF, dave"
        )
        #expect(policy.alias("A") == ["alice", "bob", "carol"])
        #expect(policy.alias("B") == ["alice", "bob", "carol"])
        #expect(policy.alias("SELF") == ["dave"])
        #expect(policy.problems.map(\.line) == [1, 5])
    }

    @Test func `of a circle that takes someone away are rather too many`() async throws {
        let circle = "User_Alias A = alice, B : B = !bob, A\n"
        for list in ["A", "B", "dave, !A"] {
            let policy = try await SudoScenario().policy(circle + "\(list) ALL=ALL\n")
            #expect(policy.rules.map { $0.flag("approximate") } == [true])
            #expect(
                policy.alias("A") == ["alice", "bob"] || policy.alias("B") == ["alice", "bob"] || list == "dave, !A")
        }
        let exact = try await SudoScenario().policy("User_Alias A = alice, B : B = A, bob\nALL, !A ALL=ALL\n")
        #expect(exact.rules[0].held == ["carol", "dave", "root", "www"])
        #expect(!exact.rules[0].flag("approximate"))
    }

    @Test func `of netgroups are looked up`() async throws {
        var scenario = SudoScenario()
        scenario.netgroups = ["ops": [("web1", "carol"), (nil, "stranger"), ("web1", "")], "few": [(nil, "dave")]]
        #expect(try await scenario.rule("+few ALL=ALL").held == ["dave"])
        let rule = try await scenario.rule("+ops, !dave ALL=ALL")
        #expect(rule.held == ["alice", "bob", "carol", "root", "www"])
        let policy = try await scenario.policy("+gone, alice ALL=ALL")
        #expect(policy.rules[0].held == ["alice"])
        #expect(policy.unresolved == ["sudoers netgroup +gone"])
    }
}
