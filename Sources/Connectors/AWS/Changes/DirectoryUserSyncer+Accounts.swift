import AWSCalls
import AccessModel
import ConnectorKit

extension DirectoryUserSyncer: AccountProvisioner {
    var accountCredentials: CredentialChoices { CredentialChoices(preferring: .noPassword) }

    var accountFields: [AccountField] {
        [
            .login(
                "username", "Username", description: "The name to sign in to Identity Center with",
                placeholder: "jdoe@example.com"),
            .required("given_name", "First Name", description: "The person's first name", placeholder: "Jane"),
            .required("family_name", "Last Name", description: "The person's last name", placeholder: "Doe"),
            .required(
                "email", "Email", description: "The person's e-mail address", placeholder: "jdoe@example.com"),
            .optional(
                "display_name", "Display Name", description: "First and last name if left out", placeholder: "Jane Doe"),
        ]
    }

    func createAccount(_ account: NewAccount, credential: CredentialRequest?) async throws -> CreatedAccount {
        guard createsAccounts else {
            throw ServiceError(
                .unimplemented,
                "users of Identity Center aren't created here: create-account-resource-type isn't sso_user.")
        }
        func field(_ name: String) throws -> String {
            guard let text = account.profile.string(name), !text.isEmpty else {
                throw ServiceError(.invalidArgument, "\(name): is required for a new user of Identity Center.")
            }
            return text
        }
        let (given, family) = (try field("given_name"), try field("family_name"))
        let display = account.profile.string("display_name").flatMap { $0.isEmpty ? nil : $0 } ?? "\(given) \(family)"
        let new = IdentityStore.NewUser(
            name: try field("username"), givenName: given, familyName: family, displayName: display,
            email: try field("email"))
        let names = try await directory.names()
        do {
            let id = try await directory.store.create(new, in: names.identityStore)
            return CreatedAccount(.created, Resource(user: .init(id: id, new), as: names.user(id)))
        } catch let error as AWSError where error.code == "ConflictException" {
            guard let known = try await directory.store.user(named: new.name, in: names.identityStore) else {
                throw ServiceError(
                    .alreadyExists,
                    "\(new.name): can't be created, something of it belongs to another user already (\(error)).")
            }
            return CreatedAccount(.alreadyExists, Resource(user: known, as: names.user(known.id)))
        }
    }
}

extension DirectoryUserSyncer: ResourceDeleter {
    func delete(_ id: ResourceID, under parent: ResourceID?) async throws -> Provisioned {
        let store = try await directory.instance().identityStore
        do {
            try await directory.store.deleteUser(DirectoryNames.id(of: id), in: store)
            return .changed
        } catch let error as AWSError where error.isAbsent {
            return .alreadySo
        }
    }
}

extension IdentityStore.User {
    /// A user that was just made.
    fileprivate init(id: String, _ new: IdentityStore.NewUser) {
        self.init(
            id: id, name: new.name, displayName: new.displayName,
            emails: [IdentityStore.Email(value: new.email, type: "work", isPrimary: true)], externalIDs: nil,
            status: "ENABLED")
    }
}
