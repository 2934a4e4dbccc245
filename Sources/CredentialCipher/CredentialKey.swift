public import BatonWire
import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A private key that opens encrypted credentials.
///
/// It prints as `‹secret›`.
public struct CredentialKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private enum Material: Sendable {
        case age(any AgeIdentity)
        case ellipticCurve(EllipticCurve, SecretBytes)
    }

    /// The id under which encrypted data name it: a JWK's thumbprint (RFC 7638), whatever its `kid`, or the SHA-256 of an age recipient.
    public let keyID: String
    private let material: Material

    /// Reads an age identity, the JSON text of a private JWK, or a client secret.
    ///
    /// Blank lines and those that begin with `#` are passed over, so that the text may be a file of `age-keygen`.
    public init(parsing text: String) throws(CredentialError) {
        let key = try KeyText(text)
        if case .json = key.start {
            self = try CredentialKey(JSONWebKey(parsing: key.bytes))
        } else if key.isPrivate, key.bytes.first != UInt8(ascii: "-") {
            let (identity, recipient) = try AgeKeyText.identity(key.bytes)
            material = .age(identity)
            keyID = hexadecimal(SHA256.hash(data: Array(recipient.utf8)))
        } else if key.bytes.count(where: { $0 == UInt8(ascii: ":") }) == 3 {
            self = try ClientSecret(parsing: String(decoding: key.bytes, as: UTF8.self)).credentialKey
        } else {
            throw CredentialError(
                .invalidKey, "private key",
                "is of no known kind. Give AGE-SECRET-KEY-1…, AGE-SECRET-KEY-PQ-1…, the JSON text of a private JWK, or a "
                    + "client secret. With a private key of OpenSSH, use `age -d -i`.")
        }
    }

    init(ed25519 seed: SecretBytes, publicKey: [UInt8], thumbprint: String) {
        keyID = thumbprint
        material = Self.material(ed25519: seed, publicKey: publicKey)
    }

    private init(_ key: JSONWebKey) throws(CredentialError) {
        guard let secret = key.secret else {
            throw CredentialError(.invalidKey, "JWK", "is a public key, which opens nothing. Give the private one.")
        }
        keyID = key.thumbprint
        switch key.publicKey {
        case .ed25519(let publicKey): material = Self.material(ed25519: secret, publicKey: publicKey)
        case .ellipticCurve(let curve, _): material = .ellipticCurve(curve, secret)
        case .rsa(let rsa): material = .age(SSHRSAStanza(rsa))
        }
    }

    private static func material(ed25519 seed: SecretBytes, publicKey: [UInt8]) -> Material {
        .age(SSHEd25519Identity(seed: seed, publicKey: publicKey))
    }

    /// The plaintext with the name, description and schema of `encrypted`.
    ///
    /// The bytes tell how they are encrypted, whatever provider is named: an age file, or base 64 of one or of a JWE.
    public func decrypt(
        _ encrypted: C1_Connector_V2_EncryptedData
    ) throws(CredentialError) -> C1_Connector_V2_PlaintextData {
        var plaintext = C1_Connector_V2_PlaintextData()
        plaintext.name = encrypted.name
        plaintext.description_p = encrypted.description_p
        plaintext.schema = encrypted.schema
        plaintext.bytes = .init(try decrypt(Array(encrypted.encryptedBytes)))
        return plaintext
    }

    /// The plaintext of `bytes`.
    public func decrypt(_ bytes: [UInt8]) throws(CredentialError) -> [UInt8] {
        let message: [UInt8]
        if bytes.starts(with: "-----BEGIN AGE ENCRYPTED FILE-----".utf8) {
            throw CredentialError(
                .unsupported, "age file", "is in ASCII armor, which only age reads. Open it with `age -d`.")
        } else if bytes.starts(with: AgeHeader.intro) {
            message = bytes
        } else {
            let text = bytes.filter { $0 != 10 && $0 != 13 }
            guard let decoded = Base64.decode(text, .standard, .filled), !decoded.isEmpty else {
                throw CredentialError(
                    .damaged, "encrypted data",
                    "are neither an age file nor base 64 text of anything. Fetch them again.")
            }
            message = decoded
        }
        switch (material, message.starts(with: AgeHeader.intro)) {
        case (.age(let identity), true): return try AgeFile.open(message, with: identity)
        case (.ellipticCurve(let curve, let key), false): return try CompactJWE.open(message, with: key, on: curve)
        default:
            throw CredentialError(
                .notForThisKey, "encrypted data", "are for a key of another kind. Use the key they were made for.")
        }
    }

    /// Never the key.
    public var description: String { "‹secret›" }
    /// Never the key.
    public var debugDescription: String { description }
    /// Never the key.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
