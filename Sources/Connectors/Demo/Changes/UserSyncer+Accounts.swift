import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

extension UserSyncer: AccountProvisioner {
    var accountCredentials: CredentialChoices { CredentialChoices(preferring: .randomPassword, or: .noPassword) }

    var accountFields: [AccountField] {
        [
            .optional("login", "Name", description: "What the user is called", placeholder: "Grace"),
            .optional("email", "E-mail address", placeholder: "grace@example.com"),
        ]
    }

    func createAccount(_ account: NewAccount, credential: CredentialRequest?) async throws -> CreatedAccount {
        let email = account.emails.first ?? ""
        let name = account.login.isEmpty ? email : account.login
        guard !name.isEmpty else {
            throw ServiceError(.invalidArgument, "a user needs a login or an e-mail address")
        }
        var password: Secret?
        if case .password(let secret)? = credential?.kind { password = secret }
        guard let id = try await database.addUser(name: name, email: email, password: password?.reveal()) else {
            return CreatedAccount(.alreadyExists, try await database.user(named: name).map(resource(from:)))
        }
        let user = try await database.record(StoredUser.self, id: id)
        return CreatedAccount(.created, user.map(resource(from:)), credentials: password.map { [.password($0)] } ?? [])
    }
}

extension UserSyncer: CredentialRotator {
    var rotationCredentials: CredentialChoices { CredentialChoices(preferring: .randomPassword) }

    func rotateCredential(of id: ResourceID, to request: CredentialRequest?) async throws -> [NewCredential] {
        guard case .password(let password)? = request?.kind else {
            throw ServiceError(.invalidArgument, "\(id): can only get a random password")
        }
        guard try await database.setPassword(password.reveal(), of: id) else {
            throw ServiceError(.notFound, "\(id): there is no such user. Sync again.")
        }
        return [.password(password)]
    }
}

extension UserSyncer: ResourceCreator {
    func create(_ resource: Resource) async throws -> Resource {
        let email = resource.profile.string("email") ?? ""
        guard let id = try await database.addUser(name: resource.displayName, email: email, password: nil),
            let user = try await database.record(StoredUser.self, id: id)
        else { throw ServiceError(.alreadyExists, "there is a user \(resource.displayName) already") }
        return self.resource(from: user)
    }

    func delete(_ id: ResourceID, under parent: ResourceID?) async throws -> Provisioned {
        try await database.deleteUser(id) ? .changed : .alreadySo
    }
}
