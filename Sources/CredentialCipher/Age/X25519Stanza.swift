import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An age recipient `age1…`.
struct X25519Recipient: AgeRecipient {
    let key: [UInt8]

    /// Nil when the key shares nothing with anyone: a point of small order.
    init?(_ key: [UInt8]) {
        guard key.count == 32, X25519.sharedSecret(Curve25519.KeyAgreement.PrivateKey(), with: key) != nil
        else { return nil }
        self.key = key
    }

    func stanza(wrapping fileKey: SymmetricKey) throws -> AgeStanza {
        let ephemeral = Curve25519.KeyAgreement.PrivateKey()
        let share = Array(ephemeral.publicKey.rawRepresentation)
        guard let secret = X25519.sharedSecret(ephemeral, with: key) else { throw AgeFile.malformedStanza }
        let wrapKey = X25519Stanza.wrapKey(secret, share: share, recipient: key)
        return AgeStanza(
            arguments: [X25519Stanza.kind, Base64.encode(share, .standard, .none)],
            body: try FileKeyWrapping.wrap(fileKey, under: wrapKey))
    }
}

/// An age identity `AGE-SECRET-KEY-1…`.
struct X25519Identity: AgeIdentity {
    private let key: Curve25519.KeyAgreement.PrivateKey

    init?(_ key: SecretBytes) {
        guard let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: key.reveal()) else { return nil }
        self.key = key
    }

    /// The public half.
    var recipient: [UInt8] { Array(key.publicKey.rawRepresentation) }

    func fileKey(in stanza: AgeStanza) throws(CredentialError) -> SymmetricKey? {
        guard stanza.arguments[0] == X25519Stanza.kind else { return nil }
        guard stanza.arguments.count == 2, stanza.body.count == FileKeyWrapping.wrappedSize,
            let share = Base64.decode(stanza.arguments[1].utf8, .standard, .none), share.count == 32,
            let secret = X25519.sharedSecret(key, with: share)
        else { throw AgeFile.malformedStanza }
        let wrapKey = X25519Stanza.wrapKey(secret, share: share, recipient: recipient)
        return FileKeyWrapping.unwrap(stanza.body, under: wrapKey)
    }
}

private enum X25519Stanza {
    static let kind = "X25519"

    static func wrapKey(_ secret: SharedSecret, share: [UInt8], recipient: [UInt8]) -> SymmetricKey {
        secret.hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: share + recipient, sharedInfo: Array("age-encryption.org/v1/X25519".utf8),
            outputByteCount: 32)
    }
}

/// The function X25519 of RFC 7748.
enum X25519 {
    /// Nil when the result is zero, as it is for points of small order.
    static func sharedSecret(_ key: Curve25519.KeyAgreement.PrivateKey, with point: [UInt8]) -> SharedSecret? {
        guard let point = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: point),
            let secret = try? key.sharedSecretFromKeyAgreement(with: point)
        else { return nil }
        return secret.withUnsafeBytes { $0.contains { $0 != 0 } } ? secret : nil
    }
}
