import Glibc
import Testing

@testable import LinuxConnector

@Suite struct `the files of sudoers` {
    private func policy(_ root: PreparedRoot, at path: String = "/etc/sudoers") async throws -> SudoPolicy? {
        try await readSudoPolicy(at: path, in: root.files, given: SudoScenario().surroundings)
    }

    private func commands(_ root: PreparedRoot) async throws -> [String] {
        let policy = try #require(try await policy(root))
        return policy.rules.flatMap { $0.list("commands") }.sorted()
    }

    @Test func `may be absent`() async throws {
        #expect(try await policy(PreparedRoot()) == nil)
    }

    @Test func `include others, relative to their own folder`() async throws {
        let root = try PreparedRoot([
            "/etc/sudoers":
                "@include sub/one\n#include /etc/two\n@include \"/etc/a b\"\n@include %h.conf\n@include /etc/c\\ d # x\n",
            "/etc/sub/one": "@include inner", "/etc/sub/inner": "alice ALL=/bin/inner",
            "/etc/two": "alice ALL=/bin/two", "/etc/a b": "alice ALL=/bin/ab", "/etc/web1.conf": "alice ALL=/bin/host",
            "/etc/c d": "alice ALL=/bin/cd",
        ])
        #expect(try await commands(root) == ["/bin/ab", "/bin/cd", "/bin/host", "/bin/inner", "/bin/two"])
        #expect(try await policy(root)?.problems.isEmpty == true)
    }

