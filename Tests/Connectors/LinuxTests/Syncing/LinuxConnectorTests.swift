import AccessModel
import BatonWire
import ConnectorKit
import Glibc
import SwiftProtobuf
import Testing

@testable import LinuxConnector

/// A key made for these tests; its private half was never kept.
let sampleKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPmSAhWsF2Zls5iQTItAR7VIFvPJ5cwMNSGiPqxuY2pm"

/// A small machine: root, three people, a service account, and groups with every kind of member.
func sampleRoot() throws -> PreparedRoot {
    let root = try PreparedRoot([
        "/etc/passwd": """
        root:x:0:0:root:/root:/bin/bash
        daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
        alice:x:1000:1000:Alice Example,12,555-1,555-2:/home/alice:/bin/bash
        bob:x:1001:1001:& Example:/home/bob:/bin/bash
        carol:x:1002:100::/home/carol:/bin/bash
        toor:x:0:0::/root:/bin/sh
        """,
        "/etc/group": """
        root:x:0:
        daemon:x:1:
        users:x:100:alice,ghost
        docker:x:998:bob
        lxd:x:997:
        alice:x:1000:
        bob:x:1001:
        """,
        "/etc/shadow": """
        root:*:19000:0:99999:7:::
        daemon:*:19000:0:99999:7:::
        alice:$y$j9T$abc$def:19000:0:99999:7:::
        bob:!$6$abc$def:19000:0:99999:7:::
        carol:$6$abc$def:19000:0:99999:7::19500:
        toor:*:19000::::::
        """,
        "/etc/gshadow": "users:!:alice,nobody-here:carol\n",
        "/etc/shells": "/bin/sh\n/bin/bash\n",
        "/etc/machine-id": "0123456789abcdef0123456789abcdef\n",
        "/etc/hostname": "box\n",
        "/etc/hosts": "127.0.0.1 localhost\n127.0.1.1 box.example.com box\n",
        "/etc/os-release": "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n",
        "/etc/nsswitch.conf": "passwd: files systemd\n",
        "/etc/subuid": "alice:100000:65536\n",
        "/etc/aliases": "alice: alice@example.com\n",
        // Whoever runs the tests owns all files, which is not what the accounts say.
        "/etc/ssh/sshd_config": "UsePAM yes\nStrictModes no\n",
        "/usr/sbin/sshd": "",
        "/home/alice/.ssh/authorized_keys": "\(sampleKey) alice@laptop\n",
        "/home/bob/.ssh/authorized_keys": "from=\"10.0.0.0/8\",restrict \(sampleKey)\nbroken\n",
        "/srv/data/file": "",
    ])
    return root
}

@Suite struct `a prepared machine` {
    @Test(arguments: [1, 2, 1000]) func `is listed in pages of any size`(size: Int) async throws {
        let root = try sampleRoot()
        let walk = try await Walk(of: .over(root), pageSize: size)
        #expect(walk.ids("host") == ["0123456789abcdef0123456789abcdef"])
        #expect(walk.ids("user") == ["alice", "bob", "carol", "daemon", "root", "toor"])
        #expect(walk.ids("group") == ["alice", "bob", "daemon", "docker", "lxd", "root", "users"])
        #expect(walk.ids("ssh_key").map { $0.split(separator: ":")[0] } == ["alice/SHA256", "bob/SHA256"])
        #expect(walk.holders("group:users:member") == ["user/alice", "user/carol"])
        #expect(walk.holders("group:users:admin") == ["user/alice"])
        #expect(walk.holders("group:root:member") == ["user/root", "user/toor"])
        #expect(try walk.grant("group:root:member", "user/root").isImmutable)
        #expect(try !walk.grant("group:users:member", "user/alice").isImmutable)
        #expect(try walk.grant("group:users:member", "user/carol").isImmutable)
        #expect(try walk.resource("group", "users").number("dangling_members") == 1)
        #expect(Set(walk.grants.map(\.id)).count == walk.grants.count)
        #expect(walk.entitlements.count == 3 + 7 * 2)
    }

