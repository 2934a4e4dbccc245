import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The body of an age file: chunks of 64 KiB, numbered, the last one marked, each under ChaCha20-Poly1305.
enum AgePayload {
    private static let chunkSize = 64 * 1024
    private static let tagSize = 16
    private static let nonceSize = 16

    static func seal(_ plaintext: [UInt8], fileKey: SymmetricKey) throws -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        let nonce = (0..<nonceSize).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let key = payloadKey(fileKey, nonce)
        var payload = nonce
        var start = 0
        var number: UInt64 = 0
        // An empty text is one empty chunk.
        repeat {
            let end = min(plaintext.count, start + chunkSize)
            let nonce = try chunkNonce(number, isLast: end == plaintext.count)
            let sealed = try ChaChaPoly.seal(plaintext[start..<end], using: key, nonce: nonce)
            payload += sealed.ciphertext
            payload += sealed.tag
            start = end
            number += 1
        } while start < plaintext.count
        return payload
    }

    static func open(_ payload: ArraySlice<UInt8>, fileKey: SymmetricKey) throws(CredentialError) -> [UInt8] {
        guard payload.count >= nonceSize + tagSize else {
            throw CredentialError(.damaged, "age file", "ends too early. Fetch it again.")
        }
        let key = payloadKey(fileKey, Array(payload.prefix(nonceSize)))
        var rest = payload.dropFirst(nonceSize)
        var plaintext: [UInt8] = []
        var number: UInt64 = 0
        while !rest.isEmpty {
            let chunk = rest.prefix(chunkSize + tagSize)
            rest = rest.dropFirst(chunk.count)
            let part: Data
            do {
                guard chunk.count >= tagSize else { throw CryptoKitError.authenticationFailure }
                let nonce = try chunkNonce(number, isLast: rest.isEmpty)
                let box = try ChaChaPoly.SealedBox(
                    nonce: nonce, ciphertext: chunk.dropLast(tagSize), tag: chunk.suffix(tagSize))
                part = try ChaChaPoly.open(box, using: key)
                // One text has one encryption: an empty chunk only stands for an empty text.
                guard !part.isEmpty || number == 0 else { throw CryptoKitError.authenticationFailure }
            } catch {
                throw CredentialError(.damaged, "age file", "was changed or cut off. Fetch it again.")
            }
            plaintext += part
            number += 1
        }
        return plaintext
    }

    private static func payloadKey(_ fileKey: SymmetricKey, _ nonce: [UInt8]) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: fileKey, salt: nonce, info: Array("payload".utf8), outputByteCount: 32)
    }

    private static func chunkNonce(_ number: UInt64, isLast: Bool) throws -> ChaChaPoly.Nonce {
        let counter = (0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> UInt64($0 * 8)) }
        return try ChaChaPoly.Nonce(data: [0, 0, 0] + counter + [isLast ? 1 : 0])
    }
}
