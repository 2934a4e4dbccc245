public import BatonWire
import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Who a credential is encrypted to: an ``EncryptionConfig`` that was checked to the last point of the curve.
///
/// Make them before anything is asked of the application: a credential that nobody can read would be lost.
public struct Recipient: Sendable {
    private enum Method {
        /// A JWK, with an age file as base 64 text.
        case ageAsText(any AgeRecipient)
        /// A JWK of the type EC, with a JWE as base 64 text.
        case compactJWE(EllipticCurve, point: [UInt8])
        /// An age recipient, with an age file as it is.
        case age(any AgeRecipient)
    }

    /// The config as a connector is given it.
    public let config: C1_Connector_V2_EncryptionConfig
    /// A JWK's thumbprint (RFC 7638), an age recipient's SHA-256; in hexadecimal.
    public let keyID: String
    private let method: Method

    /// Checks a config.
    public init(_ config: C1_Connector_V2_EncryptionConfig) throws(CredentialError) {
        let provider = try EncryptionProvider(of: config)
        switch (provider, config.config) {
        case (.jwk, .jwkPublicKeyConfig(let given)?):
            let key = try Self.publicKey(given.pubKey)
            keyID = key.thumbprint
            switch key.publicKey {
            case .rsa(let key): method = .ageAsText(SSHRSAStanza(key))
            case .ellipticCurve(let curve, let point): method = .compactJWE(curve, point: point)
            case .ed25519(let bytes):
                guard let recipient = SSHEd25519Recipient(bytes) else {
                    throw CredentialError(
                        .invalidRecipient, "JWK", "is no usable point of its curve. Export the key again.")
                }
                method = .ageAsText(recipient)
            }
        case (.age, .ageRecipientConfig(let given)?):
            method = .age(try AgeKeyText.recipient(given.recipient))
            keyID = hexadecimal(SHA256.hash(data: Array(given.recipient.utf8)))
        default:
            throw CredentialError(
                .invalidRecipient, "encryption config",
                "its provider and its key don't belong together. Leave the provider out, or correct it.")
        }
        self.config = config
    }

    private static func publicKey(_ json: some Collection<UInt8>) throws(CredentialError) -> JSONWebKey {
        do {
            return try JSONWebKey(parsing: json)
        } catch {
            // What a caller sent is wrong, not a key of ours.
            throw error.code == .invalidKey ? CredentialError(.invalidRecipient, error.subject, error.problem) : error
        }
    }

    /// The plaintext, readable by this recipient only.
    public func encrypt(
        _ plaintext: C1_Connector_V2_PlaintextData
    ) throws(CredentialError) -> C1_Connector_V2_EncryptedData {
        var encrypted = C1_Connector_V2_EncryptedData()
        encrypted.name = plaintext.name
        encrypted.description_p = plaintext.description_p
        encrypted.schema = plaintext.schema
        encrypted.keyIds = [keyID]
        let bytes = Array(plaintext.bytes)
        do {
            switch method {
            case .age(let recipient):
                encrypted.provider = EncryptionProvider.age.rawValue
                encrypted.encryptedBytes = .init(try AgeFile.seal(bytes, to: recipient))
            case .ageAsText(let recipient):
                encrypted.provider = EncryptionProvider.jwk.rawValue
                encrypted.keyID = keyID
                let file = try AgeFile.seal(bytes, to: recipient)
                encrypted.encryptedBytes = .init(Base64.encode(file, .standard, .filled).utf8)
            case .compactJWE(let curve, let point):
                encrypted.provider = EncryptionProvider.jwk.rawValue
                encrypted.keyID = keyID
                let message = try CompactJWE.seal(bytes, to: point, on: curve)
                encrypted.encryptedBytes = .init(Base64.encode(message.utf8, .standard, .filled).utf8)
            }
        } catch let error as CredentialError {
            throw error
        } catch {
            throw CredentialError(.failed, "encryption", "couldn't be done with this key. Use another.")
        }
        return encrypted
    }
}

/// The ways to encrypt that configs and results name.
enum EncryptionProvider: String {
    case jwk = "baton/jwk/v1"
    case age = "baton/age/v1"

    /// The named one; when none is, the one that the kind of key implies.
    init(of config: C1_Connector_V2_EncryptionConfig) throws(CredentialError) {
        if let named = EncryptionProvider(rawValue: config.provider) {
            self = named
            return
        }
        guard config.provider.isEmpty else {
            throw CredentialError(
                .invalidRecipient, "encryption config", "its provider is unknown. Use baton/jwk/v1 or baton/age/v1.")
        }
        switch config.config {
        case .jwkPublicKeyConfig: self = .jwk
        case .ageRecipientConfig: self = .age
        case nil:
            throw CredentialError(
                .invalidRecipient, "encryption config", "has no key. Give a JWK or an age recipient.")
        }
    }
}

extension C1_Connector_V2_PlaintextData {
    /// One result for each recipient, in their order.
    public func encrypted(to recipients: [Recipient]) throws(CredentialError) -> [C1_Connector_V2_EncryptedData] {
        var results: [C1_Connector_V2_EncryptedData] = []
        for recipient in recipients { results.append(try recipient.encrypt(self)) }
        return results
    }
}
