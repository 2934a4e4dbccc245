import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The values of a JWE's `enc` (RFC 7518, section 5).
enum ContentEncryption: String, CaseIterable {
    case a128GCM = "A128GCM"
    case a192GCM = "A192GCM"
    case a256GCM = "A256GCM"
    case a128CBC = "A128CBC-HS256"
    case a192CBC = "A192CBC-HS384"
    case a256CBC = "A256CBC-HS512"

    /// The bytes of its key.
    var keySize: Int {
        switch self {
        case .a128GCM: 16
        case .a192GCM: 24
        case .a256GCM, .a128CBC: 32
        case .a192CBC: 48
        case .a256CBC: 64
        }
    }

    /// The plaintext, or nil when key, text or header aren't those it was encrypted with.
    func open(
        _ ciphertext: [UInt8], key: SymmetricKey, nonce: [UInt8], tag: [UInt8], authenticating header: [UInt8]
    ) -> [UInt8]? {
        switch self {
        case .a128GCM, .a192GCM, .a256GCM:
            guard nonce.count == 12, tag.count == 16, let nonce = try? AES.GCM.Nonce(data: nonce),
                let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: ciphertext, tag: tag)
            else { return nil }
            return (try? AES.GCM.open(box, using: key, authenticating: header)).map { Array($0) }
        case .a128CBC:
            return openCBC(SHA256.self, ciphertext, key, nonce, tag, header)
        case .a192CBC:
            return openCBC(SHA384.self, ciphertext, key, nonce, tag, header)
        case .a256CBC:
            return openCBC(SHA512.self, ciphertext, key, nonce, tag, header)
        }
    }

    /// Half of the key authenticates, the other half encrypts; half of the checksum is the tag.
    private func openCBC<Hash: HashFunction>(
        _ hash: Hash.Type, _ ciphertext: [UInt8], _ key: SymmetricKey, _ nonce: [UInt8], _ tag: [UInt8],
        _ header: [UInt8]
    ) -> [UInt8]? {
        let key = key.withUnsafeBytes { Array($0) }
        let half = keySize / 2
        guard key.count == keySize, nonce.count == 16, tag.count == half, ciphertext.count % 16 == 0 else { return nil }
        let headerBits = UInt64(header.count) * 8
        let length = (0..<8).reversed().map { UInt8(truncatingIfNeeded: headerBits >> UInt64($0 * 8)) }
        var checksum = HMAC<Hash>(key: SymmetricKey(data: key.prefix(half)))
        for part in [header, nonce, ciphertext, length] { checksum.update(data: part) }
        // Every byte is looked at, so that the time doesn't tell how many are right.
        let difference = zip(checksum.finalize(), tag).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
        guard difference == 0, let nonce = try? AES._CBC.IV(ivBytes: nonce) else { return nil }
        let plaintext = try? AES._CBC.decrypt(ciphertext, using: SymmetricKey(data: key.suffix(half)), iv: nonce)
        return plaintext.map { Array($0) }
    }
}
