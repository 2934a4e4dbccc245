import AccessModel
import BatonWire
import ConnectorKit
import Glibc
import SwiftProtobuf
import Testing

@testable import LinuxConnector

@Suite(.enabled(if: canChangeAccounts, whyNotChanging)) struct `an account of a prepared root` {
    private let root: PreparedRoot
    private let linux: LinuxConnector

    init() throws {
        root = try changeableRoot()
        linux = try .changing(root)
    }

    private func user(_ name: String) async throws -> Resource? {
        try await linux.users().resource(ResourceID("user", name), under: nil, session: NoSession())
    }

    @Test func `is made with all that was said`() async throws {
        #expect(try await user("grace") == nil)
        let made = try await linux.create(
            Profile([
                "username": .text("grace"), "full_name": .text("Grace Hopper"), "shell": .text("/bin/bash"),
                "groups": .list(["docker", "users"]), "uid": .number(4711), "expires": .text("2030-12-31"),
            ]), password: "a:b$c\\ d\"é")
        guard case .created = made.outcome else { throw TestFailure("\(made.outcome)") }
        let grace = try #require(made.account)
        #expect(grace.identity == ResourceID("user", "grace"))
        #expect(grace.displayName == "Grace Hopper")
        #expect(grace.number("uid") == 4711)
        #expect(grace.text("shell") == "/bin/bash")
        #expect(grace.text("account_expires") == "2030-12-31")
        #expect(grace.text("password_state") == "set")
        #expect(try await root.accepts("a:b$c\\ d\"é", for: "grace"))
        #expect(try await root.accepts("a:b", for: "grace") == false)
        #expect(made.credentials.map { $0.value.reveal() } == ["a:b$c\\ d\"é"])
        let home = try root.files.linkFacts("/home/grace")
        #expect(home.isDirectory && home.uid == 4711)
        let groups = try await Walk(of: linux).grants.filter { $0.holder.value == "grace" }.map(\.entitlement.id)
        #expect(Set(groups).isSuperset(of: ["group:docker:member", "group:users:member", "group:grace:member"]))
    }

    @Test func `without a password is locked`() async throws {
        let made = try await linux.create(Profile(["username": .text("grace")]))
        #expect(made.account?.text("password_state") == "disabled")
        #expect(made.credentials.isEmpty)
        #expect(try root.entry("grace", of: "/etc/shadow")?[1] == "!")
    }

    @Test func `may have to change its password`() async throws {
        _ = try await linux.create(Profile(["username": .text("grace")]), password: "secret-1", mustChange: true)
        #expect(try await root.accepts("secret-1", for: "grace"))
        #expect(try root.entry("grace", of: "/etc/shadow")?[2] == "0")
    }

    @Test func `that is there stays as it is`() async throws {
        let before = try root.text("/etc/shadow")
        let made = try await linux.create(Profile(["username": .text("alice")]), password: "secret-1")
        guard case .alreadyExists = made.outcome else { throw TestFailure("\(made.outcome)") }
        #expect(made.account?.identity == ResourceID("user", "alice"))
        #expect(made.credentials.isEmpty)
        #expect(try root.text("/etc/shadow") == before)
    }

    @Test func `does not get the group of others, nor a home that is left`() async throws {
        let group = try await failure { _ = try await linux.create(Profile(["username": .text("docker")])) }
        #expect(group.code == .alreadyExists)
        #expect(group.text.contains("useradd: group docker exists"))
        try root.write("/home/grace/.ssh/authorized_keys", "\(sampleKey)\n")
        let home = try await failure { _ = try await linux.create(Profile(["username": .text("grace")])) }
        #expect(home.code == .failedPrecondition)
        #expect(home.text.hasPrefix("/home/grace: is there already"))
        try root.write("/etc/default/useradd", "SHELL=/bin/sh\nHOME=/home/alice\n")
        try root.link("/home/alice/grace", to: "nowhere")
        let link = try await failure { _ = try await linux.create(Profile(["username": .text("grace")])) }
        #expect(link.text.hasPrefix("/home/alice/grace: is there already"))
        #expect(try await user("grace") == nil)
        #expect(try await user("docker") == nil)
    }

    @Test(
        arguments: [
            (["username": .text("-r")], "username -r"), (["username": .text("")], "username"), ([:], "username"),
            (["full_name": .text("a:b")], "full_name"), (["full_name": .text("a\nroot")], "full_name"),
            (["full_name": .text("Hopper, Grace")], "full_name"), (["full_name": .number(1)], "full_name"),
            (["shell": .text("bash")], "shell"), (["shell": .text("/bin/none")], "shell"),
            (["shell": .text("/etc")], "shell"),
            (["uid": .number(0)], "uid"), (["uid": .number(-1)], "uid"), (["uid": .text("7")], "uid"),
            (["uid": .number(UInt64(UInt32.max))], "uid"), (["uid": .init(numberValue: 1.5)], "uid"),
            (["groups": .text("docker")], "groups"), (["groups": .list(["no,docker"])], "group no,docker"),
            (["groups": .list(["nogroup"])], "group/nogroup"), (["expires": .text("tomorrow")], "expires"),
            (["expires": .text("2030-02-30")], "expires"), (["expires": .text("2030-2-3")], "expires"),
            (["expires": .text("1970-01-01")], "expires"), (["expires": .text("1969-12-31")], "expires"),
        ] as [([String: Google_Protobuf_Value], String)])
    func `is not made of nonsense`(fields: [String: Google_Protobuf_Value], subject: String) async throws {
        var profile = Profile()
        profile.fields = fields
        if subject.hasPrefix("username") == false { profile.fields["username"] = .text("grace") }
        let refused = try await failure { _ = try await linux.create(profile, password: "secret-1") }
        #expect(refused.text.hasPrefix(subject), "\(refused.text)")
        #expect([.invalidArgument, .notFound].contains(refused.code))
        #expect(try await user("grace") == nil)
    }

    @Test(arguments: ["", "a\nroot:x", "a\0b", String(repeating: "x", count: 512)])
    func `never gets a password that is another line`(password: String) async throws {
        let before = try root.text("/etc/shadow")
        let made = try await failure {
            _ = try await linux.create(Profile(["username": .text("grace")]), password: password)
        }
        #expect(made.code == .invalidArgument)
        #expect(try await failure { try await linux.rotate("alice", to: password) }.code == .invalidArgument)
        #expect(try root.text("/etc/shadow") == before)
    }

    @Test func `gets another password`() async throws {
        try await linux.rotate("alice", to: "secret-1")
        #expect(try await root.accepts("secret-1", for: "alice"))
        try await linux.rotate("alice", to: "secret-2", mustChange: true)
        #expect(try await root.accepts("secret-2", for: "alice"))
        #expect(try await user("alice")?.text("password_last_changed") == "1970-01-01")
        let locked = try await failure { try await linux.rotate("bob", to: "secret-1") }
        #expect(locked.code == .failedPrecondition)
        #expect(locked.text == "user/bob: its password is locked, and a new one would open it. Enable it first.")
        #expect(try await failure { try await linux.rotate("eve", to: "secret-1") }.code == .notFound)
        #expect(try root.text("/etc/shadow").contains("secret") == false)
    }

    @Test func `is deleted without its home`() async throws {
        #expect(try await linux.delete("user", "alice") == .changed)
        #expect(try await linux.delete("user", "alice") == .alreadySo)
        #expect(try await user("alice") == nil)
        #expect(try root.text("/home/alice/.ssh/authorized_keys").contains("alice@laptop"))
        #expect(try root.entry("users", of: "/etc/group")?[3] == "ghost")
        #expect(try root.entry("alice", of: "/etc/group") == nil)
    }

    @Test func `of root is neither deleted nor disabled`() async throws {
        for name in ["root", "toor"] {
            let deleted = try await failure { _ = try await linux.delete("user", name) }
            #expect(deleted.code == .failedPrecondition)
            #expect(deleted.text == "user \(name): has number 0, it is root. It is never deleted here.")
            let disabled = try await failure { _ = try await linux.act("disable_user", "user", name) }
            #expect(disabled.code == .failedPrecondition)
        }
        #expect(try await user("toor") != nil)
    }

    @Test func `is disabled and enabled`() async throws {
        let hash = try root.entry("alice", of: "/etc/shadow")?[1]
        #expect(try await linux.act("disable_user", "user", "alice") == true)
        #expect(try await linux.act("disable_user", "user", "alice") == false)
        #expect(try await user("alice")?.status.status == .disabled)
        #expect(try await user("alice")?.status.details == "account expired 1970-01-02")
        #expect(try await user("alice")?.text("password_state") == "locked")
        #expect(try await linux.act("enable_user", "user", "alice") == true)
        #expect(try await linux.act("enable_user", "user", "alice") == false)
        #expect(try await user("alice")?.status.status == .enabled)
        #expect(try root.entry("alice", of: "/etc/shadow")?[1] == hash)
        #expect(try await failure { _ = try await linux.act("enable_user", "user", "eve") }.code == .notFound)
    }

    @Test func `that only keys open is enabled without an empty password`() async throws {
        _ = try await linux.create(Profile(["username": .text("grace")]))
        #expect(try await linux.act("disable_user", "user", "grace") == true)
        #expect(try root.entry("grace", of: "/etc/shadow")?[7] == "1")
        #expect(try await linux.act("enable_user", "user", "grace") == true)
        #expect(try root.entry("grace", of: "/etc/shadow")?[7] == "")
        #expect(try root.entry("grace", of: "/etc/shadow")?[1] == "!")
    }

    @Test(arguments: [("!*", "*"), ("!!$6$s$h", "$6$s$h"), ("!", "!"), ("!!", "!!")])
    func `is enabled however it was locked`(field: String, unlocked: String) async throws {
        let shadow = try root.text("/etc/shadow")
        let line = try #require(shadow.split(separator: "\n").first { $0.hasPrefix("alice:") })
        var fields = line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        fields[1] = field
        fields[7] = "1"
        try root.write(
            "/etc/shadow", shadow.replacing(line, with: fields.joined(separator: ":")), mode: 0o640)
        #expect(try await linux.act("enable_user", "user", "alice") == true)
        #expect(try root.entry("alice", of: "/etc/shadow")?[1] == unlocked)
        #expect(try root.entry("alice", of: "/etc/shadow")?[7] == "")
        #expect(try await linux.act("enable_user", "user", "alice") == false)
    }

    @Test func `is asked for a new password`() async throws {
        #expect(try await linux.act("expire_password", "user", "alice") == true)
        #expect(try await linux.act("expire_password", "user", "alice") == false)
        #expect(try root.entry("alice", of: "/etc/shadow")?[2] == "0")
        let none = try await failure { _ = try await linux.act("expire_password", "user", "daemon") }
        #expect(none.code == .failedPrecondition)
        #expect(none.text.hasPrefix("user/daemon: has no password"))
    }
}

