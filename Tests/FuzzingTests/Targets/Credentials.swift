import BatonWire
import Foundation

@testable import CredentialCipher

extension FuzzTarget {
    static let credentials = [
        FuzzTarget("age-file", ageFile), FuzzTarget("jwe", jwe), FuzzTarget("recipient", recipient),
        FuzzTarget("credential-key", credentialKey), FuzzTarget("encodings", longest: 512, encodings),
    ]

    private static let secret = SecretBytes([UInt8](repeating: 7, count: 32))

    /// What was read of a header is written the same way.
    @Sendable private static func ageFile(_ bytes: [UInt8]) async throws {
        try await refusing(CredentialError.self) {
            let (header, checksum, payload) = try AgeHeader.parse(bytes)
            try promise(AgeHeader(header.stanzas).bytes(checksum: checksum) + payload == bytes, "\(header.stanzas)")
        }
        for identity in identities {
            try await refusing(CredentialError.self) { _ = try AgeFile.open(bytes, with: identity) }
        }
    }

    private static let identities: [any AgeIdentity] = {
        let all: [(any AgeIdentity)?] = [
            X25519Identity(secret), HybridIdentity(secret),
            SSHEd25519Identity(seed: secret, publicKey: [UInt8](repeating: 9, count: 32)),
        ]
        return all.compactMap(\.self)
    }()

    /// The message, and its header alone.
    @Sendable private static func jwe(_ bytes: [UInt8]) async throws {
        for curve in EllipticCurve.allCases {
            let key = SecretBytes([UInt8](repeating: 1, count: curve.coordinateSize))
            try await refusing(CredentialError.self) { _ = try CompactJWE.open(bytes, with: key, on: curve) }
            let parts = [Base64.encode(bytes, .urlSafe, .none), "", "AAAAAAAAAAAAAAAA", "AA", "AAAAAAAAAAAAAAAAAAAAAA"]
            try await refusing(CredentialError.self) {
                _ = try CompactJWE.open(parts.joined(separator: ".").utf8, with: key, on: curve)
            }
        }
    }

    @Sendable private static func recipient(_ bytes: [UInt8]) async throws {
        try await refusing(CredentialError.self) {
            let recipient = try Recipient(parsing: bytes.asText)
            let again = try Recipient(recipient.config)
            try promise(again.keyID == recipient.keyID, "\(again.keyID) instead of \(recipient.keyID)")
            var plaintext = C1_Connector_V2_PlaintextData()
            plaintext.bytes = .init([1, 2, 3])
            _ = try recipient.encrypt(plaintext)
        }
        var config = C1_Connector_V2_EncryptionConfig()
        config.jwkPublicKeyConfig.pubKey = .init(bytes)
        try await refusing(CredentialError.self) { [config] in _ = try Recipient(config) }
    }

    /// A key, and data encrypted to somebody.
    @Sendable private static func credentialKey(_ bytes: [UInt8]) async throws {
        try await refusing(CredentialError.self) {
            let key = try CredentialKey(parsing: bytes.asText)
            try promise(!key.keyID.isEmpty && "\(key)" == "‹secret›", "a key that shows")
            _ = try key.decrypt(bytes)
        }
    }

    /// What decodes is the one spelling of its bytes.
    @Sendable private static func encodings(_ bytes: [UInt8]) async throws {
        for (alphabet, padding) in [(Base64.Alphabet.standard, Base64.Padding.filled), (.urlSafe, .none)] {
            guard let decoded = Base64.decode(bytes, alphabet, padding) else { continue }
            let encoded = Base64.encode(decoded, alphabet, padding)
            try promise(Array(encoded.utf8) == bytes, "\(bytes.asText) is encoded as \(encoded)")
        }
        if let (prefix, decoded) = Bech32.decode(bytes) {
            let encoded = Bech32.encode(decoded, prefix: prefix)
            try promise(encoded == bytes.asText.lowercased(), "\(bytes.asText) is encoded as \(encoded)")
        }
    }
}
