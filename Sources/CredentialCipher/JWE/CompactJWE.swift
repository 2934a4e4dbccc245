import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A JWE in its compact form (RFC 7516) for the owner of an EC key: header, key, nonce, text and tag with dots between.
enum CompactJWE {
    /// Encrypts with ECDH-ES and A256GCM.
    static func seal(_ plaintext: [UInt8], to point: [UInt8], on curve: EllipticCurve) throws -> String {
        let ephemeral = curve.ephemeralKey()
        guard let share = curve.point(of: ephemeral) else {
            throw CredentialError(.failed, "JWE", "no key could be made for it. Try again.")
        }
        let method = ContentEncryption.a256GCM
        let epk = String(decoding: JSONWebKey(.ellipticCurve(curve, point: share)).publicText, as: UTF8.self)
        let header = text(Array(#"{"alg":"ECDH-ES","enc":"\#(method.rawValue)","epk":\#(epk)}"#.utf8))
        let key = ConcatKDF.key(
            from: try curve.sharedSecret(ephemeral, with: point), for: method.rawValue, size: method.keySize)
        let box = try AES.GCM.seal(plaintext, using: key, authenticating: Array(header.utf8))
        return [header, "", text(box.nonce), text(box.ciphertext), text(box.tag)].joined(separator: ".")
    }

    /// Opens what was encrypted with ECDH-ES, directly or around a wrapped key.
    static func open(
        _ message: some Collection<UInt8>, with key: SecretBytes, on curve: EllipticCurve
    ) throws(CredentialError) -> [UInt8] {
        let parts = message.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let decoded = parts.compactMap { Base64.decode($0, .urlSafe, .none) }
        guard parts.count == 5, decoded.count == 5 else {
            throw CredentialError(.damaged, "JWE", "isn't in the compact form. Fetch it again.")
        }
        let header = try Header(parsing: decoded[0])
        guard header.curve == curve, let secret = try? curve.sharedSecret(key, with: header.share) else {
            throw CredentialError(.notForThisKey, "JWE", "is encrypted to a key of another curve.")
        }
        let wrapping = ConcatKDF.key(
            from: secret, for: header.derivedFor, size: header.keySize, producer: header.producer,
            consumer: header.consumer)
        let contentKey: SymmetricKey?
        if header.wrapsKey {
            contentKey = try? AES.KeyWrap.unwrap(decoded[1], using: wrapping)
        } else {
            contentKey = decoded[1].isEmpty ? wrapping : nil
        }
        guard let contentKey, contentKey.bitCount == header.encryption.keySize * 8,
            let plaintext = header.encryption.open(
                decoded[3], key: contentKey, nonce: decoded[2], tag: decoded[4], authenticating: Array(parts[0]))
        else {
            throw CredentialError(
                .notForThisKey, "JWE", "is encrypted to another key or was changed. Use the key it was made for.")
        }
        return plaintext
    }

    private static func text(_ bytes: some Sequence<UInt8>) -> String { Base64.encode(bytes, .urlSafe, .none) }
}
