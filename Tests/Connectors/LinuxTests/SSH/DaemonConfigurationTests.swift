import ChildProcesses
import Glibc
import Testing

@testable import LinuxConnector

let hasSSHD = access("/usr/sbin/sshd", X_OK) == 0 && getuid() == 0

@Suite struct `the configuration of sshd` {
    private func read(_ files: [String: String]) throws -> DaemonConfiguration {
        let found = DaemonConfigurationReader.read(
            at: "/etc/ssh/sshd_config", read: { files[$0].map { Array($0.utf8) } },
            expand: { pattern in files.keys.filter { NamePattern.matches($0, pattern) }.sorted() })
        return try #require(found)
    }

    @Test func `takes the first value, and all values of some`() throws {
        let configuration = try read([
            "/etc/ssh/sshd_config": """
            PasswordAuthentication no # why
            passwordauthentication yes
            AllowUsers a "b c"
            allowusers=d
            PermitRootLogin = "yes"
            UsePAM
            Banner "no end
            """
        ])
        #expect(configuration.global.list("passwordauthentication") == ["no"])
        #expect(configuration.global.list("allowusers") == ["a", "b c", "d"])
        #expect(configuration.global.list("permitrootlogin") == ["yes"])
        #expect(configuration.problems.map(\.line) == [6, 7])
    }

    @Test(arguments: [
        (#"AllowUsers 'a'"#, ["a"]), (#"AllowUsers b"a""#, ["ba"]), (#"AllowUsers a\ b c"#, ["a b", "c"]),
        (#"AllowUsers "it's" 'a \" b'"#, ["it's", "a \" b"]), (#"AllowUsers a\\b a\b"#, [#"a\b"#, #"a\b"#]),
        (#"AllowUsers 'a b'#c d #e"#, ["a b#c", "d"]), (#"AllowUsers "" a"#, ["", "a"]),
    ]) func `quotes as sshd does`(line: String, words: [String]) throws {
        let configuration = try read(["/etc/ssh/sshd_config": line + "\n"])
        #expect(configuration.global.list("allowusers") == words)
    }

    @Test func `ends a block of an included file with the file`() throws {
        let configuration = try read([
            "/etc/ssh/sshd_config": "Include sshd_config.d/*.conf\nX11Forwarding yes\nMatch User z\nBanner none\n",
            "/etc/ssh/sshd_config.d/1.conf": "Port 22\nMatch User a Group b\nPasswordAuthentication no\n",
            "/etc/ssh/sshd_config.d/2.conf": "Port 23\n",
        ])
        #expect(configuration.global.list("port") == ["22", "23"])
        #expect(configuration.global.list("x11forwarding") == ["yes"])
        #expect(configuration.blocks.map(\.criteria) == [[.users(["a"]), .groups(["b"])], [.users(["z"])]])
        #expect(configuration.files.count == 3)
    }

    @Test func `narrows a block by the one that includes it`() throws {
        let configuration = try read([
            "/etc/ssh/sshd_config": "Match Group g\nInclude /x\nUsePAM no\nMatch all\nUsePAM yes\n",
            "/x": "Match User=u\nBanner none\n",
        ])
        #expect(
            configuration.blocks.map(\.criteria)
                == [[.groups(["g"])], [.groups(["g"]), .users(["u"])], [.groups(["g"])], [.all]])
    }

    @Test func `stops at files that include each other`() throws {
        let configuration = try read(["/etc/ssh/sshd_config": "Include /a\n", "/a": "Include /a /a\n"])
        #expect(!configuration.problems.isEmpty)
        #expect(configuration.files.count <= 256)
    }

    @Test(arguments: [
        ("bob", "bob", true), ("bob", "b?b", true), ("bob", "*", true), ("bob", "b*b*", true), ("bob", "bo", false),
        ("bob", "b??b", false), ("", "*", true), ("", "?", false), ("aaaaaaaaaaaaaaaaaaaaaaaa", "*a*a*a*a*a*b", false),
    ])
    func `matches names by patterns`(name: String, pattern: String, isMatch: Bool) {
        #expect(NamePattern.matches(name, pattern) == isMatch)
    }

    @Test func `takes out what a list negates`() {
        #expect(NamePattern.list(["*", "!bob"], contains: "alice"))
        #expect(!NamePattern.list(["*", "!bob"], contains: "bob"))
        #expect(!NamePattern.list(["!bob"], contains: "alice"))
    }

    /// The same file, read by sshd and by us, for a user of a machine that has her.
    @Test(
        .enabled(if: hasSSHD, "needs sshd and root"),
        arguments: [
            "PasswordAuthentication no\nMatch User root\nPasswordAuthentication yes\nAllowUsers x y\n",
            "AllowUsers a\nMatch User nobody\nAllowUsers b\nMatch User ro*,!rob\nAllowUsers c\nAllowUsers d e\nBanner /x\n",
            "Match Group root\nPermitRootLogin no\nMatch all\nPermitRootLogin yes\nUsePAM no\n",
            "Match User *,!root\nPermitRootLogin no\nAuthenticationMethods publickey,password publickey\n",
            "AuthenticationMethods publickey,password publickey\nAuthorizedKeysFile %h/a /b/%u\nTrustedUserCAKeys /ca\n",
            "Match User root Group nogroup\nPubkeyAuthentication no\nMatch Group *,!root\nBanner /never\n",
        ])
    func `means what sshd says it means`(text: String) async throws {
        let folder = try PreparedRoot(["/config": text])
        try folder.makeFolder("/keys")
        mkdir("/run/sshd", 0o755)
        _ = try await SystemCommands().run("ssh-keygen", ["-q", "-N", "", "-t", "ed25519", "-f", folder.path + "/key"])
        let answer = try await SystemCommands().run(
            "sshd",
            ["-T", "-f", folder.path + "/config", "-h", folder.path + "/key", "-C", "user=root,host=h,addr=1.2.3.4"])
        #expect(answer.status == 0, "\(answer.remarks[...].text)")
        let expected = DaemonSettings(printed: answer.output)
        let plain = DaemonSettings(
            printed: try await SystemCommands().run(
                "sshd", ["-T", "-f", "/dev/null", "-h", folder.path + "/key"]
            ).output)
        let configuration = try #require(
            DaemonConfigurationReader.read(at: "/config", read: { try? folder.files.read($0) }, expand: { [$0] }))
        let variants = DaemonPolicy(configuration: configuration, defaults: plain).variants(
            for: "root", groups: ["root"])
        #expect(variants.count == 1)
        let own = try #require(variants.first)
        for keyword in [
            "passwordauthentication", "allowusers", "permitrootlogin", "usepam", "authenticationmethods", "banner",
            "authorizedkeysfile", "trustedusercakeys", "pubkeyauthentication", "strictmodes",
        ] {
            let printed = expected.list(keyword).map { $0 == "without-password" ? "prohibit-password" : $0 }
            let found = own.list(keyword).map { $0 == "without-password" ? "prohibit-password" : $0 }
            #expect(found == printed, "\(keyword)")
        }
    }
}

@Suite struct `a log-in through sshd` {
    private let ed25519 = AuthorizedKeysFile.parse(Array(sampleKey.utf8), file: "").content
    private let forced = AuthorizedKeysFile.parse(Array("command=\"x\" \(sampleKey)".utf8), file: "").content

