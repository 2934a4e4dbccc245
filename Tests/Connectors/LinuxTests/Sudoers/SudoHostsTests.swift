import Testing

@testable import LinuxConnector

@Suite struct `the hosts of a sudo rule` {
    @Test(arguments: [
        "ALL", "web1", "WEB1", "web1.example.com", "web?", "w*", "web[0-9]", "web[^2]", "*.example.com", "10.1.2.3",
        "10.1.2.0", "10.0.0.0/8", "10.1.0.0/255.255.0.0", "fe80::5", "fe80::/10", "other, web1", "!other, ALL",
        "HERE", "!THERE, ALL", "+hosts", "\"web1\"", "!!web1", "WEB1_UNDEFINED, web1",
    ])
    func `match this one`(hosts: String) async throws {
        let text = "Host_Alias HERE = web1 : THERE = other, web2\nalice \(hosts) = ALL"
        var scenario = SudoScenario()
        scenario.netgroups = ["hosts": [("other", nil), ("web1.example.com", nil)]]
        #expect(try await scenario.policy(text).rules.count == 1)
    }

    @Test(arguments: [
        "web2", "web", "example.com", "!web1", "ALL, !web1", "ALL, !w*", "10.1.2.4", "10.2.0.0/16", "fe81::5",
        "THERE", "ALL, !HERE", "+hosts", "*.example.org", "web[2-9]", "10.1.2.3/31/2",
    ])
    func `match others`(hosts: String) async throws {
        let text = "Host_Alias HERE = web1 : THERE = other, web2\nalice \(hosts) = ALL"
        var scenario = SudoScenario()
        scenario.netgroups = ["hosts": [("other", nil)]]
        #expect(try await scenario.policy(text).rules.isEmpty)
    }

    @Test func `are the name of an undefined alias`() async throws {
        #expect(try await SudoScenario().policy("alice WEB1 = ALL").rules.count == 1)
    }

    @Test func `given as addresses are unknown below another root`() async throws {
        var scenario = SudoScenario()
        scenario.addresses = nil
        let policy = try await scenario.policy("alice 10.1.2.3 = ALL\nbob ALL, !10.0.0.0/8 = ALL")
        #expect(policy.rules.map(\.held) == [["bob"]])
        #expect(policy.rules[0].flag("approximate"))
        #expect(policy.unresolved == ["sudoers network 10.0.0.0/8", "sudoers network 10.1.2.3"])
    }

    @Test func `differ between the parts of a line`() async throws {
        let policy = try await SudoScenario().policy("alice web2 = /bin/a : web1 = (www) /bin/b : ALL = /bin/c")
        #expect(policy.rules.map(\.display).sorted() == ["(root) /bin/c", "(www) /bin/b"])
    }

    @Test func `are never slow to compare`() {
        let stars = Array(String(repeating: "*a", count: 2_000).utf8) + [UInt8(ascii: "b")]
        #expect(!Wildcard(stars).matches([UInt8](repeating: UInt8(ascii: "a"), count: 4_000)))
        #expect(Wildcard(Array("a[[:digit:]x]?\\**".utf8)).matches(Array("a5z*".utf8)))
        #expect(!Wildcard(Array("a[bc".utf8)).matches(Array("ab".utf8)))
    }
}
