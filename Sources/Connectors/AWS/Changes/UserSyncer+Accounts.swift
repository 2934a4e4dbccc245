import AWSCalls
import AccessModel
import BatonWire
import ConnectorKit

extension UserSyncer: AccountProvisioner {
    var accountCredentials: CredentialChoices { CredentialChoices(preferring: .noPassword) }

    var accountFields: [AccountField] {
        [
            .optional(
                "username", "Username", description: "The name of the user; the e-mail address if left out",
                placeholder: "jdoe"),
            .required(
                "email", "Email", description: "The person's e-mail address", placeholder: "jdoe@example.com"),
        ]
    }

    func createAccount(_ account: NewAccount, credential: CredentialRequest?) async throws -> CreatedAccount {
        guard createsAccounts else {
            throw ServiceError(
                .unimplemented, "users of IAM aren't created here: create-account-resource-type isn't iam_user.")
        }
        guard let email = account.profile.string("email"), !email.isEmpty else {
            throw ServiceError(.invalidArgument, "email: is required for a new user of IAM.")
        }
        let name = [account.profile.string("username") ?? "", account.login, email].first { !$0.isEmpty } ?? email
        do {
            let made = try await accounts.own.createUser(
                name, tags: name.hasSameBytes(as: email) ? [] : [("email", email)])
            return CreatedAccount(
                .created, Resource(user: made.user, email: email),
                annotations: C1_Connector_V2_RequestId.remarks(made.requestID))
        } catch let error as AWSError where error.code == "EntityAlreadyExists" {
            return CreatedAccount(.alreadyExists, Resource(user: try await accounts.own.user(name), email: email))
        }
    }
}

extension UserSyncer: ResourceDeleter {
    func delete(_ id: ResourceID, under parent: ResourceID?) async throws -> Provisioned {
        let name = try ARN.name(of: id)
        let iam = parent == nil ? try await accounts.iam(holding: id) : await accounts.iam(under: parent)
        do {
            _ = try await iam.user(name)
        } catch let error as AWSError where error.isAbsent {
            return .alreadySo
        }
        return .changed(
            bringing: [],
            annotations: C1_Connector_V2_RequestId.remarks(try await UserRemoval(of: name, from: iam).run()))
    }
}