    @Test func `says who gets in and who is root`() async throws {
        let root = try sampleRoot()
        let walk = try await Walk(of: .over(root))
        let host = "host:0123456789abcdef0123456789abcdef"
        #expect(walk.holders("\(host):login") == ["user/alice"])
        // root has no password, bob's is locked but his key works, carol's account has expired.
        #expect(walk.holders("\(host):ssh") == ["user/alice", "user/bob"])
        #expect(walk.holders("\(host):root") == ["group/docker", "user/root", "user/toor"])
        let docker = try walk.grant("\(host):root", "group/docker")
        #expect(try docker.expansion() == ["group:docker:member"])
        #expect(try docker.metadata("reason") == "group:docker")
        #expect(!docker.isImmutable)
        let toor = try walk.grant("\(host):root", "user/toor")
        #expect(try toor.metadata("reason") == "uid0")
        #expect(toor.isImmutable)
        let methods = try walk.grant("\(host):ssh", "user/bob").annotations.first(GrantMetadata.self)
        #expect(methods?.metadata.fields["methods"]?.listValue.values.map(\.stringValue) == ["publickey"])
    }

    @Test func `describes its accounts`() async throws {
        let root = try sampleRoot()
        let walk = try await Walk(of: .over(root))
        let alice = try walk.resource("user", "alice")
        let trait = try #require(try alice.annotations.first(C1_Connector_V2_UserTrait.self))
        #expect(alice.displayName == "Alice Example")
        #expect(alice.text("room") == "12")
        #expect(alice.text("password_state") == "set")
        #expect(alice.text("hash_scheme") == "yescrypt")
        #expect(alice.text("password_last_changed") == "2022-01-08")
        #expect(alice.list("subuid_ranges") == ["100000-165535"])
        #expect(alice.number("ssh_key_count") == 1)
        #expect(trait.emails.map(\.address) == ["alice@example.com"])
        #expect(trait.accountType == .human)
        #expect(trait.status.status == .enabled)
        #expect(try walk.resource("user", "bob").displayName == "Bob Example")
        #expect(try walk.resource("user", "bob").text("password_state") == "locked")
        let carol = try walk.resource("user", "carol")
        #expect(carol.status.status == .disabled)
        #expect(carol.status.details == "account expired 2023-05-23")
        let toor = try #require(try walk.resource("user", "toor").annotations.first(C1_Connector_V2_UserTrait.self))
        #expect(toor.loginAliases == ["root"])
        #expect(toor.accountType == .system)
        #expect(try walk.resource("user", "daemon").status.details == "no login shell")
        let serialized = walk.resources.map { $0.serializedInOrder()[...].text }.joined()
        #expect(!serialized.contains("$y$") && !serialized.contains("$6$"))
    }

    @Test func `describes itself and its keys`() async throws {
        let root = try sampleRoot()
        let walk = try await Walk(of: .over(root))
        let host = try walk.resource("host", "0123456789abcdef0123456789abcdef")
        #expect(host.displayName == "box.example.com")
        #expect(host.text("os_name") == "Debian GNU/Linux 12 (bookworm)")
        #expect(host.text("sshd_config_source") == "parsed")
        #expect(host.text("nss_passwd") == "files systemd")
        #expect(host.list("coverage_missing") == [])
        let key = try walk.resource("ssh_key", try #require(walk.ids("ssh_key").last))
        #expect(key.list("options") == ["from=\"10.0.0.0/8\"", "restrict"])
        #expect(key.text("from") == "10.0.0.0/8")
        #expect(key.flag("restricted") == true)
        #expect(key.flag("effective") == true)
        let trait = try #require(try key.annotations.first(C1_Connector_V2_SecretTrait.self))
        #expect(ResourceID(trait.identityID) == ResourceID("user", "bob"))
    }

    @Test func `registers the types whose sources are asked for and readable`() throws {
        let root = try sampleRoot()
        func types(_ values: [String: GivenValue]) throws -> [String] {
            try LinuxConnector.over(root, values).syncers.map(\.type.id)
        }
        #expect(try types([:]) == ["host", "user", "group", "sudo_alias", "sudo_rule", "ssh_key"])
        #expect(
            try types(["sync-sudo": .bool(false), "sync-ssh-keys": .bool(false)]) == ["host", "user", "group"])
        #expect(
            try types(["acl-paths": .strings(["/srv"]), "sync-services": .bool(true)]).suffix(2) == ["path", "service"])
    }

    @Test func `may leave out accounts of the system`() async throws {
        let root = try sampleRoot()
        let walk = try await Walk(of: .over(root, ["include-system-accounts": .bool(false)]))
        #expect(walk.ids("user") == ["alice", "bob", "carol"])
        #expect(walk.holders("group:root:member").isEmpty)
    }

    @Test func `goes on after a row that has gone`() async throws {
        let root = try sampleRoot()
        let connector = try LinuxConnector.over(root)
        let users = try #require(connector.syncers.first { $0.type.id == "user" })
        let host = ResourceID("host", "0123456789abcdef0123456789abcdef")
        let page = try await users.resources(under: host, page: PageRequest(after: "b", size: 2))
        #expect(page.rows.map(\.identity.value) == ["bob", "carol"])
        #expect(page.next == "carol")
        let last = try await users.resources(under: host, page: PageRequest(after: "root", size: 1))
        #expect(last.rows.map(\.identity.value) == ["toor"])
        #expect(last.next == nil)
        #expect(try await users.resources(under: nil, page: PageRequest()).rows.isEmpty)
    }

    @Test func `answers for one account or group`() async throws {
        let root = try sampleRoot()
        let connector = try LinuxConnector.over(root)
        let users = try #require(connector.syncers.first { $0.type.id == "user" } as? any TargetedSyncer)
        let groups = try #require(connector.syncers.first { $0.type.id == "group" } as? any TargetedSyncer)
        #expect(
            try await users.resource(ResourceID("user", "bob"), under: nil, session: NoSession())?.identity.value
                == "bob")
        #expect(try await users.resource(ResourceID("user", "ghost"), under: nil, session: NoSession()) == nil)
        #expect(
            try await groups.resource(ResourceID("group", "users"), under: nil, session: NoSession())?.displayName
                == "users")
    }

    @Test func `sees a changed file at once and everything else within a minute`() async throws {
        let root = try sampleRoot()
        let clock = TestClock()
        let connector = try LinuxConnector.over(root, now: clock.now)
        let users = try #require(connector.syncers.first { $0.type.id == "user" } as? any TargetedSyncer)
        let carol = ResourceID("user", "carol")
        #expect(try await users.resource(carol, under: nil, session: NoSession())?.number("ssh_key_count") == 0)
        try root.write("/home/carol/.ssh/authorized_keys", "\(sampleKey)\n")
        clock.advance(by: 1)
        #expect(try await users.resource(carol, under: nil, session: NoSession())?.number("ssh_key_count") == 1)
        try root.write("/etc/passwd", "root:x:0:0::/root:/bin/sh\n")
        clock.advance(by: 60)
        #expect(try await users.resource(carol, under: nil, session: NoSession()) == nil)
    }
}