    private func methods(
        _ configuration: String, user: String = "bob", groups: [String] = ["bob"], uid: UInt32 = 1000,
        password: String = "$6$s$h", keys: [AuthorizedKey] = []
    ) throws -> [String] {
        let read = try #require(
            DaemonConfigurationReader.read(at: "", read: { _ in Array(configuration.utf8) }, expand: { _ in [] }))
        let policy = DaemonPolicy(configuration: read, defaults: DaemonSettings())
        return DaemonLogin(
            of: .init(
                name: user, groups: groups, uid: uid, password: Password(field: Array(password.utf8)[...]), keys: keys,
                mayHaveOtherKeys: false, hasPasswordAgedOut: false),
            under: policy.variants(for: user, groups: groups)
        ).methods
    }

    @Test func `works by password and by key unless forbidden`() throws {
        #expect(try methods("") == ["password"])
        #expect(try methods("UsePAM yes", keys: ed25519) == ["keyboard-interactive", "password", "publickey"])
        #expect(try methods("PasswordAuthentication no\nPubkeyAuthentication no", keys: ed25519).isEmpty)
        #expect(try methods("TrustedUserCAKeys /ca", password: "*") == ["publickey"])
        #expect(try methods("", password: "").isEmpty)
        #expect(try methods("PermitEmptyPasswords yes", password: "") == ["password"])
    }

    @Test func `is refused to locked accounts only without PAM`() throws {
        #expect(try methods("UsePAM no", password: "!$6$s$h", keys: ed25519).isEmpty)
        #expect(try methods("UsePAM yes", password: "!$6$s$h", keys: ed25519) == ["publickey"])
        #expect(try methods("UsePAM no", password: "*", keys: ed25519) == ["publickey"])
    }

    @Test(arguments: [
        ("DenyUsers bob", false), ("DenyUsers bob@10.0.0.1", true), ("DenyUsers bob@*", false),
        ("AllowUsers alice", false),
        ("AllowUsers alice b*", true), ("AllowUsers bob@10.*", true), ("AllowGroups staff", false),
        ("AllowGroups wheel b?b", true),
        ("DenyGroups bob", false), ("AllowUsers bob\nAllowGroups staff", false),
        ("AllowUsers bob\nDenyGroups x*", true),
    ])
    func `obeys the lists of users and groups`(configuration: String, isAllowed: Bool) throws {
        #expect(try methods(configuration).isEmpty == !isAllowed)
    }

    @Test(arguments: [
        ("", ["publickey"]), ("PermitRootLogin yes", ["password", "publickey"]), ("PermitRootLogin no", []),
        ("PermitRootLogin without-password", ["publickey"]), ("PermitRootLogin forced-commands-only", []),
    ])
    func `as root needs permission`(configuration: String, expected: [String]) throws {
        #expect(try methods(configuration, user: "root", uid: 0, keys: ed25519) == expected)
    }

    @Test func `as root may need a command`() throws {
        #expect(
            try methods("PermitRootLogin forced-commands-only", user: "root", uid: 0, keys: forced) == ["publickey"])
    }

    @Test(arguments: [
        ("publickey,password", ["password", "publickey"]), ("publickey,keyboard-interactive:pam", []),
        ("keyboard-interactive publickey", ["publickey"]), ("any", ["password", "publickey"]),
    ])
    func `may need several methods`(lists: String, expected: [String]) throws {
        #expect(try methods("AuthenticationMethods \(lists)", keys: ed25519) == expected)
    }

    @Test func `may depend on the address`() throws {
        let block = "Match Address 10.0.0.0/8\n"
        #expect(try methods("PasswordAuthentication no\n\(block)PasswordAuthentication yes") == ["password"])
        #expect(try methods("\(block)DenyUsers bob") == ["password"])
        #expect(try methods("DenyUsers bob\n\(block)PasswordAuthentication yes").isEmpty)
        #expect(
            try methods("PasswordAuthentication no\nMatch User x Address 1.1.1.1\nPasswordAuthentication yes").isEmpty)
    }
}
