import AccessModel
import BatonWire
import CommandLineKit
import ConnectorKit
import Logging
import SwiftProtobuf

/// `--create-account-login` or `--create-account-profile`: creates an account.
struct AccountCreation: OneShotOperation {
    static let flags = [
        text("create-account-login", "Create an account with this name to sign in with"),
        text("create-account-email", "With this e-mail address"),
        text("create-account-profile", "With these attributes, a JSON object"),
        text("create-account-resource-type", "Of this resource type, when several have accounts"),
    ]

    private let type: String
    private let account: C1_Connector_V2_AccountInfo
    private let credentials: CredentialOrder

    init?(_ flags: ParsedFlags, environment: [String: String]) throws {
        let login = flags.string("create-account-login")
        let email = flags.string("create-account-email")
        let json = flags.string("create-account-profile")
        type = flags.string("create-account-resource-type")
        guard !login.isEmpty || !json.isEmpty else {
            guard email.isEmpty else { throw Self.alone("create-account-email") }
            return nil
        }
        var profile = try Profile(json: json, of: "create-account-profile")
        for (key, value) in [("login", login), ("email", email)] where profile.fields[key] == nil && !value.isEmpty {
            profile.fields[key] = .text(value)
        }
        account = .with {
            $0.login = profile.string("login") ?? ""
            if let address = profile.string("email"), !address.isEmpty {
                $0.emails = [
                    .with {
                        $0.address = address
                        $0.isPrimary = true
                    }
                ]
            }
            $0.profile = profile
        }
        credentials = try CredentialOrder(flags)
    }

    /// Complains about a type of account where no account is created, for connectors that have no setting of that name.
    static func refuseType(_ flags: ParsedFlags) throws {
        guard flags.string("create-account-resource-type").isEmpty else { throw alone("create-account-resource-type") }
    }

    private static func alone(_ flag: String) -> UsageError {
        UsageError("\(flag): say who with --create-account-login or --create-account-profile")
    }

    func run(_ connector: ConnectorAdapter<some Connector>, _ report: OperationReport) async throws {
        let provisioner = try connector.syncers.accountProvisioner(for: type)
        let account = account.filling(provisioner.accountFields)
        let missing = provisioner.accountFields.filter { $0.isRequired && !account.profile.has($0.name) }
        guard missing.isEmpty else {
            throw UsageError(
                "create-account-profile: lacks \(missing.map(\.name).joined(separator: ", ")), without which there is no account"
            )
        }
        let order = try credentials.options(among: provisioner.accountCredentials, "create-account-login")
        let made = try await connector.createAccount(
            .with {
                $0.accountInfo = account
                $0.resourceTypeID = type
                $0.credentialOptions = order
                $0.encryptionConfigs = credentials.recipients
            })
        report.tell(
            made.response, as: made.response.summary, ["login": "\(account.login)"],
            issued: IssuedCredentials(
                shown: credentials.isShown ? made.credentials : [], encrypted: made.response.encryptedData))
    }
}

extension C1_Connector_V2_AccountInfo {
    /// The account with its login under the name that the application has for it, and the other way round.
    fileprivate func filling(_ fields: [AccountField]) -> Self {
        guard let field = fields.first(where: \.isLogin) else { return self }
        var copy = self
        if login.isEmpty { copy.login = profile.string(field.name) ?? "" }
        if !profile.has(field.name), !login.isEmpty { copy.profile.fields[field.name] = .text(login) }
        return copy
    }
}

extension C1_Connector_V2_CreateAccountResponse {
    fileprivate var summary: String {
        switch result {
        case .success?, nil: "account created"
        case .actionRequired(let result)?: "account created, something has to be done: \(result.message)"
        case .alreadyExists?: "account exists already"
        case .inProgress?: "account is being created"
        }
    }
}
