import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// An age recipient `age1pq1…`, safe from quantum computers: HPKE with X-Wing (ML-KEM-768 and X25519).
struct HybridRecipient: AgeRecipient {
    private let key: XWingMLKEM768X25519.PublicKey

    /// Nil when `key` is none.
    init?(_ key: [UInt8]) {
        guard let key = try? XWingMLKEM768X25519.PublicKey(rawRepresentation: key) else { return nil }
        self.key = key
        // The key of ML-KEM is checked when it is used first, and a mistake should show before a credential exists.
        guard (try? key.encapsulate()) != nil else { return nil }
    }

    func stanza(wrapping fileKey: SymmetricKey) throws -> AgeStanza {
        var sender = try HPKE.Sender(
            recipientKey: key, ciphersuite: HybridStanza.suite, info: Data(HybridStanza.label.utf8))
        let body = try sender.seal(fileKey.withUnsafeBytes { Array($0) })
        return AgeStanza(
            arguments: [HybridStanza.kind, Base64.encode(sender.encapsulatedKey, .standard, .none)], body: Array(body))
    }
}

/// An age identity `AGE-SECRET-KEY-PQ-1…`.
struct HybridIdentity: AgeIdentity {
    private let key: XWingMLKEM768X25519.PrivateKey

    init?(_ seed: SecretBytes) {
        let seed = seed.reveal()
        guard seed.count == 32,
            let key = try? XWingMLKEM768X25519.PrivateKey(seedRepresentation: seed, publicKey: nil)
        else { return nil }
        self.key = key
    }

    /// The public half.
    var recipient: [UInt8] { Array(key.publicKey.rawRepresentation) }

    func fileKey(in stanza: AgeStanza) throws(CredentialError) -> SymmetricKey? {
        guard stanza.arguments[0] == HybridStanza.kind else { return nil }
        guard stanza.arguments.count == 2, stanza.body.count == FileKeyWrapping.wrappedSize,
            let share = Base64.decode(stanza.arguments[1].utf8, .standard, .none),
            share.count == HybridStanza.shareSize
        else { throw AgeFile.malformedStanza }
        guard
            var receiver = try? HPKE.Recipient(
                privateKey: key, ciphersuite: HybridStanza.suite, info: Data(HybridStanza.label.utf8),
                encapsulatedKey: Data(share))
        else { throw AgeFile.malformedStanza }
        return (try? receiver.open(stanza.body)).map { SymmetricKey(data: $0) }
    }
}

private enum HybridStanza {
    static let kind = "mlkem768x25519"
    static let label = "age-encryption.org/mlkem768x25519"
    static let suite = HPKE.Ciphersuite(kem: .XWingMLKEM768X25519, kdf: .HKDF_SHA256, aead: .chaChaPoly)
    /// A ciphertext of ML-KEM-768 and a point.
    static let shareSize = 1088 + 32
}
