import AccessModel
public import BatonWire

extension C1_Connector_V2_CredentialOptions {
    /// The same options as the connector's author gets them: an encrypted password is opened.
    ///
    /// - Parameters:
    ///   - secret: the secret of service mode, to whose key passwords are encrypted.
    ///   - recipients: to whom the result would be encrypted; a password that the caller chose is for nobody.
    /// - Throws: when there is no option, or a password that can't be opened.
    public func local(
        openedBy secret: ClientSecret?, recipients: [C1_Connector_V2_EncryptionConfig]
    ) throws(CredentialError) -> C1_Connector_V2_LocalCredentialOptions {
        var local = C1_Connector_V2_LocalCredentialOptions()
        local.forceChangeAtNextLogin = forceChangeAtNextLogin
        switch options {
        case .randomPassword(let asked):
            local.randomPassword.length = asked.length
            local.randomPassword.constraints = asked.constraints
        case .noPassword: local.noPassword = .init()
        case .sso(let asked): local.sso.ssoProvider = asked.ssoProvider
        case .encryptedPassword(let asked):
            guard recipients.isEmpty else {
                throw Self.invalid(
                    "encryption configs must not come with an encrypted password. Leave one of them out.")
            }
            local.plaintextPassword.plaintextPassword = try Self.password(in: asked.encryptedPasswords, secret)
        case nil: throw Self.invalid("invalid credential options: none is set. Set one, or leave the message out.")
        }
        return local
    }

    /// The first that is for `secret` and can be opened.
    ///
    /// Whoever encrypts to a JWK names its thumbprint; a platform may name the id it gave the secret.
    private static func password(
        in encrypted: [C1_Connector_V2_EncryptedData], _ secret: ClientSecret?
    ) throws(CredentialError) -> String {
        guard let secret else {
            throw invalid("client-secret is required to open an encrypted password. Start the connector with it.")
        }
        let key = secret.credentialKey
        var failure: CredentialError?
        let ids = [secret.thumbprint, secret.keyID].map { ByteKey($0) }
        for item in encrypted where (item.keyIds + [item.keyID]).contains(where: { ids.contains(ByteKey($0)) }) {
            do throws(CredentialError) {
                let bytes = try key.decrypt(item).bytes
                guard let password = String(validating: bytes, as: UTF8.self) else {
                    throw CredentialError(.damaged, "encrypted password", "is no UTF-8 text. Encrypt it again.")
                }
                return password
            } catch {
                failure = failure ?? error
            }
        }
        guard let failure else {
            throw invalid("no encrypted password is for the key of this client secret. Encrypt it to \(key.keyID).")
        }
        throw CredentialError(.invalidOptions, "encrypted password", "\(failure.subject) \(failure.problem)")
    }

    private static func invalid(_ problem: String) -> CredentialError {
        CredentialError(.invalidOptions, "credential options", problem)
    }
}
