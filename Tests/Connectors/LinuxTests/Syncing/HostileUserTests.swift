import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf
import Testing

@testable import LinuxConnector

private let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPmSAhWsF2Zls5iQTItAR7VIFvPJ5cwMNSGiPqxuY2pm"

@Suite struct `a user of the host` {
    private func root(_ more: KeyValuePairs<String, String> = [:]) throws -> PreparedRoot {
        let root = try PreparedRoot([
            "/etc/passwd":
                "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000:\(String(repeating: "é", count: 2000)):/home/ann:/bin/sh\n",
            "/etc/shadow": "root:*:1::::::\nann:*:1::::::\n",
            "/etc/group": "root:x:0:\nann:x:1000:\n",
            "/usr/sbin/sshd": "",
            "/etc/ssh/sshd_config": "StrictModes no\n",
        ])
        for (name, text) in more { try root.write(name, text) }
        return root
    }

    @Test func `can't stop the audit with long names`() async throws {
        let comment = String(repeating: "c", count: 1500)
        let deep = (0..<6).map { "\($0)" + String(repeating: "d", count: 200) }.joined(separator: "/")
        let root = try root([
            "/home/ann/.ssh/authorized_keys": "\(key) \(comment)\n", "/srv/\(deep)/f": "x", "/srv/ok": "y",
        ])
        let walk = try await Walk(
            of: .over(
                root, ["acl-paths": .strings(["/srv"]), "acl-max-depth": .int(9), "acl-skip-inherited": .bool(false)]))
        for resource in walk.resources {
            #expect(resource.displayName.utf8.count <= 1024 && resource.id.resource.utf8.count <= 1024)
        }
        let user = try walk.resource("user", "ann")
        #expect(user.displayName.hasSuffix("é…"))
        #expect(user.text("gecos")?.utf8.count == 4000)
        #expect(walk.resources.first { $0.identity.type == "ssh_key" }?.text("comment") == comment)
        #expect(walk.ids("path").contains("/srv/ok"))
        let host = try #require(walk.resources.first { $0.identity.type == "host" })
        #expect(host.list("coverage_missing")?.contains { $0.hasPrefix("/srv/0d") } == true)
    }

    @Test func `isn't without keys because they are elsewhere`() async throws {
        let root = try root(["/etc/keys/ann": "\(key)\n"])
        try root.link("/home/ann/.ssh/authorized_keys", to: "/etc/keys/ann")
        let walk = try await Walk(of: .over(root))
        let host = try #require(walk.ids("host").first)
        let remark = try walk.grant("host:\(host):ssh", "user/ann").annotations.first(GrantMetadata.self)
        #expect(remark?.metadata.fields["unverified"]?.boolValue == true)
        #expect(walk.holders("host:\(host):ssh") == ["user/ann"])
        #expect(try walk.resource("user", "ann").status.status == .enabled)
    }

    @Test func `has the key that lets most in when it stands twice`() async throws {
        let root = try root([
            "/home/ann/.ssh/authorized_keys": "from=\"10.0.0.1\" \(key) narrow\n",
            "/home/ann/.ssh/authorized_keys2": "\(key) wide\n",
        ])
        let walk = try await Walk(of: .over(root))
        let found = walk.resources.filter { $0.identity.type == "ssh_key" }
        #expect(found.map { $0.text("comment") } == ["wide"])
    }

    @Test func `whose new password is asked for has not aged out`() {
        var account = Account(
            PasswdEntry(name: "a", uid: 1, gid: 1, comment: "", home: "", shell: ""), password: Password(field: []),
            age: PasswordAge(lastChange: 0, maximumDays: 10, inactiveDays: 1), source: .files)
        #expect(!account.hasPasswordAgedOut(on: Day(20_000)))
        account.age?.lastChange = 1
        #expect(account.hasPasswordAgedOut(on: Day(20_000)))
    }
}
