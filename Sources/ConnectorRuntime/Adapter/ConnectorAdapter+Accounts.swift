import AccessModel
import BatonWire
import ConnectorKit
import CredentialCipher
import SwiftProtobuf

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension ConnectorAdapter {
    /// An answer that goes on its way, and the credentials it holds encrypted.
    struct Issued<Response: Sendable>: Sendable {
        let response: Response
        let credentials: [NewCredential]
    }

    /// Creates an account, and encrypts its credentials for the recipients.
    func createAccount(
        _ request: C1_Connector_V2_CreateAccountRequest
    ) async throws -> Issued<C1_Connector_V2_CreateAccountResponse> {
        let provisioner = try syncers.accountProvisioner(for: request.resourceTypeID)
        let recipients = try request.encryptionConfigs.map { try Recipient($0) }
        let credential = try CredentialRequest(
            request.hasCredentialOptions ? request.credentialOptions : nil, recipients: request.encryptionConfigs,
            among: provisioner.accountCredentials)
        let made = try await naming("create account failed") {
            try await provisioner.createAccount(NewAccount(request.accountInfo), credential: credential)
        }
        var response = C1_Connector_V2_CreateAccountResponse(made)
        response.encryptedData = try made.credentials.encrypted(to: recipients)
        return Issued(response: response, credentials: made.credentials)
    }

    /// Gives a resource a new credential, and encrypts it for the recipients.
    func rotateCredential(
        _ request: C1_Connector_V2_RotateCredentialRequest
    ) async throws -> Issued<C1_Connector_V2_RotateCredentialResponse> {
        let rotator = try syncers.credentialRotator(for: request.resourceID.resourceType)
        let recipients = try request.encryptionConfigs.map { try Recipient($0) }
        let credential = try CredentialRequest(
            request.hasCredentialOptions ? request.credentialOptions : nil, recipients: request.encryptionConfigs,
            among: rotator.rotationCredentials)
        let credentials = try await naming("rotate credential failed") {
            try await rotator.rotateCredential(of: ResourceID(request.resourceID), to: credential)
        }
        let encrypted = try credentials.encrypted(to: recipients)
        return Issued(
            response: .with {
                $0.resourceID = request.resourceID
                $0.encryptedData = encrypted
            }, credentials: credentials)
    }
}

extension CredentialRequest {
    /// What the options ask for, a random password made at once; nil when there are none.
    fileprivate init?(
        _ options: C1_Connector_V2_CredentialOptions?, recipients: [C1_Connector_V2_EncryptionConfig],
        among choices: CredentialChoices
    ) throws {
        guard let options else { return nil }
        let local = try options.local(openedBy: nil, recipients: recipients)
        let kind: CredentialKind
        let request: Kind
        switch local.options {
        case .randomPassword(let asked)?:
            kind = .randomPassword
            request = .password(Secret(try PasswordRule(asked).password().reveal()))
        case .plaintextPassword(let given)?:
            kind = .encryptedPassword
            request = .password(Secret(given.plaintextPassword))
        case .sso(let asked)?:
            kind = .sso
            request = .sso(provider: asked.ssoProvider)
        case .noPassword?, nil:
            kind = .noPassword
            request = .noPassword
        }
        guard choices.supported.contains(kind) else {
            throw ServiceError(.invalidArgument, "credential options: this connector can't do \(kind) here")
        }
        self.init(request, mustChangeAtNextLogin: local.forceChangeAtNextLogin)
    }
}

extension NewAccount {
    fileprivate init(_ info: C1_Connector_V2_AccountInfo) {
        let ordered = info.emails.filter(\.isPrimary) + info.emails.filter { !$0.isPrimary }
        self.init(
            login: info.login, loginAliases: info.loginAliases, emails: ordered.map(\.address), profile: info.profile)
    }
}

extension [NewCredential] {
    /// Each of them for each recipient.
    func encrypted(to recipients: [Recipient]) throws -> [C1_Connector_V2_EncryptedData] {
        try flatMap { credential in
            try C1_Connector_V2_PlaintextData.with {
                $0.name = credential.name
                $0.description_p = credential.description
                $0.schema = credential.schema
                $0.bytes = Data(credential.value.reveal().utf8)
            }.encrypted(to: recipients)
        }
    }
}

extension C1_Connector_V2_CreateAccountResponse {
    fileprivate init(_ made: CreatedAccount) {
        self.init()
        annotations = made.annotations
        switch made.outcome {
        case .created:
            success = .with {
                if let account = made.account { $0.resource = account }
                $0.isCreateAccountResult = true
            }
        case .actionRequired(let message):
            actionRequired = .with {
                if let account = made.account { $0.resource = account }
                $0.message = message
                $0.isCreateAccountResult = true
            }
        case .alreadyExists:
            alreadyExists = .with {
                if let account = made.account { $0.resource = account }
                $0.isCreateAccountResult = true
            }
        case .inProgress:
            inProgress = .with {
                if let account = made.account { $0.resource = account }
                $0.isCreateAccountResult = true
            }
        }
    }
}
