import AccessModel
import BatonWire
import ChildProcesses
import ConnectorKit
import Glibc
import Testing

@testable import LinuxConnector

@Suite struct `a key that is removed` {
    private let root: PreparedRoot
    private let linux: LinuxConnector
    private let file = "/home/alice/.ssh/authorized_keys"
    private static let other =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB2aFYyCHsdtcj5yIZfRCNsZpPTnsUdtBFGPZ6S7NhVF"

    init() throws {
        root = try sampleRoot()
        linux = try .changing(root, with: WatchedTools())
    }

    private func id(of user: String) async throws -> String {
        try #require(try await Walk(of: linux).ids("ssh_key").first { $0.hasPrefix("\(user)/") })
    }

    @Test func `leaves every other byte as it was`() async throws {
        let text = "# mine\r\n\n\(sampleKey) a\r\nbroken\nrestrict \(Self.other) b\nfrom=\"*\" \(sampleKey) c"
        try root.write(file, text, mode: 0o640)
        let before = try root.files.facts(file)
        let key = try #require(
            await Walk(of: linux).resources.first { $0.text("line") == nil && $0.number("line") == 3 })
        #expect(try await linux.act("remove_ssh_key", "key", key.identity.value) == true)
        #expect(try root.text(file) == "# mine\r\n\nbroken\nrestrict \(Self.other) b\n")
        let after = try root.files.facts(file)
        #expect(after.mode == 0o640 && after.uid == before.uid && after.gid == before.gid)
        #expect(after.inode != before.inode)
        #expect(try root.files.entries("/home/alice/.ssh") == ["authorized_keys"])
        let ids = try await Walk(of: linux).ids("ssh_key")
        #expect(!ids.contains(key.identity.value) && ids.count == 2)
        #expect(try await linux.act("remove_ssh_key", "key", key.identity.value) == false)
    }

    @Test func `is found however its user hides copies of it`() async throws {
        // sshd takes both: it has no limit of lines, and a line ends for it at a NUL.
        let blank = String(repeating: "\n", count: 120_000)
        try root.write(file, "\(sampleKey)\n\(sampleKey)\0x\n\(Self.other)\n\(blank)\(sampleKey) b\n")
        #expect(try await linux.act("remove_ssh_key", "key", try await id(of: "alice")) == true)
        #expect(try root.text(file) == "\(Self.other)\n\(blank)")
    }

    @Test(.enabled(if: geteuid() == 0, "SKIPPED: only root can give a file away"))
    func `keeps its file with its owner`() async throws {
        #expect(chown(root.path + file, 1000, 100) == 0)
        #expect(try await linux.act("remove_ssh_key", "key", try await id(of: "alice")) == true)
        let facts = try root.files.facts(file)
        #expect(facts.uid == 1000 && facts.gid == 100)
    }

    @Test func `goes out of all files of its account and of no other's`() async throws {
        try root.write(file + "2", "\(Self.other)\n\(sampleKey)\n")
        let bob = try root.text("/home/bob/.ssh/authorized_keys")
        #expect(try await linux.act("remove_ssh_key", "key", try await id(of: "alice")) == true)
        #expect(try root.text(file) == "")
        #expect(try root.text(file + "2") == "\(Self.other)\n")
        #expect(try root.text("/home/bob/.ssh/authorized_keys") == bob)
    }

    @Test func `may lie behind a link that stays in the home`() async throws {
        try root.write("/home/alice/keys", "\(sampleKey)\n")
        unlink(root.path + file)
        try root.link(file, to: "/home/alice/keys")
        #expect(try await linux.act("remove_ssh_key", "key", try await id(of: "alice")) == true)
        #expect(try root.text("/home/alice/keys") == "")
        #expect(try root.files.linkFacts(file).isSymlink)
    }

    @Test func `is not looked for where a link leads out`() async throws {
        let key = try await id(of: "alice")
        try root.write("/srv/keys", "\(sampleKey)\n")
        unlink(root.path + file)
        try root.link(file, to: "/srv/keys")
        let refused = try await failure { _ = try await linux.act("remove_ssh_key", "key", key) }
        #expect(refused.code == .failedPrecondition)
        #expect(refused.text.hasPrefix("user alice: not all of its key files can be read"))
        #expect(try root.text("/srv/keys") == "\(sampleKey)\n")
    }

    @Test(arguments: ["/home/alice/", "/home//alice", "/home/./alice", "/home/bob/../alice"])
    func `is not looked for where a link leads out, whatever its home is called`(home: String) async throws {
        let passwd = try root.text("/etc/passwd")
        try root.write("/etc/passwd", passwd.replacing(":/home/alice:", with: ":\(home):"))
        try root.write("/etc/ssh/sshd_config", "AuthorizedKeysFile /home/%u/.ssh/authorized_keys\n")
        #expect(try await Walk(of: linux).ids("ssh_key").contains { $0.hasPrefix("alice/") })
        try root.write("/srv/keys", "\(sampleKey)\n")
        unlink(root.path + file)
        try root.link(file, to: "/srv/keys")
        await linux.changes.inspection.forget()
        #expect(try await !Walk(of: linux).ids("ssh_key").contains { $0.hasPrefix("alice/") })
    }

    @Test(.enabled(if: access("/usr/bin/setfacl", X_OK) == 0, "SKIPPED: needs setfacl (package acl)"))
    func `stays where an access list would be lost`() async throws {
        let key = try await id(of: "alice")
        #expect(try await SystemCommands().run("setfacl", ["-m", "u:1:r", root.path + file]).status == 0)
        let refused = try await failure { _ = try await linux.act("remove_ssh_key", "key", key) }
        #expect(refused.text.hasPrefix("\(file): has an access list"))
        #expect(try root.text(file).contains(sampleKey))
    }

    @Test func `of somebody who is gone is no error`() async throws {
        #expect(try await linux.act("remove_ssh_key", "key", "eve/SHA256:abc") == false)
        #expect(try await linux.act("remove_ssh_key", "key", "alice/SHA256:abc") == false)
    }
}

