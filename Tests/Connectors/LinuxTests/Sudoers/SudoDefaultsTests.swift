import AccessModel
import Testing

@testable import LinuxConnector

@Suite struct `the Defaults of sudoers` {
    @Test(arguments: [
        ("Defaults !authenticate", true, false), ("Defaults authenticate", false, false),
        ("Defaults !authenticate, authenticate", false, false), ("Defaults:%wheel !authenticate", true, false),
        ("Defaults:bob !authenticate", true, true), ("Defaults:carol !authenticate", false, false),
        ("Defaults@web1 !authenticate", true, false), ("Defaults@web2 !authenticate", false, false),
        ("Defaults>root !authenticate", true, false), ("Defaults>www !authenticate", false, false),
        ("Defaults!/bin/ls !authenticate", true, true), ("Defaults!/bin/x !authenticate", false, false),
        ("Defaults!ALL !authenticate", true, false), ("Defaults exempt_group=wheel", true, false),
        ("Defaults exempt_group=sudo", true, true), ("Defaults exempt_group=adm", false, false),
        ("Defaults exempt_group=wheel, !exempt_group", false, false),
    ])
    func `decide whether a password is asked`(text: String, isFree: Bool, isApproximate: Bool) async throws {
        let rule = try await SudoScenario().rule("\(text)\n%wheel ALL = /bin/ls, /bin/cat")
        #expect(rule.flag("nopasswd") == isFree)
        #expect(rule.flag("approximate") == isApproximate)
    }

    @Test func `yield to tags`() async throws {
        #expect(
            try await SudoScenario().rule("Defaults !authenticate\nbob ALL = PASSWD: ALL").flag("nopasswd") == false)
        #expect(try await SudoScenario().rule("bob ALL = NOPASSWD: ALL").flag("nopasswd"))
        #expect(try await SudoScenario().rule("Defaults exempt_group=wheel\nbob ALL = PASSWD: ALL").flag("nopasswd"))
    }

    @Test func `say as whom commands run`() async throws {
        let rule = try await SudoScenario().rule("Defaults runas_default=www\nalice ALL = ALL")
        #expect(rule.list("runas_users") == ["www"])
        #expect(!rule.isUnrestricted)
        let special = try await SudoScenario().rule(
            "Defaults runas_default=www\nDefaults:bob runas_default=root\nbob ALL=ALL")
        #expect(special.list("runas_users") == ["www", "root"])
        #expect(special.isUnrestricted && special.flag("approximate"))
    }

    @Test(arguments: [("rootpw", "root"), ("targetpw", "target"), ("runaspw", "runas_default")])
    func `say whose password is asked`(setting: String, owner: String) async throws {
        let rule = try await SudoScenario().rule("Defaults \(setting)\nALL ALL = (ALL) ALL")
        #expect(rule.profile.string("password_of") == owner)
        #expect(rule.isUnrestricted)
        #expect(
            try await SudoScenario().rule("Defaults:bob \(setting)\n%wheel ALL = ALL").profile.string("password_of")
                == nil)
    }

    @Test func `say noexec only when it is for all users of the rule`() async throws {
        #expect(try await SudoScenario().rule("Defaults noexec\nalice ALL = ALL").flag("noexec"))
        #expect(try await SudoScenario().rule("Defaults:bob noexec\n%wheel ALL = ALL").flag("noexec") == false)
        #expect(try await SudoScenario().rule("Defaults noexec\nalice ALL = EXEC: ALL").flag("noexec") == false)
        #expect(try await SudoScenario().rule("alice ALL = NOEXEC: ALL").flag("noexec"))
    }
}
