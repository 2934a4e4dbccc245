import AccessModel
import BatonWire
import ConnectorKit
import Logging

extension RoleSyncer: AccountProvisioner {
    var accountCredentials: CredentialChoices { CredentialChoices(preferring: .randomPassword) }

    var accountFields: [AccountField] {
        [.login("email", "Email", description: "This email will be used as the login for the user.")]
    }

    func createAccount(_ account: NewAccount, credential: CredentialRequest?) async throws -> CreatedAccount {
        let email = account.profile.string("email") ?? ""
        let name = try ObjectName(email.isEmpty ? account.login : email, of: "email")
        for known in [account.login, name.text] {
            if let role = try await role(named: known) { return CreatedAccount(.alreadyExists, role.resource) }
        }
        let password = try credential.password(for: name.text)
        if credential?.mustChangeAtNextLogin == true {
            log.warning(
                "PostgreSQL can't ask for another password at the next log-in", metadata: ["role": "\(name.text)"])
        }
        try await cluster.home.change { connection in
            let verifier = try connection.verifier(of: password.reveal(), for: name.text)
            let (role, secret) = (try connection.quoted(name: name.text), try connection.quoted(text: verifier))
            try connection.run("CREATE ROLE \(role) WITH LOGIN PASSWORD \(secret)")
        }
        // The account is there whatever comes of looking at it, and its password must not be lost over that.
        let role = try? await role(named: name.text)
        return CreatedAccount(.created, role?.resource, credentials: [.password(password)])
    }

    private func role(named name: String) async throws -> Role? {
        guard !name.isEmpty else { return nil }
        return try await cluster.home.read("\(Role.selection) WHERE r.rolname = $1", [name]) { $0.first.map(Role.init) }
    }
}

extension RoleSyncer: CredentialRotator {
    var rotationCredentials: CredentialChoices { CredentialChoices(preferring: .randomPassword) }

    func rotateCredential(of id: ResourceID, to request: CredentialRequest?) async throws -> [NewCredential] {
        let role = try RoleID(id)
        let password = try request.password(for: id.value)
        try await cluster.home.change { connection in
            let name = try connection.run("SELECT rolname FROM pg_roles WHERE oid = $1::oid", [String(role.number)]) {
                $0.first?.text(0)
            }
            guard let name else { throw ServiceError(.notFound, "\(id): is not there any more. Sync again.") }
            let verifier = try connection.verifier(of: password.reveal(), for: name)
            let (quoted, secret) = (try connection.quoted(name: name), try connection.quoted(text: verifier))
            try connection.run("ALTER ROLE \(quoted) WITH PASSWORD \(secret)")
        }
        return [.password(password)]
    }
}

extension CredentialRequest? {
    /// The password that was made for a role.
    fileprivate func password(for role: String) throws(ServiceError) -> Secret {
        guard case .password(let password)? = self?.kind else {
            throw ServiceError(.invalidArgument, "\(role): can only get a random password.")
        }
        return password
    }
}