@Suite struct `a file that is replaced` {
    private let root: PreparedRoot

    init() throws { root = try PreparedRoot(["/a/file": "old"]) }

    /// Reads the file, lets something happen, and replaces it.
    private func replace(after happening: () throws -> Void) throws {
        let file = try root.files.open("/a/file")
        let facts = try file.facts()
        try happening()
        try file.replace(with: Array("new".utf8), asItWas: facts)
    }

    @Test func `has its new content`() throws {
        try replace {}
        #expect(try root.text("/a/file") == "new")
        #expect(try root.files.entries("/a") == ["file"])
    }

    @Test func `and was written to stays as it is`() throws {
        #expect(throws: ServiceError.self) { try replace { try root.write("/a/file", "newer") } }
        #expect(try root.text("/a/file") == "newer")
        #expect(try root.files.entries("/a") == ["file"])
    }

    @Test func `by somebody else too stays theirs`() throws {
        #expect(throws: ServiceError.self) {
            try replace {
                try root.write("/a/other", "old")
                #expect(rename(root.path + "/a/other", root.path + "/a/file") == 0)
            }
        }
        #expect(try root.text("/a/file") == "old")
    }

    @Test func `and deleted does not come back`() throws {
        #expect(throws: (any Error).self) { try replace { unlink(root.path + "/a/file") } }
        #expect(try root.files.entries("/a").isEmpty)
    }

    @Test func `and turned into a link does not lead elsewhere`() throws {
        try root.write("/b/file", "other")
        #expect(throws: (any Error).self) {
            try replace {
                unlink(root.path + "/a/file")
                try root.link("/a/file", to: "../b/file")
            }
        }
        #expect(try root.text("/b/file") == "other")
        #expect(try root.files.linkFacts("/a/file").isSymlink)
    }
}
