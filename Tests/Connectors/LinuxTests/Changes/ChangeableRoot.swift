import AccessModel
import BatonWire
import ChildProcesses
import ConnectorKit
import Glibc
import SwiftProtobuf
import Synchronization
import Testing

@testable import LinuxConnector

/// Whether the system's tools can be let loose on a prepared root.
let canChangeAccounts = geteuid() == 0 && access("/usr/sbin/useradd", X_OK) == 0
let whyNotChanging: Testing.Comment = "SKIPPED: changing accounts needs root and the tools of shadow (package passwd)"

/// The sample machine with what the tools look at beside.
func changeableRoot() throws -> PreparedRoot {
    let root = try sampleRoot()
    try root.write("/etc/login.defs", "USERGROUPS_ENAB yes\nUID_MIN 1000\nUID_MAX 60000\nGID_MIN 1000\nGID_MAX 60000\n")
    try root.write("/bin/bash", "", mode: 0o755)
    return root
}

/// The system's tools, of which some may be made to fail; every call is noted.
final class WatchedTools: CommandRunner {
    struct Call: Sendable {
        let words: [String]
        let input: [UInt8]?
    }

    private let answers: [String: CommandOutput]
    private let usual: (any CommandRunner)?
    private let noted = Mutex<[Call]>([])

    /// - Parameters:
    ///   - answers: the status and remark of tools that are not run.
    ///   - usual: who runs the others; without it they succeed and do nothing.
    init(_ answers: [String: (status: Int32, remark: String)] = [:], usual: (any CommandRunner)? = nil) {
        self.answers = answers.mapValues {
            CommandOutput(status: $0.status, output: [], remarks: Array($0.remark.utf8))
        }
        self.usual = usual
    }

    var calls: [Call] { noted.withLock { $0 } }
    var lines: [String] { calls.map { $0.words.joined(separator: " ") } }

    func run(_ program: String, _ arguments: [String], input: [UInt8]?) async throws -> CommandOutput {
        noted.withLock { $0.append(Call(words: [program] + arguments, input: input)) }
        if let answer = answers[program] { return answer }
        return try await usual?.run(program, arguments, input: input) ?? CommandOutput(status: 0, output: [])
    }
}

extension LinuxConnector {
    /// What can be done with users.
    func users() throws -> any AccountProvisioner & CredentialRotator & ResourceDeleter & TargetedSyncer {
        try #require(
            syncers.first { $0.type.id == "user" }
                as? any AccountProvisioner & CredentialRotator & ResourceDeleter & TargetedSyncer)
    }

    /// What can be done with groups.
    func groups() throws -> any GrantProvisioner & ResourceCreator & TargetedSyncer {
        try #require(
            syncers.first { $0.type.id == "group" } as? any GrantProvisioner & ResourceCreator & TargetedSyncer)
    }

    @discardableResult
    func grant(_ slug: String, of group: String, to user: String) async throws -> Provisioned.Outcome {
        let resource = Resource(ResourceID("group", group), name: group)
        let entitlement = Entitlement.assignment(slug, on: resource, grantableTo: UserSyncer.type)
        return try await groups().grant(entitlement, to: Resource(ResourceID("user", user), name: user)).outcome
    }

    @discardableResult
    func revoke(_ slug: String, of group: String, from user: String) async throws -> Provisioned.Outcome {
        var grant = Grant(slug, on: ResourceID("group", group), to: ResourceID("user", user))
        grant.entitlement.slug = slug
        return try await groups().revoke(grant).outcome
    }

    func create(_ profile: Profile, password: String? = nil, mustChange: Bool = false) async throws -> CreatedAccount {
        let kind = password.map { CredentialRequest.Kind.password(Secret($0)) } ?? .noPassword
        return try await users().createAccount(
            NewAccount(login: "", profile: profile),
            credential: CredentialRequest(kind, mustChangeAtNextLogin: mustChange))
    }

    func delete(_ type: String, _ id: String) async throws -> Provisioned.Outcome {
        let deleter: any ResourceDeleter = type == "user" ? try users() : try groups()
        return try await deleter.delete(ResourceID(type, id), under: nil).outcome
    }

    func rotate(_ user: String, to password: String, mustChange: Bool = false) async throws {
        let request = CredentialRequest(.password(Secret(password)), mustChangeAtNextLogin: mustChange)
        _ = try await users().rotateCredential(of: ResourceID("user", user), to: request)
    }

    /// Does an action and tells whether it changed anything.
    func act(_ action: String, _ argument: String, _ id: String) async throws -> Bool? {
        let action = try #require(actions.first { $0.schema.name == action })
        return try await action.perform(ActionArguments(Profile([argument: .text(id)]))).fields["changed"]?.boolValue
    }
}

extension PreparedRoot {
    func text(_ name: String) throws -> String { try files.read(name)[...].text }

    /// The line of `file` that starts with `name` and a colon, in fields.
    func entry(_ name: String, of file: String) throws -> [String]? {
        try files.read(file).lines.map { $0.bytes.fields(separatedBy: ":").map(\.text) }.first { $0.first == name }
    }

    /// Whether shadow accepts the password, as `crypt` sees it.
    func accepts(_ password: String, for user: String) async throws -> Bool {
        let hash = try #require(try entry(user, of: "/etc/shadow"))[1]
        let parts = hash.split(separator: "$").map(String.init)
        guard parts.count == 3, parts[0] == "6" else { return false }
        let answer = try await SystemCommands().run(
            "openssl", ["passwd", "-6", "-salt", parts[1], "-stdin"], input: Array("\(password)\n".utf8))
        return answer.output[...].firstLine == hash
    }
}

/// The code and text of the error that `body` ends with.
func failure(_ body: () async throws -> Void) async throws -> (code: StatusCode, text: String) {
    let thrown = await #expect(throws: ServiceError.self) { try await body() }
    let error = try #require(thrown)
    return (error.code, error.message)
}
