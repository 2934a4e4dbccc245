import AccessModel
import BatonWire
import ChildProcesses
import ConnectorKit
import Glibc
import Testing

@testable import LinuxConnector

let hasSSHKeygen = access("/usr/bin/ssh-keygen", X_OK) == 0

@Suite struct `an authorized_keys file` {
    private func keys(_ text: String) -> Parsed<[AuthorizedKey]> {
        AuthorizedKeysFile.parse(Array(text.utf8), file: "keys")
    }

    @Test(arguments: [
        ("bogus-option", false), ("expiry-time=\"notadate\"", false), ("principals=\"x\"", false),
        ("principals=\"x\",cert-authority", true), ("no-pty,expiry-time=\"20301231\"", true),
        ("restrict,pty,command=\"a\"", true), ("no-touch-required", true), ("no-bogus", false),
    ]) func `are taken only with options that sshd takes`(options: String, isTaken: Bool) {
        let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPmSAhWsF2Zls5iQTItAR7VIFvPJ5cwMNSGiPqxuY2pm"
        let parsed = AuthorizedKeysFile.parse(Array("\(options) \(key)\n".utf8), file: "keys")
        #expect(parsed.content.count == (isTaken ? 1 : 0))
        #expect(parsed.problems.count == (isTaken ? 0 : 1))
    }

    @Test func `gives options, type, fingerprint and comment`() throws {
        let text = """
            # a remark
            restrict,Command="echo \\"hi\\", there",from="10.0.0.0/8,!10.1.1.1",expiry-time="20300102" \(sampleKey) me at home\r
            \t\(sampleKey)
            cert-authority,principals="a,b" \(sampleKey) ca
            """
        let parsed = keys(text)
        #expect(parsed.problems.isEmpty)
        #expect(parsed.content.map(\.line) == [2, 3, 4])
        let first = try #require(parsed.content.first)
        #expect(first.forcedCommand == "echo \"hi\", there")
        #expect(first.sources == "10.0.0.0/8,!10.1.1.1")
        #expect(first.expires == "20300102")
        #expect(first.isRestricted && !first.isAuthority)
        #expect(first.comment == "me at home")
        #expect(first.type == "ssh-ed25519" && first.bits == 256)
        #expect(first.fingerprint.hasPrefix("SHA256:") && first.fingerprint.utf8.count == 50)
        #expect(parsed.content[1].comment.isEmpty && parsed.content[1].options.isEmpty)
        #expect(parsed.content[2].isAuthority)
    }

    @Test(arguments: [
        "ssh-ed25519", "ssh-ed25519 !!!!", "ssh-rsa " + sampleKey.dropFirst(12), "ssh-ed25519 AAAA",
        "command=\"x \(sampleKey)",
        "no-pty,\(sampleKey)", "=x \(sampleKey)", ", \(sampleKey)",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPmSAhWsF2Zls5iQT=x",
        "ssh-ed25519 AAAAB", "ssh-ed25519 /////w==",
    ])
    func `leaves out what is no key`(line: String) {
        let parsed = keys("\(line)\n\(sampleKey)\n")
        #expect(parsed.content.map(\.line) == [2])
        #expect(parsed.problems.map(\.description) == ["keys:1: is not a public key that sshd takes."])
    }

    @Test(
        .enabled(if: hasSSHKeygen, "needs ssh-keygen"),
        arguments: [
            ["-t", "ed25519"], ["-t", "rsa", "-b", "1024"], ["-t", "rsa", "-b", "3072"], ["-t", "ecdsa", "-b", "256"],
            ["-t", "ecdsa", "-b", "521"],
        ])
    func `agrees with ssh-keygen`(kind: [String]) async throws {
        let folder = try PreparedRoot()
        let file = folder.path + "/key"
        let made = try await SystemCommands().run("ssh-keygen", ["-q", "-N", "", "-C", "a comment", "-f", file] + kind)
        #expect(made.status == 0)
        let printed = try #require(try await lines(of: "ssh-keygen", "-lf", file + ".pub").first)
        let parsed = AuthorizedKeysFile.parse(try folder.files.read("/key.pub"), file: "key.pub")
        let key = try #require(parsed.content.first)
        #expect(printed.hasPrefix("\(try #require(key.bits)) \(key.fingerprint) \(key.comment) ("))
    }

