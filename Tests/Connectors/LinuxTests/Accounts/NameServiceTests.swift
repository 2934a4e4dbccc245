import AccessModel
import ChildProcesses
import ConnectorKit
import Testing

@testable import LinuxConnector

@Suite struct `the name service` {
    @Test func `adds accounts of a directory that lists none`() async throws {
        let commands = ScriptedCommands([
            "getent group": "",
            "getent group devs": "devs:*:5000:dave\n",
            "getent passwd": "",
            "getent passwd dave ghost": "dave:*:6000:5001:Dave:/home/dave:/bin/sh\n",
            "getent initgroups alice dave": "alice 5000\ndave 5000 5001\n",
            "getent group 5001": "staff-ldap:*:5001:\n",
        ])
        let root = try PreparedRoot([
            "/etc/passwd": "alice:x:1000:1000::/home/alice:/bin/sh\n",
            "/etc/group": "alice:x:1000:\nwheel:x:10:dave,ghost\n",
        ])
        var reader = SourceReader(root.files)
        let files = try AccountFiles(from: &reader)
        let book = try await DirectoryAccounts(service: NameService(commands: commands)).book(
            adding: files, referredUsers: [], referredGroups: ["devs"])
        #expect(book.accounts.map(\.name) == ["alice", "dave"])
        #expect(book.accounts.map(\.source) == [.files, .nss])
        #expect(book.groups.map(\.name) == ["alice", "devs", "staff-ldap", "wheel"])
        let devs = try #require(book.group("devs"))
        #expect(book.members[devs].map { book.accounts[$0.account].name } == ["alice", "dave"])
        #expect(book.groupNames(ofAccount: 1) == ["devs", "staff-ldap", "wheel"])
    }

    @Test func `asks in batches and never for an option`() async throws {
        let commands = ScriptedCommands()
        let names = ["--help", "", "a\0b"] + (0..<401).map { "user\($0)" }
        #expect(try await NameService(commands: commands).accounts(named: names).isEmpty)
        #expect(commands.calls.all.count == 3)
        #expect(!commands.calls.all.contains { $0.contains("--help") })
    }

    @Test func `knows the triples of a netgroup`() async throws {
        let commands = ScriptedCommands(["getent netgroup ops": "ops    (box, alice, ) ( ,bob,) (-,-,x) (broken)\n"])
        let triples = try #require(try await NameService(commands: commands).netgroup("ops"))
        #expect(triples.map { "\($0.host ?? "any")/\($0.user ?? "any")" } == ["box/alice", "any/bob", "-/-"])
        #expect(try await NameService(commands: commands).netgroup("none") == nil)
    }

    @Test func `fails rather than to forget a directory`() async throws {
        let commands = ScriptedCommands(["getent passwd": ""], status: 1)
        await #expect(throws: CommandError.self) { try await NameService(commands: commands).accounts() }
    }
}
