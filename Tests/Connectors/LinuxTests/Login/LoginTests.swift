import AccessModel
import Glibc
import Testing

@testable import LinuxConnector

@Suite struct `a stack of PAM` {
    private func stack(_ files: [String: String], of service: String = "login") -> PAMStack {
        PAMStack(of: service) { files[$0].map { Array($0.utf8) } }
    }

    @Test func `follows what it includes`() {
        let stack = stack([
            "/etc/pam.d/login": """
            auth [success=1 default=ignore] pam_unix.so nullok \\
               try_first_pass
            @include common-account
            account include more
            -session optional /lib/security/pam_x.so # remark
            account substack /etc/elsewhere
            broken
            """,
            "/etc/pam.d/common-account":
                "Account required pam_access.so nodefgroup accessfile=/a\nauth required pam_deny.so\n",
            "/usr/lib/pam.d/more": "auth required pam_no.so\naccount required pam_yes.so\n",
            "/etc/elsewhere": "account required pam_time.so\n",
        ])
        #expect(
            stack.modules.map { "\($0.phase) \($0.name)" } == [
                "auth pam_unix.so", "account pam_access.so", "auth pam_deny.so", "account pam_yes.so",
                "session pam_x.so",
                "account pam_time.so",
            ])
        #expect(stack.modules[0].arguments == ["nullok", "try_first_pass"])
        #expect(stack.modules(in: "account").first?.arguments == ["nodefgroup", "accessfile=/a"])
    }

    @Test(.timeLimit(.minutes(1))) func `reads a line of a million pieces in time`() {
        let line = "auth required pam_x.so " + String(repeating: "a\\\n", count: 1_000_000)
        #expect(stack(["/etc/pam.d/login": line]).modules.first?.arguments.first?.utf8.count == 1_000_000)
    }

    @Test func `that includes itself on every line is read a few times, not hundreds`() {
        let lines = "auth required pam_x.so\n" + String(repeating: "@include login\n", count: 10_000)
        let stack = stack(["/etc/pam.d/login": lines])
        #expect(stack.modules.first?.name == "pam_x.so")
        #expect(stack.files.count < 50)
    }

    @Test func `falls back to the stack of others and stops in circles`() {
        #expect(stack(["/etc/pam.d/other": "auth required pam_deny.so"]).modules.map(\.name) == ["pam_deny.so"])
        #expect(
            stack(["/etc/pam.d/login": "@include login\n@include login\nauth required a.so\n"]).modules.count <= 10_000)
        let circle = String(repeating: "@include login\n", count: 50)
        #expect(stack(["/etc/pam.d/login": circle]).files.count <= 256)
        #expect(stack([:]).modules.isEmpty)
    }
}

@Suite struct `access.conf` {
    private func answer(
        _ text: String, user: String = "bob", groups: [String] = ["staff"], from origin: LoginOrigin = .local
    ) -> Likelihood {
        var table = AccessTable()
        #expect(table.add(Array((text + "\n").utf8), file: "access.conf").isEmpty)
        return table.admits(user, groups: groups, from: origin, plainNamesMayBeGroups: true)
    }

    @Test func `is read as pam_access reads it`() {
        #expect(answer("-:all:all") == .no)
        #expect(answer("+:BOB:all\n-:ALL:ALL") == .yes)
        #expect(answer("-:ALL except bob:ALL") == .yes)
        #expect(answer("+ : bob # c : ALL # x\n-:ALL:ALL") == .yes)
        var table = AccessTable()
        #expect(table.add(Array("+:bob:ALL\n-:ALL:ALL".utf8), file: "access.conf").map(\.line) == [2])
        #expect(table.rules.count == 1)
    }

