import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An age recipient that is an Ed25519 key, of OpenSSH or of a JWK.
struct SSHEd25519Recipient: AgeRecipient {
    private let blob: [UInt8]
    private let montgomery: [UInt8]

    /// Nil when `key` is no point of the curve, or one of small order.
    init?(_ key: [UInt8]) {
        guard let montgomery = EdwardsPublicKey.montgomery(key),
            X25519.sharedSecret(Curve25519.KeyAgreement.PrivateKey(), with: montgomery) != nil
        else { return nil }
        blob = SSHPublicKey.blob(ed25519: key)
        self.montgomery = montgomery
    }

    func stanza(wrapping fileKey: SymmetricKey) throws -> AgeStanza {
        let ephemeral = Curve25519.KeyAgreement.PrivateKey()
        let share = Array(ephemeral.publicKey.rawRepresentation)
        guard
            let wrapKey = SSHEd25519Stanza.wrapKey(
                X25519.sharedSecret(ephemeral, with: montgomery), blob: blob, share: share, recipient: montgomery)
        else { throw AgeFile.malformedStanza }
        return AgeStanza(
            arguments: [SSHEd25519Stanza.kind, SSHPublicKey.tag(of: blob), Base64.encode(share, .standard, .none)],
            body: try FileKeyWrapping.wrap(fileKey, under: wrapKey))
    }
}

/// The private half of an Ed25519 key as an age identity.
struct SSHEd25519Identity: AgeIdentity {
    private let blob: [UInt8]
    private let number: SecretBytes

    init(seed: SecretBytes, publicKey: [UInt8]) {
        // RFC 8032, section 5.1.5: the number behind a seed is the first half of its hash.
        number = SecretBytes(SHA512.hash(data: seed.reveal()).prefix(32))
        blob = SSHPublicKey.blob(ed25519: publicKey)
    }

    func fileKey(in stanza: AgeStanza) throws(CredentialError) -> SymmetricKey? {
        guard stanza.arguments[0] == SSHEd25519Stanza.kind else { return nil }
        guard stanza.arguments.count == 3, stanza.body.count == FileKeyWrapping.wrappedSize,
            let share = Base64.decode(stanza.arguments[2].utf8, .standard, .none), share.count == 32
        else { throw AgeFile.malformedStanza }
        guard stanza.arguments[1] == SSHPublicKey.tag(of: blob) else { return nil }
        guard let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: number.reveal()),
            let wrapKey = SSHEd25519Stanza.wrapKey(
                X25519.sharedSecret(key, with: share), blob: blob, share: share,
                recipient: Array(key.publicKey.rawRepresentation))
        else { throw AgeFile.malformedStanza }
        return FileKeyWrapping.unwrap(stanza.body, under: wrapKey)
    }
}

private enum SSHEd25519Stanza {
    static let kind = "ssh-ed25519"
    private static let label = Array("age-encryption.org/v1/ssh-ed25519".utf8)

    /// The shared secret is multiplied once more, by a number that depends on the ssh key: a stanza is for that key only.
    static func wrapKey(_ secret: SharedSecret?, blob: [UInt8], share: [UInt8], recipient: [UInt8]) -> SymmetricKey? {
        let tweak = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: [UInt8]()), salt: blob, info: label, outputByteCount: 32)
        guard let point = secret?.withUnsafeBytes({ Array($0) }),
            let number = try? Curve25519.KeyAgreement.PrivateKey(
                rawRepresentation: tweak.withUnsafeBytes { Array($0) }),
            let tweaked = X25519.sharedSecret(number, with: point)
        else { return nil }
        return tweaked.hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: share + recipient, sharedInfo: label, outputByteCount: 32)
    }
}
