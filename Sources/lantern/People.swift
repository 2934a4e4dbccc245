import CommandLineKit
import LanternCatalog
import LanternSignIn

/// `lantern user`.
struct People: Sendable {
    private let flags: ParsedFlags
    private let signIn: SignIn

    init(_ flags: ParsedFlags) throws {
        self.flags = flags
        signIn = try SignIn(at: DataFolder(flags.string("data-dir")).accounts)
    }

    func add(_ address: String) async throws {
        guard let role = User.Role(rawValue: flags.string("role")) else {
            throw UsageError("--role: must be administrator, owner or auditor")
        }
        let user = try await signIn.addUser(email: address, name: flags.string("name"), role: role)
        try await signIn.record("added user", by: "command line", on: user.email, address: "local")
        try await tellLink(for: user)
    }

    func resetPassword(_ address: String) async throws {
        let user = try await signIn.user(email: address)
        try await signIn.record("reset password", by: "command line", on: user.email, address: "local")
        try await tellLink(for: user)
    }

    func signInLink(_ address: String) async throws {
        let user = try await signIn.user(email: address)
        let link = try await signIn.link(for: user, to: .signIn)
        try await signIn.record("made sign-in link", by: "command line", on: user.email, address: "local")
        StandardStreams.process.output("/sign-in/\(link)\n")
    }

    func token(_ address: String) async throws {
        guard let scope = Credential.Scope(rawValue: flags.string("scope")) else {
            throw UsageError("--scope: must be full or read")
        }
        let user = try await signIn.user(email: address)
        let made = try await signIn.makeCredential(
            for: user, named: flags.string("label"), scope: scope, days: flags.int("days"))
        try await signIn.record("created API key", by: "command line", on: made.credential.id, address: "local")
        StandardStreams.process.output(made.secret + "\n")
    }

    private func tellLink(for user: User) async throws {
        let link = try await signIn.link(for: user, to: .password)
        StandardStreams.process.output(
            "\(user.email) chooses a password, within a day, at the server's address followed by:\n/password/\(link)\n")
    }
}
