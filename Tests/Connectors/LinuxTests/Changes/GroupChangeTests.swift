import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf
import Testing

@testable import LinuxConnector

@Suite(.enabled(if: canChangeAccounts, whyNotChanging)) struct `a group of a prepared root` {
    private let root: PreparedRoot
    private let linux: LinuxConnector

    init() throws {
        root = try changeableRoot()
        linux = try .changing(root)
    }

    private func holders(_ slug: String, of group: String) async throws -> [String] {
        try await Walk(of: linux).holders("group:\(group):\(slug)")
    }

    @Test func `gets and loses a member`() async throws {
        #expect(try await holders("member", of: "docker") == ["user/bob"])
        #expect(try await linux.grant("member", of: "docker", to: "alice") == .changed)
        #expect(try await holders("member", of: "docker") == ["user/alice", "user/bob"])
        #expect(try await linux.grant("member", of: "docker", to: "alice") == .alreadySo)
        #expect(try await linux.revoke("member", of: "docker", from: "bob") == .changed)
        #expect(try await linux.revoke("member", of: "docker", from: "bob") == .alreadySo)
        #expect(try await holders("member", of: "docker") == ["user/alice"])
        #expect(try root.entry("docker", of: "/etc/group") == ["docker", "x", "998", "alice"])
        #expect(try root.entry("users", of: "/etc/group")?[3] == "alice,ghost")
    }

    @Test func `gets and loses administrators`() async throws {
        #expect(try await linux.grant("admin", of: "users", to: "alice") == .alreadySo)
        let missing = try await failure { try await linux.grant("admin", of: "users", to: "bob") }
        // The list is written as a whole, and somebody in it does not exist.
        #expect(missing.code == .failedPrecondition)
        #expect(missing.text == "gpasswd: user 'nobody-here' does not exist")
        try root.write("/etc/gshadow", "users:!:alice:carol\ndocker:!::bob\n")
        #expect(try await linux.grant("admin", of: "users", to: "bob") == .changed)
        #expect(try root.entry("users", of: "/etc/gshadow") == ["users", "!", "alice,bob", "carol"])
        #expect(try await holders("admin", of: "users") == ["user/alice", "user/bob"])
        #expect(try await linux.revoke("admin", of: "users", from: "alice") == .changed)
        #expect(try await linux.revoke("admin", of: "users", from: "alice") == .alreadySo)
        #expect(try await linux.revoke("admin", of: "users", from: "bob") == .changed)
        #expect(try root.entry("users", of: "/etc/gshadow") == ["users", "!", "", "carol"])
    }

    @Test func `keeps every administrator when many are named at once`() async throws {
        try root.write("/etc/gshadow", "docker:!::bob\n")
        async let alice = linux.grant("admin", of: "docker", to: "alice")
        async let bob = linux.grant("admin", of: "docker", to: "bob")
        async let carol = linux.grant("admin", of: "docker", to: "carol")
        _ = try await (alice, bob, carol)
        #expect(try await holders("admin", of: "docker") == ["user/alice", "user/bob", "user/carol"])
    }

    @Test func `keeps those whose primary group it is`() async throws {
        #expect(try await linux.grant("member", of: "alice", to: "alice") == .alreadySo)
        let refused = try await failure { try await linux.revoke("member", of: "alice", from: "alice") }
        #expect(refused.code == .failedPrecondition)
        #expect(refused.text.contains("is the primary group of alice. Give the account another one first: usermod -g"))
        let kept = try await failure { _ = try await linux.delete("group", "alice") }
        #expect(kept.code == .failedPrecondition)
        #expect(kept.text.contains("group/alice: is the primary group of alice"))
        #expect(
            try await linux.groups().resource(ResourceID("group", "alice"), under: nil, session: NoSession()) != nil)
    }

    @Test func `needs a user and a group that are there`() async throws {
        #expect(try await failure { try await linux.grant("member", of: "docker", to: "eve") }.code == .notFound)
        #expect(try await failure { try await linux.grant("member", of: "nogroup", to: "bob") }.code == .notFound)
        #expect(try await failure { try await linux.grant("owner", of: "docker", to: "bob") }.code == .invalidArgument)
        #expect(try await linux.revoke("member", of: "docker", from: "eve") == .alreadySo)
        #expect(try await linux.revoke("member", of: "nogroup", from: "bob") == .alreadySo)
        let group = Resource(ResourceID("group", "docker"), name: "docker")
        let refused = try await failure {
            _ = try await linux.groups().grant(
                .assignment("member", on: group, grantableTo: UserSyncer.type), to: group)
        }
        #expect(refused.code == .invalidArgument)
    }

    @Test func `is made and deleted`() async throws {
        var wanted = Resource(ResourceID("group", "ops"), name: "ops")
        wanted.profile = Profile(["gid": .number(2345)])
        let made = try await linux.groups().create(wanted)
        #expect(made.identity == ResourceID("group", "ops"))
        #expect(made.number("gid") == 2345)
        let again = try await failure { _ = try await linux.groups().create(wanted) }
        #expect(again.code == .alreadyExists)
        wanted.displayName = "ops2"
        let taken = try await failure { _ = try await linux.groups().create(wanted) }
        #expect(taken.code == .alreadyExists)
        #expect(taken.text == "groupadd: GID '2345' already exists")
        #expect(try await linux.delete("group", "ops") == .changed)
        #expect(try await linux.delete("group", "ops") == .alreadySo)
        #expect(try root.entry("ops", of: "/etc/group") == nil)
    }

    @Test(arguments: ["", "-f", "Ops", "a b", "a,b", "a:b", "ops.x", "1st", "é", String(repeating: "a", count: 33)])
    func `has a name that no tool can misread`(name: String) async throws {
        let before = try root.text("/etc/group")
        let refused = try await failure {
            _ = try await linux.groups().create(Resource(ResourceID("group", name), name: name))
        }
        #expect(refused.code == .invalidArgument)
        #expect(try root.text("/etc/group") == before)
    }
}
