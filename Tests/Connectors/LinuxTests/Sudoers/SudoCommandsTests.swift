import AccessModel
import SwiftProtobuf
import Testing

@testable import LinuxConnector

@Suite struct `the commands of a sudo rule` {
    @Test func `carry target, tags and options over`() async throws {
        let policy = try await SudoScenario().policy(
            "alice ALL = (www) TIMEOUT=5m NOPASSWD: /bin/a, /bin/b, PASSWD: /bin/c, (root) /bin/d : ALL = /bin/e")
        #expect(
            Set(policy.rules.map(\.display)) == [
                "(www) TIMEOUT=300 NOPASSWD: /bin/a, /bin/b", "(www) TIMEOUT=300 PASSWD: /bin/c",
                "(root) TIMEOUT=300 PASSWD: /bin/d", "(root) /bin/e",
            ])
        #expect(policy.rule("(www) TIMEOUT=300 NOPASSWD: /bin/a, /bin/b")?.flag("nopasswd") == true)
        #expect(policy.rule("(www) TIMEOUT=300 PASSWD: /bin/c")?.flag("nopasswd") == false)
        #expect(policy.rules.contains { $0.profile.fields["timeout"]?.numberValue == 300 })
    }

    @Test(
        arguments: [
            ("ALL", [], ["root"], false), ("(ALL) ALL", [], ["ALL"], true), ("(ALL : ALL) ALL", ["ALL"], ["ALL"], true),
            ("(#0) ALL", [], ["#0"], true), ("(www, root) ALL", [], ["www", "root"], true),
            ("(ALL, !root) ALL", [], ["ALL", "!root"], false), ("(www) ALL", [], ["www"], false),
            ("(%root) ALL", [], ["%root"], true), ("(TARGETS) ALL", [], ["www", "#0"], true),
            ("(www : adm, !root) ALL", ["adm", "!root"], ["www"], false),
        ] as [(String, [String], [String], Bool)])
    func `say as whom they run`(text: String, groups: [String], users: [String], reachesRoot: Bool) async throws {
        let rule = try await SudoScenario().rule("Runas_Alias TARGETS = www, #0\nalice ALL = \(text)")
        #expect(rule.list("runas_users") == users)
        #expect(rule.list("runas_groups") == groups)
        #expect(rule.isUnrestricted == (reachesRoot || text == "ALL"))
        #expect(rule.flag("unrestricted") == rule.isUnrestricted)
    }

    @Test func `are unrestricted without a look at the rules`() async throws {
        #expect(try await SudoScenario().rule("alice ALL = ALL, !list").isUnrestricted)
        #expect(try await SudoScenario().rule("alice ALL = ALL, !/bin/su").isUnrestricted == false)
    }

    @Test(arguments: ["() ALL", "(:) ALL", "(:adm) ALL"])
    func `may run as the user only`(text: String) async throws {
        let rule = try await SudoScenario().rule("alice ALL = \(text)")
        #expect(rule.flag("runas_self"))
        #expect(!rule.isUnrestricted)
        #expect(rule.list("runas_users").isEmpty)
    }

    @Test func `imply SETENV when they are ALL`() async throws {
        #expect(try await SudoScenario().rule("alice ALL = ALL").flag("setenv"))
        #expect(try await SudoScenario().rule("alice ALL = NOSETENV: ALL").flag("setenv") == false)
        #expect(try await SudoScenario().rule("alice ALL = /bin/ls").flag("setenv") == false)
        #expect(try await SudoScenario().rule("Defaults setenv\nalice ALL = /bin/ls").flag("setenv"))
    }

    @Test(
        arguments: [
            ("ALL, !/bin/su", ["ALL"], ["/bin/su"]), ("!/bin/su, ALL", ["ALL"], []),
            ("/bin/a, /bin/b, !/bin/a", ["/bin/b"], ["/bin/a"]), ("/bin/a x, /bin/b, !/bin/a", ["/bin/b"], ["/bin/a"]),
            ("/bin/a, !/bin/a x", ["/bin/a"], ["/bin/a x"]), ("/bin/a, !ALL, /bin/b", ["/bin/b"], ["ALL"]),
            ("/bin/a, /usr/x, !/bin/", ["/usr/x"], ["/bin/"]), ("C, !/bin/b", ["/bin/a"], ["/bin/b"]),
            ("ALL, !C", ["ALL"], ["/bin/a", "/bin/b"]), ("ALL, !NESTED", ["ALL", "/bin/b"], ["/bin/a"]),
            ("UNDEFINED, /bin/a", ["/bin/a"], []), ("sudoedit /etc/x, list", ["sudoedit /etc/x", "list"], []),
        ] as [(String, [String], [String])])
    func `are allowed with exceptions`(text: String, allowed: [String], except: [String]) async throws {
        let rule = try await SudoScenario().rule(
            "Cmnd_Alias C = /bin/a, /bin/b : NESTED = C, !/bin/b\nalice ALL = \(text)")
        #expect(rule.list("commands") == allowed)
        #expect(rule.list("except_commands") == except)
        #expect(!rule.isUnrestricted || except.isEmpty)
    }

    @Test func `allowed again in part make the rule approximate`() async throws {
        let rule = try await SudoScenario().rule("alice ALL = ALL, !/bin/*, /bin/ls")
        #expect(rule.flag("approximate"))
        #expect(try await SudoScenario().rule("alice ALL = ALL, !/bin/su, /bin/ls").flag("approximate") == false)
    }

    @Test(arguments: ["!ALL", "!/bin/ls", "!/bin/ls, !/bin/cat", "/bin/ls, !/bin/ls", "/bin/ls, !ALL", "UNDEFINED"])
    func `that are all denied are no rule`(text: String) async throws {
        #expect(try await SudoScenario().policy("alice ALL = \(text)").rules.isEmpty)
    }

    @Test func `may be bound to checksums`() async throws {
        let sum = String(repeating: "ab", count: 32)
        let rule = try await SudoScenario().rule("alice ALL = sha256:\(sum) /bin/ls")
        #expect(rule.flag("digest_pinned"))
        let all = try await SudoScenario().rule("alice ALL = sha256:\(sum) ALL")
        #expect(!all.isUnrestricted)
        #expect(
            try await SudoScenario().rule("alice ALL = sha256:\(sum) /bin/a, /bin/b").flag("digest_pinned") == false)
    }

    @Test func `hold in their time only`() async throws {
        func rule(_ text: String) async throws -> SudoPolicy.Rule {
            try await SudoScenario().rule("alice ALL = \(text) ALL")
        }
        for text in ["NOTBEFORE=20200101000000Z", "NOTAFTER=20231114221320Z", "NOTBEFORE=202311142213Z"] {
            let rule = try await rule(text)
            #expect(rule.isActive && rule.flag("active") && rule.held == ["alice"], "\(text)")
        }
        for text in ["NOTBEFORE=20231114221321Z", "NOTAFTER=20231114221319Z", "NOTAFTER=2023111423+0200"] {
            let rule = try await rule(text)
            #expect(!rule.isActive && !rule.flag("active") && rule.held.isEmpty, "\(text)")
        }
        #expect(try await rule("NOTAFTER=2030010112.5Z").profile.string("not_after") == "20300101123000Z")
    }

    @Test func `are shown on one line of 200 characters`() async throws {
        let rule = try await SudoScenario().rule("alice ALL = (ALL : ALL) NOPASSWD: ALL")
        #expect(rule.display == "(ALL : ALL) NOPASSWD: ALL")
        let many = (0..<100).map { "/bin/\($0)" }.joined(separator: ",")
        let long = try await SudoScenario().rule("alice ALL = \(many)")
        #expect(long.display.count == 200)
        #expect(long.display.hasSuffix("…"))
        #expect(long.list("commands").count == 100)
        let control = try await SudoScenario().rule("alice ALL = (a\\x0ab) /bin/ls")
        #expect(control.display == "(a\u{FFFD}b) /bin/ls")
    }
}