@Suite(.enabled(if: canChangeAccounts, whyNotChanging)) struct `an account that is made halfway` {
    @Test(arguments: ["chpasswd", "chage"]) func `is removed again`(tool: String) async throws {
        let root = try changeableRoot()
        let before = try ["/etc/passwd", "/etc/group"].map { try root.files.read($0).lines.map(\.bytes.text) }
        let tools = WatchedTools([tool: (1, "\(tool): no\n")], usual: SystemCommands())
        let linux = try LinuxConnector.changing(root, with: tools)
        let failed = try await failure {
            _ = try await linux.create(Profile(["username": .text("grace")]), password: "secret-1", mustChange: true)
        }
        #expect(failed.text.hasSuffix("\(tool): no. The account grace was removed again."))
        #expect(try ["/etc/passwd", "/etc/group"].map { try root.files.read($0).lines.map(\.bytes.text) } == before)
        #expect(throws: InspectedRootError.self) { try root.files.linkFacts("/home/grace") }
    }

    @Test func `and can't be removed is told to be there`() async throws {
        let root = try changeableRoot()
        let tools = WatchedTools(
            ["chpasswd": (1, "no entropy"), "userdel": (1, "userdel: cannot lock /etc/passwd")], usual: SystemCommands()
        )
        let linux = try LinuxConnector.changing(root, with: tools)
        let failed = try await failure {
            _ = try await linux.create(Profile(["username": .text("grace")]), password: "secret-1")
        }
        #expect(failed.code == .failedPrecondition)
        #expect(
            failed.text
                == "chpasswd: no entropy. The account grace is there and could not be removed: userdel: cannot lock /etc/passwd. Delete it."
        )
        #expect(try root.entry("grace", of: "/etc/shadow")?[1] == "!")
    }

    @Test func `by useradd itself is removed too`() async throws {
        let root = try changeableRoot()
        let tools = WatchedTools(["useradd": (12, "useradd: cannot create directory /home/grace")], usual: nil)
        let linux = try LinuxConnector.changing(root, with: tools)
        let failed = try await failure { _ = try await linux.create(Profile(["username": .text("grace")])) }
        #expect(failed.code == .failedPrecondition)
        #expect(failed.text == "useradd: cannot create directory /home/grace. The account grace was removed again.")
        #expect(tools.lines.last == "userdel --prefix \(root.path) --remove -- grace")
    }
}
