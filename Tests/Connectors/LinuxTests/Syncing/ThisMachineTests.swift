import AccessModel
import BatonWire
import ChildProcesses
import ConnectorKit
import Glibc
import SwiftProtobuf
import Testing

@testable import LinuxConnector

private let isDebian = access("/etc/debian_version", F_OK) == 0 && access("/usr/bin/getent", X_OK) == 0

/// What a tool of this machine prints, in words of lines.
func lines(of program: String, _ arguments: String...) async throws -> [String] {
    let answer = try await SystemCommands().run(program, arguments)
    return answer.output.lines.map(\.bytes.text)
}

@Suite(.enabled(if: isDebian, "needs a Debian machine with getent"))
struct `this machine` {
    @Test func `has the accounts and groups that getent knows`() async throws {
        let walk = try await Walk(of: .over("/", ["account-source": .string("files")], commands: SystemCommands()))
        let accounts = try await lines(of: "getent", "-s", "files", "passwd").map { String($0.prefix { $0 != ":" }) }
        let groups = try await lines(of: "getent", "-s", "files", "group").map { String($0.prefix { $0 != ":" }) }
        #expect(walk.ids("user") == accounts.sorted { $0.precedes($1) })
        #expect(walk.ids("group") == groups.sorted { $0.precedes($1) })
    }

    @Test func `has the memberships that id knows`() async throws {
        let walk = try await Walk(of: .over("/", ["account-source": .string("files")], commands: SystemCommands()))
        for user in walk.ids("user") {
            let expected = try await lines(of: "id", "-Gn", user).first?.split(separator: " ").map(String.init) ?? []
            let found = walk.grants
                .filter { $0.entitlement.id.hasSuffix(":member") && $0.holder == ResourceID("user", user) }
                .map { ResourceID($0.entitlement.resource.id) }.filter { $0.type == "group" }.map(\.value)
            #expect(found.sorted() == Set(expected).sorted(), "\(user)")
        }
    }

    @Test func `gives the same through its name service`() async throws {
        let files = try await Walk(of: .over("/", ["account-source": .string("files")], commands: SystemCommands()))
        let both = try await Walk(of: .over("/", ["account-source": .string("nss")], commands: SystemCommands()))
        #expect(Set(files.ids("user")).isSubset(of: both.ids("user")))
        #expect(files.grants.count <= both.grants.count)
    }

    @Test func `is valid and lists itself`() async throws {
        let values: [String: GivenValue] = [
            "acl-paths": .strings(["/etc", "/tmp"]), "acl-max-depth": .int(1), "sync-services": .bool(true),
        ]
        let connector = try LinuxConnector.over("/", values, commands: SystemCommands())
        try await connector.validate()
        let walk = try await Walk(of: connector, pageSize: 7)
        #expect(walk.ids("host").count == 1)
        #expect(walk.ids("path").contains("/etc"))
        #expect(walk.ids("service").contains { $0.utf8.starts(with: "systemd/".utf8) })
        #expect(walk.resources.allSatisfy { !$0.displayName.isEmpty })
        #expect(Set(walk.grants.map(\.id)).count == walk.grants.count)
    }
}