    @Test(
        arguments: [
            ("", .yes, .yes), ("-:ALL:ALL", .no, .no), ("+:bob:LOCAL\n-:ALL:ALL", .yes, .no),
            ("-:ALL EXCEPT bob:ALL", .yes, .yes), ("-:ALL EXCEPT root:ALL EXCEPT LOCAL", .yes, .no),
            ("+ : (staff) : ALL\n- : ALL : ALL", .yes, .yes), ("+:staff:ALL\n-:ALL:ALL", .yes, .yes),
            ("+:(other):ALL\n-:ALL:ALL", .no, .no), ("+:@net:ALL\n-:ALL:ALL", .maybe, .maybe),
            ("-:@net:ALL", .yes, .yes),
            ("+:bob:10.0.0.0/8\n-:ALL:ALL", .no, .maybe), ("-:bob:10.0.0.0/8 tty1", .yes, .yes),
            ("+:bob:tty1\n-:ALL:ALL", .maybe, .no), ("-:ALL EXCEPT staff EXCEPT bob:ALL", .no, .no),
            ("# all\n\n-:alice,bob:ALL # these", .no, .no),
        ] as [(String, Likelihood, Likelihood)])
    func `takes the first rule that fits`(text: String, local: Likelihood, remote: Likelihood) {
        #expect(answer(text, from: .local) == local)
        #expect(answer(text, from: .remote) == remote)
    }

    @Test func `tells of broken lines`() {
        var table = AccessTable()
        let problems = table.add(Array("ALL:ALL\n*:a:b\n+:a\n+:a:b\n".utf8), file: "f")
        #expect(problems.map(\.line) == [1, 2, 3])
        #expect(table.rules.count == 1)
    }

    @Test func `counts only when a stack asks for it`() async throws {
        let root = try sampleRoot()
        try root.write("/etc/security/access.conf", "-:alice:ALL\n")
        let login = "host:0123456789abcdef0123456789abcdef:login"
        #expect(try await Walk(of: .over(root)).holders(login) == ["user/alice"])
        try root.write("/etc/pam.d/login", "account required pam_access.so\nauth required pam_wheel.so\n")
        let walk = try await Walk(of: .over(root))
        #expect(walk.holders(login).isEmpty)
        #expect(walk.holders("host:0123456789abcdef0123456789abcdef:ssh") == ["user/alice", "user/bob"])
        #expect(walk.resources.first?.list("pam_modifiers") == ["login/auth/pam_wheel.so"])
    }
}

@Suite struct `the records of log-ins` {
    private func session(_ user: String, at time: UInt32, type: UInt16 = 7) -> [UInt8] {
        var record = [UInt8](repeating: 0, count: 384)
        record[0] = UInt8(type & 0xFF)
        for (index, byte) in user.utf8.prefix(32).enumerated() { record[44 + index] = byte }
        for index in 0..<4 { record[340 + index] = UInt8(truncatingIfNeeded: time >> (8 * index)) }
        return record
    }

    @Test func `of wtmp give the newest session of each user`() {
        let bytes =
            session("a", at: 50) + session("b", at: 20) + session("a", at: 40) + session("c", at: 60, type: 8)
            + session("", at: 5) + [7, 0, 0]
        let newest = SessionRecords.newest(in: bytes[...])
        #expect(newest == [ByteKey("a"): 50, ByteKey("b"): 20])
        #expect(SessionRecords.newest(in: [][...]).isEmpty)
        let long = String(repeating: "u", count: 32)
        #expect(SessionRecords.newest(in: session(long + "x", at: 1)[...]).keys.map(\.text) == [long])
    }

    @Test func `of lastlog are found by user id`() async throws {
        let root = try sampleRoot()
        var table = [UInt8](repeating: 0, count: 292 * 1000 + 4)
        table.replaceSubrange((292 * 1000)..., with: [0x00, 0x5E, 0xD0, 0xB2])
        try root.write("/var/log/lastlog", table)
        try root.write("/var/log/wtmp", session("alice", at: 9) + session("bob", at: 1_700_000_000))
        let accounts = try await Walk(of: .over(root))
        #expect(try accounts.lastLogin("alice") == 3_000_000_000)
        #expect(try accounts.lastLogin("bob") == 1_700_000_000)
        #expect(try accounts.lastLogin("carol") == nil)
    }
}
