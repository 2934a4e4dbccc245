import Testing

@testable import LinuxConnector

@Suite struct `a hostile sudoers file` {
    @Test(arguments: 0..<10)
    func `is read and resolved without harm`(block: Int) async throws {
        var dice = Dice(seed: UInt64(block) &+ 4_711)
        let seeds = (SudoersCorpus.sound + SudoersCorpus.broken).map { Array($0.utf8) }
        for round in 0..<300 {
            var text = dice.once(in: 3) ? SudoersGenerator.text(seed: dice.next()) : dice.pick(seeds)
            if dice.once(in: 3) { text += dice.pick(seeds) }
            text = SudoersMutation.mutated(text, times: 1 + dice.roll(round % 30 + 1), &dice)
            var parser = SudoersParser(text, file: "s", atMost: 10_000)
            parser.parse()
            let source = SudoersSource(parser.entries, problems: parser.problems)
            let netgroups = try await SudoNetgroups(of: source, given: SudoScenario().surroundings)
            var resolver = try SudoResolver(source, given: SudoScenario().surroundings, netgroups: netgroups)
            let policy = try resolver.policy(problems: source.problems)
            #expect(policy.rules.allSatisfy { $0.id.utf8.count == 16 && $0.display.unicodeScalars.count <= 200 })
            #expect(policy.problems.allSatisfy { $0.line > 0 && $0.column > 0 })
        }
    }

    @Test(.timeLimit(.minutes(10))) func `with aliases that double at each step is small`() async throws {
        var text =
            "Cmnd_Alias C0 = /bin/a, /bin/b\nUser_Alias U0 = alice, %wheel\nHost_Alias H0 = ALL\nRunas_Alias R0 = root\n"
        for level in 1...200 {
            for kind in ["Cmnd", "User", "Host", "Runas"] {
                let letter = kind.prefix(1)
                text +=
                    "\(kind)_Alias \(letter)\(level) = \(letter)\(level - 1), !\(letter)\(level - 1), \(letter)\(level - 1)\n"
            }
        }
        let policy = try await SudoScenario().policy(text + "U200 H200 = (R200) C200\n")
        #expect(policy.rules.map { $0.list("commands") } == [["/bin/a", "/bin/b"]])
        #expect(policy.rules[0].held == ["@U200"])
        #expect(policy.alias("U200") == ["alice", "bob"])
    }

    @Test(.timeLimit(.minutes(10))) func `with a chain of aliases needs no stack`() async throws {
        var text = "User_Alias A0 = alice\n"
        for level in 1...10_000 { text += "User_Alias A\(level) = A\(level - 1)\n" }
        let policy = try await SudoScenario().policy(text + "A10000 ALL = ALL\n")
        #expect(policy.aliases.count == 10_001)
        let circle = text + "A10000 ALL = ALL\nUser_Alias B = A0\n".replacing("A0", with: "B")
        #expect(try await SudoScenario().policy(circle).rules.count == 1)
    }

    @Test func `with more than anybody writes is an error`() throws {
        let root = try PreparedRoot(["/etc/sudoers": "alice ALL = " + String(repeating: "/a,", count: 1_000) + "/b\n"])
        var reader = SudoersFiles(in: root.files, path: "/etc/sudoers", shortHostName: "web1", atMost: 1_000)
        #expect(throws: SudoersLimitExceeded.self) { try reader.read() }
        var lines = ""
        for level in 0..<100 {
            lines += "Cmnd_Alias A\(level) = /bin/\(level)" + (level > 0 ? ", A\(level - 1)\n" : "\n")
        }
        var expansion = SudoersExpansion(source(lines).aliases, atMost: 5_000)
        let last = SudoersMember(subject: .alias(Array("A99".utf8)))
        #expect(throws: SudoersLimitExceeded.self) { try expansion.items(of: [last], .command) }
    }

    @Test(.timeLimit(.minutes(10))) func `with many denials stays quick and says too much at most`() async throws {
        var text = ""
        for number in 0..<1_500 { text += "alice ALL = /bin/\(number), !/usr/\(number)\n" }
        let policy = try await SudoScenario().policy(text)
        #expect(policy.rules.count == 1_500)
        #expect(policy.rules.allSatisfy { $0.held == ["alice"] })
    }

    @Test(arguments: [
        "\\", "\\\n", "\"", "\"\\", "#", "#-", "@include", "@include \"", "%", "+", "!", "Defaults", "Defaults:",
        "a ALL=/",
        "a ALL=/b \\", "a ALL=^", "a ALL=^a$ ^", "a ALL=sha224:", "a ALL=(", "a ALL=CWD=", "\r", "\r\n", "\0", "a\0b",
        "1.2.3.",
        "::", "a ALL=TIMEOUT=99999999999999999999d /b", "a ALL=NOTAFTER=99999999999999Z /b",
        "#99999999999999999999 ALL=ALL",
        "#-99999999999999999999 ALL=ALL", "\\x", "\\x4", "a ALL=NOTBEFORE=00000000000000+9999 /b",
    ])
    func `of a few bytes is read to its end`(text: String) async throws {
        _ = try await SudoScenario().policy(text)
    }
}