@Suite struct `a machine that can't be read in full` {
    @Test func `without accounts is refused`() async throws {
        let root = try PreparedRoot(["/etc/passwd": "nonsense\n"])
        let error = await #expect(throws: ServiceError.self) { try await LinuxConnector.over(root).validate() }
        #expect(error?.code == .failedPrecondition)
        let none = await #expect(throws: ServiceError.self) {
            try await LinuxConnector.over(try PreparedRoot()).validate()
        }
        #expect(none?.message.hasPrefix("root /") == true)
        #expect(none?.message.contains("/etc/passwd: there is no such file.") == true)
    }

    @Test func `can't ask the directory of another machine`() throws {
        let root = try sampleRoot()
        let error = #expect(throws: ServiceError.self) {
            try LinuxConnector.over(root, ["account-source": .string("nss")])
        }
        #expect(error?.code == .invalidArgument)
    }

    /// A loop of links stands for any file that exists and can't be read, since nothing is closed to root.
    @Test func `is missing from the picture, or fails when all is required`() async throws {
        let root = try sampleRoot()
        unlink(root.path + "/etc/shadow")
        try root.link("/etc/shadow", to: "shadow")
        let walk = try await Walk(of: .over(root))
        let host = try #require(walk.resources.first)
        #expect(host.list("coverage_missing") == ["/etc/shadow"])
        #expect(try walk.resource("user", "alice").text("password_state") == "unknown")
        #expect(try walk.resource("user", "carol").status.status == .enabled)
        let login = try walk.grant("host:0123456789abcdef0123456789abcdef:login", "user/alice")
        #expect(try login.annotations.first(GrantMetadata.self)?.metadata.fields["unverified"]?.boolValue == true)
        let strict = try LinuxConnector.over(root, ["require-complete": .bool(true)])
        let error = await #expect(throws: ServiceError.self) { try await strict.validate() }
        #expect(error?.code == .permissionDenied)
        await #expect(throws: ServiceError.self) { try await Walk(of: strict) }
    }

    @Test func `does not register sudo when sudoers can't be opened`() async throws {
        let root = try sampleRoot()
        try root.link("/etc/sudoers", to: "sudoers")
        #expect(try LinuxConnector.over(root).syncers.map(\.type.id) == ["host", "user", "group", "ssh_key"])
    }
}