    @Test func `of a folder come in the order of their bytes`() async throws {
        let root = try PreparedRoot([
            "/etc/sudoers": "@includedir sudoers.d\nalice ALL=NOEXEC: /bin/last",
            "/etc/sudoers.d/10-a": "alice ALL=(b) /bin/x", "/etc/sudoers.d/1-a": "alice ALL=(a) /bin/x",
            "/etc/sudoers.d/A": "alice ALL=(c) /bin/x", "/etc/sudoers.d/x.bak": "alice ALL=(d) /bin/x",
            "/etc/sudoers.d/y~": "alice ALL=(d) /bin/x", "/etc/sudoers.d/.z": "alice ALL=(d) /bin/x",
        ])
        try root.makeFolder("/etc/sudoers.d/folder")
        try root.link("/etc/sudoers.d/link", to: "/etc/sudoers.d/A")
        try root.link("/etc/sudoers.d/nowhere", to: "/etc/none")
        var reader = SudoersFiles(in: root.files, path: "/etc/sudoers", shortHostName: "web1")
        #expect(try reader.read())
        let places = reader.entries.map { entry in
            if case .specification(let specification) = entry { specification.place.file } else { "" }
        }
        #expect(
            places == ["10-a", "1-a", "A", "link"].sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map {
                "/etc/sudoers.d/" + $0
            } + ["/etc/sudoers"])
        #expect(places.first == "/etc/sudoers.d/1-a")
        #expect(reader.problems.isEmpty)
    }

    @Test func `that are missing are a problem, missing folders are none`() async throws {
        let root = try PreparedRoot(["/etc/sudoers": "@includedir /etc/none\n@include /etc/gone\nalice ALL=ALL"])
        let policy = try #require(try await policy(root))
        #expect(policy.problems.map(\.line) == [2])
        #expect(policy.problems[0].description.hasPrefix("/etc/sudoers:2:1: /etc/gone"))
        #expect(policy.rules.count == 1)
    }

    @Test func `may be nested as deep as sudo goes`() async throws {
        for (depth, problems) in [(144, 0), (145, 1)] {
            let root = try PreparedRoot(["/etc/sudoers": "@include 1"])
            for level in 1..<depth { try root.write("/etc/\(level)", "@include \(level + 1)\n") }
            try root.write("/etc/\(depth)", "alice ALL=ALL")
            #expect(try await policy(root)?.problems.count == problems)
            #expect(try await policy(root)?.rules.count == 1 - problems)
        }
    }

    @Test func `that include themselves come to an end`() async throws {
        let once = try PreparedRoot(["/etc/sudoers": "alice ALL=ALL\n@include sudoers\n"])
        #expect(try await policy(once)?.rules.count == 1)
        let twice = try PreparedRoot(["/etc/sudoers": "@include sudoers\n@include sudoers\nalice ALL=ALL\n"])
        await #expect(throws: SudoersLimitExceeded.self) { try await policy(twice) }
        let folder = try PreparedRoot([
            "/etc/sudoers": "@includedir d\n", "/etc/d/a": "@includedir /etc/d\n",
            "/etc/d/b": "a ALL=ALL\n@includedir /etc/d",
        ])
        await #expect(throws: SudoersLimitExceeded.self) { try await policy(folder) }
    }

    @Test func `share their aliases, of which the first counts`() async throws {
        let root = try PreparedRoot([
            "/etc/sudoers": "ADMINS ALL=ALL\n@include a\nUser_Alias ADMINS = bob : OTHERS = dave\nOTHERS ALL=/bin/ls\n",
            "/etc/a": "User_Alias ADMINS = alice\n",
        ])
        let policy = try #require(try await policy(root))
        #expect(policy.alias("ADMINS") == ["alice"])
        #expect(policy.alias("OTHERS") == nil)
        #expect(policy.problems.map(\.line) == [3])
    }

    @Test func `that may not be read are an error`() async throws {
        let root = try PreparedRoot()
        try root.makeFolder("/etc/sudoers")
        await #expect { try await policy(root) } throws: { error in
            if case SudoersError.unreadable(let path) = error { path == "/etc/sudoers" } else { false }
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give files away")) func `of others are refused`() async throws {
        let root = try PreparedRoot()
        let own = InspectedRoot("/")
        let cases: [(mode: mode_t, uid: uid_t, gid: gid_t, isSafe: Bool)] = [
            (0o440, 0, 0, true), (0o644, 0, 100, true), (0o460, 0, 0, true), (0o460, 0, 100, false),
            (0o442, 0, 0, false), (0o440, 1000, 0, false),
        ]
        for (mode, uid, gid, isSafe) in cases {
            try root.write("/included", "bob ALL=ALL", mode: mode)
            #expect(chown(root.path + "/included", uid, gid) == 0)
            try root.write("/sudoers", "alice ALL=/bin/ls\n@include included\n")
            let main = root.path + "/sudoers"
            let policy = try #require(
                try await readSudoPolicy(at: main, in: own, given: SudoScenario().surroundings))
            #expect(policy.rules.count == (isSafe ? 2 : 1), "\(mode) \(uid) \(gid)")
            #expect(policy.problems.count == (isSafe ? 0 : 1))
        }
        #expect(chown(root.path + "/sudoers", 1000, 0) == 0)
        let refused = try await readSudoPolicy(at: root.path + "/sudoers", in: own, given: SudoScenario().surroundings)
        #expect(refused?.rules.isEmpty == true)
        #expect(refused?.problems.count == 1)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give folders away")) func `in a folder of others are skipped`()
        async throws
    {
        let root = try PreparedRoot(["/d/a": "alice ALL=ALL"])
        try root.write("/sudoers", "@includedir d\n")
        #expect(chmod(root.path + "/d", 0o777) == 0)
        let policy = try await readSudoPolicy(
            at: root.path + "/sudoers", in: InspectedRoot("/"), given: SudoScenario().surroundings)
        #expect(policy?.rules.isEmpty == true)
        #expect(policy?.problems.count == 1)
    }

    @Test func `may hold any bytes`() async throws {
        let root = try PreparedRoot()
        try root.write(
            "/etc/sudoers",
            Array("j\u{FC}rgen ALL=ALL\n".unicodeScalars.map { UInt8($0.value) })
                + Array("alice ALL=ALL\0rubbish\nbob ALL=ALL\r\n# ".utf8) + [0xC3, 0x28, 0xFF])
        let policy = try #require(try await policy(root))
        #expect(policy.problems.isEmpty)
        #expect(policy.rules[0].held == ["alice", "bob", "j\u{FFFD}rgen"])
    }

    @Test func `lose broken lines only`() async throws {
        let root = try PreparedRoot([
            "/etc/sudoers": """
            alice ALL=ALL
            bob ALL=(root /bin/ls
            User_Alias KEPT = carol dave
            KEPT ALL=/bin/kept
            dave ALL=/bin/first : ALL=
            carol ALL=/bin/crlf\r
            Defaults =
            root ALL=/bin/end \\
            """
        ])
        let policy = try #require(try await policy(root))
        #expect(policy.problems.map(\.line) == [2, 3, 5, 6, 7, 9])
        #expect(policy.alias("KEPT") == ["carol"])
        #expect(policy.rules.flatMap { $0.list("commands") }.sorted() == ["/bin/first", "/bin/kept", "ALL"])
    }
}
