import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf
import Testing

@testable import LinuxConnector

@Suite struct `a change of this machine` {
    @Test func `tells secrets to nothing but an input`() async throws {
        let tools = WatchedTools()
        let linux = try LinuxConnector.over("/", tools: tools)
        try await linux.rotate("daemon", to: "Passw0rd!", mustChange: true)
        #expect(tools.lines == ["chpasswd", "chage --lastday 0 -- daemon"])
        #expect(tools.calls.map(\.input) == [Array("daemon:Passw0rd!\n".utf8), nil])
        let made = try await linux.create(
            Profile(["username": .text("lantern-t"), "full_name": .text("A B")]), password: "Passw0rd!")
        #expect(made.credentials.count == 1)
        #expect(
            tools.lines.suffix(2) == ["useradd --create-home --comment A B -- lantern-t", "chpasswd"])
        #expect(!tools.lines.contains { $0.contains("Passw0rd!") })
    }

    @Test func `takes root, and tells so before anything else`() async throws {
        let root = try changeableRoot()
        let tools = WatchedTools()
        let linux = try LinuxConnector.changing(root, with: tools, as: Caller(isRoot: false, ownNumbers: [1000]))
        let changes: [() async throws -> Void] = [
            { try await linux.grant("member", of: "docker", to: "alice") },
            { try await linux.revoke("member", of: "docker", from: "bob") },
            { _ = try await linux.create(Profile(["username": .text("grace")])) },
            { try await linux.rotate("alice", to: "secret-1") }, { _ = try await linux.delete("user", "alice") },
            { _ = try await linux.delete("group", "docker") },
            { _ = try await linux.groups().create(Resource(ResourceID("group", "ops"), name: "ops")) },
            { _ = try await linux.act("disable_user", "user", "alice") },
            { _ = try await linux.act("remove_ssh_key", "key", "alice/x") },
        ]
        for change in changes {
            let refused = try await failure(change)
            #expect(refused.code == .permissionDenied)
            #expect(refused.text == "accounts can only be changed by root, and this runs as another. Use sudo.")
        }
        #expect(tools.calls.isEmpty)
    }

    @Test func `is not one of a root that is only inspected`() async throws {
        let root = try changeableRoot()
        let tools = WatchedTools()
        let linux = try LinuxConnector.over(root.path, tools: tools)
        let refused = try await failure { try await linux.grant("member", of: "docker", to: "alice") }
        #expect(refused.code == .failedPrecondition)
        #expect(
            refused.text
                == "root \(root.path): is inspected, not changed. Run without --root on the machine itself.")
        #expect(tools.calls.isEmpty)
    }

    @Test func `leaves what a directory has to the directory`() async throws {
        let tools = WatchedTools()
        let commands = ScriptedCommands([
            "getent passwd": "eve:x:54321:54321::/home/eve:/bin/sh\n", "getent group": "staff-nss:x:54321:\n",
        ])
        let linux = try LinuxConnector.over(
            "/", ["account-source": .string("nss")], commands: commands, tools: tools)
        let changes: [() async throws -> Void] = [
            { try await linux.grant("member", of: "daemon", to: "eve") },
            { try await linux.grant("member", of: "staff-nss", to: "daemon") },
            { try await linux.rotate("eve", to: "secret-1") }, { _ = try await linux.delete("user", "eve") },
            { _ = try await linux.delete("group", "staff-nss") },
            { _ = try await linux.act("disable_user", "user", "eve") },
        ]
        for change in changes {
            let refused = try await failure(change)
            #expect(refused.code == .failedPrecondition)
            #expect(refused.text.contains("comes from a directory (NSS)"))
        }
        guard case .alreadyExists = try await linux.create(Profile(["username": .text("eve")])).outcome else {
            throw TestFailure("eve was made")
        }
        #expect(tools.calls.isEmpty)
    }

    @Test func `spares whoever makes it`() async throws {
        let tools = WatchedTools()
        let linux = try LinuxConnector.over(
            "/", tools: tools, caller: Caller(isRoot: true, ownNumbers: [0, 1]))
        let deleted = try await failure { _ = try await linux.delete("user", "daemon") }
        #expect(deleted.code == .failedPrecondition)
        #expect(deleted.text == "user daemon: is the account that runs this. Let another have it deleted.")
        let disabled = try await failure { _ = try await linux.act("disable_user", "user", "daemon") }
        #expect(disabled.text.hasSuffix("Let another have it disabled."))
        #expect(tools.calls.isEmpty)
    }

    @Test(arguments: ["//", "/.", "/etc/..", "/proc/self/root"])
    func `spares whoever makes it under every name of the machine`(prefix: String) async throws {
        let tools = WatchedTools()
        let linux = try LinuxConnector.over(
            "/", ["provision-prefix": .string(prefix)], tools: tools, caller: Caller(isRoot: true, ownNumbers: [0, 1]))
        let deleted = try await failure { _ = try await linux.delete("user", "daemon") }
        #expect(deleted.text == "user daemon: is the account that runs this. Let another have it deleted.")
        #expect(tools.calls.isEmpty)
    }

    @Test func `is of the folder that was named, and inspects it`() throws {
        #expect(throws: ServiceError.self) {
            try LinuxConnector.over("/", ["provision-prefix": .string("relative")])
        }
        #expect(throws: ServiceError.self) {
            try LinuxConnector.over("/elsewhere", ["provision-prefix": .string("/srv/image")])
        }
        #expect(throws: Never.self) {
            try LinuxConnector.over("/srv/image/", ["provision-prefix": .string("/srv/image")])
        }
    }
}