    @Test(
        arguments: [
            ("19700101", 0), ("19700102Z", 86400), ("202611241530", 1_795_534_200), ("20261124153059Z", 1_795_534_259),
            ("20000229", 951_782_400),
        ] as [(String, Int64)])
    func `may name a day on which a key ends`(text: String, seconds: Int64) {
        #expect(KeyExpiry(text)?.seconds == seconds)
    }

    @Test(arguments: ["", "Z", "2026", "20261301", "20260100", "202601011", "2026010125", "202601012500", "always"])
    func `may name a day that is none`(text: String) {
        #expect(KeyExpiry(text) == nil)
    }
}

@Suite struct `the key files of a user` {
    private func machine(_ configuration: String = "", user: String = "eve") throws -> PreparedRoot {
        let me = getuid()
        return try PreparedRoot([
            "/etc/passwd":
                "root:x:0:99::/root:/bin/sh\n\(user):x:\(me == 0 ? 1234 : me):\(getgid())::/home/eve:/bin/sh\n",
            "/etc/group": "eve:x:\(getgid()):\n", "/etc/ssh/sshd_config": configuration, "/usr/sbin/sshd": "",
            "/etc/machine-id": "0123456789abcdef0123456789abcdef\n",
        ])
    }

    private func keys(_ root: PreparedRoot) async throws -> [String] {
        try await Walk(of: .over(root)).resources.filter {
            $0.identity.type == "ssh_key" && $0.identity.value.hasPrefix("eve/")
        }
        .map { "\($0.text("file") ?? "") \($0.flag("effective") ?? false)" }
    }

    @Test func `are found where sshd_config says`() async throws {
        let root = try machine("AuthorizedKeysFile /etc/keys/%u%% .ssh/%U none %q\n")
        try root.write("/etc/keys/eve%", "\(sampleKey)\n")
        #expect(try await keys(root) == ["/etc/keys/eve% true"])
    }

    @Test func `are found by a block for the user`() async throws {
        let root = try machine("AuthorizedKeysFile none\nMatch User e*\n AuthorizedKeysFile=\"%h/my keys\"\n")
        try root.write("/home/eve/my keys", "\(sampleKey)\n")
        #expect(try await keys(root) == ["/home/eve/my keys true"])
    }

    @Test func `may not lead out of the home`() async throws {
        let root = try machine()
        try root.write("/etc/secret", "\(sampleKey)\n")
        try root.link("/home/eve/.ssh/authorized_keys", to: "/etc/secret")
        #expect(try await keys(root).isEmpty)
        try root.write("/home/eve/inside", "\(sampleKey)\n")
        try root.link("/home/eve/.ssh/authorized_keys2", to: "../inside")
        #expect(try await keys(root) == ["/home/eve/.ssh/authorized_keys2 true"])
    }

    @Test func `may be neither pipes nor endless`() async throws {
        let root = try machine()
        try root.write("/home/eve/.ssh/authorized_keys2", [UInt8](repeating: 35, count: (1 << 20) + 1))
        #expect(mkfifo(root.path + "/home/eve/.ssh/authorized_keys", 0o600) == 0)
        #expect(try await keys(root).isEmpty)
        let host = try #require(try await Walk(of: .over(root)).resources.first)
        #expect(host.list("coverage_missing") == ["authorized_keys of 1 accounts"])
    }

    @Test(arguments: [(0o666, false), (0o622, false), (0o644, true), (0o660, true)] as [(mode_t, Bool)])
    func `are without effect when others may write them`(mode: mode_t, isEffective: Bool) async throws {
        let root = try machine()
        try root.write("/home/eve/.ssh/authorized_keys", "\(sampleKey)\n", mode: mode)
        if getuid() == 0 { chown(root.path + "/home/eve/.ssh/authorized_keys", 1234, getgid()) }
        #expect(try await keys(root) == ["/home/eve/.ssh/authorized_keys \(isEffective)"])
        try root.write("/etc/ssh/sshd_config", "StrictModes no\n")
        #expect(try await keys(root) == ["/home/eve/.ssh/authorized_keys true"])
    }
}
