import AccessModel
import BatonWire
import ConnectorKit
import Testing

@testable import LinuxConnector

@Suite
struct `sudo rules of a machine` {
    private func machine(_ sudoers: String) throws -> PreparedRoot {
        let root = try sampleRoot()
        try root.write("/etc/sudoers", sudoers, mode: 0o440)
        return root
    }

    private let host = "host:0123456789abcdef0123456789abcdef"

    @Test func `are granted to users, groups and aliases that expand`() async throws {
        let root = try machine(
            """
            User_Alias OPS = alice, %users, DEEP
            User_Alias DEEP = bob
            root ALL=(ALL:ALL) ALL
            %docker ALL=(ALL:ALL) ALL
            OPS ALL=(ALL) NOPASSWD: /usr/bin/systemctl
            DEEP ALL=(ALL) ALL
            """)
        let walk = try await Walk(of: .over(root), pageSize: 1)
        #expect(walk.ids("sudo_rule").count == 3)
        #expect(walk.ids("sudo_alias") == ["DEEP", "OPS"])
        #expect(walk.holders("sudo_alias:OPS:member") == ["group/users", "sudo_alias/DEEP", "user/alice"])
        let deep = try walk.grant("sudo_alias:OPS:member", "sudo_alias/DEEP")
        #expect(try deep.expansion() == ["sudo_alias:DEEP:member"])
        let users = try walk.grant("sudo_alias:OPS:member", "group/users")
        #expect(try users.expansion() == ["group:users:member"])
        #expect(walk.holders("\(host):root") == ["group/docker", "sudo_alias/DEEP", "user/root", "user/toor"])
        let root0 = try walk.grant("\(host):root", "user/root")
        #expect(try root0.metadata("reason")?.hasPrefix("uid0, sudo:") == true)
        #expect(try walk.grant("\(host):root", "sudo_alias/DEEP").isImmutable)
        #expect(try !walk.grant("\(host):root", "group/docker").isImmutable)
        let names = walk.resources.filter { $0.identity.type == "sudo_rule" }.map(\.displayName)
        #expect(names.contains { $0.contains("NOPASSWD") })
    }

    @Test func `with a broken line are counted, or refused when all is required`() async throws {
        let root = try machine("alice ALL=(ALL) ALL\nthis is (no rule\n")
        let walk = try await Walk(of: .over(root))
        #expect(walk.resources.first?.number("sudoers_errors") == 1)
        #expect(walk.ids("sudo_rule").count == 1)
        let strict = try LinuxConnector.over(root, ["require-complete": .bool(true)])
        let error = await #expect(throws: ServiceError.self) { try await strict.validate() }
        #expect(error?.code == .permissionDenied)
    }
}