@Suite struct `a tool that refuses` {
    private let root: PreparedRoot

    init() throws { root = try changeableRoot() }

    @Test func `to know --remove is helped out by gpasswd`() async throws {
        let tools = WatchedTools(["usermod": (2, "usermod: unrecognized option '--remove'")])
        let linux = try LinuxConnector.changing(root, with: tools)
        #expect(try await linux.revoke("member", of: "docker", from: "bob") == .changed)
        #expect(
            tools.lines == [
                "usermod --prefix \(root.path) --remove --groups docker -- bob",
                "gpasswd --root \(root.path) --delete bob -- docker",
            ])
    }

    @Test(
        arguments: [
            (1, .unavailable), (2, .invalidArgument), (3, .invalidArgument), (4, .alreadyExists), (6, .notFound),
            (8, .failedPrecondition), (9, .alreadyExists), (10, .unavailable), (12, .failedPrecondition),
            (99, .unknown),
            (137, .unknown),
        ] as [(Int32, StatusCode)])
    func `is quoted under the code that its status stands for`(status: Int32, code: StatusCode) async throws {
        let linux = try LinuxConnector.changing(
            root, with: WatchedTools(["usermod": (status, "usermod: because\n\n  of this\n")]))
        let failed = try await failure { try await linux.grant("member", of: "docker", to: "alice") }
        #expect(failed.code == code)
        #expect(failed.text == "usermod: because; of this")
    }

    @Test func `without a word is named with its status`() async throws {
        let linux = try LinuxConnector.changing(root, with: WatchedTools(["groupdel": (10, "")]))
        let failed = try await failure { _ = try await linux.delete("group", "docker") }
        #expect(failed.text == "groupdel: ended with status 10.")
    }

    @Test func `because it isn't there is named`() async throws {
        let linux = try LinuxConnector.changing(root, with: ScriptedCommands())
        let failed = try await failure { _ = try await linux.delete("group", "docker") }
        #expect(failed.code == .failedPrecondition)
        #expect(failed.text == "groupdel: is not installed.")
    }

    @Test func `to tell the administrators keeps them from being overwritten`() async throws {
        let tools = WatchedTools()
        let closed = try PreparedRoot(["/etc/passwd": try root.text("/etc/passwd"), "/etc/group": "docker:x:998:\n"])
        try closed.link("/etc/gshadow", to: "gshadow")
        let linux = try LinuxConnector.changing(closed, with: tools)
        let failed = try await failure { try await linux.grant("admin", of: "docker", to: "alice") }
        #expect(failed.code == .failedPrecondition)
        #expect(failed.text.hasPrefix("/etc/gshadow: can't be read"))
        #expect(tools.calls.isEmpty)
    }
}
