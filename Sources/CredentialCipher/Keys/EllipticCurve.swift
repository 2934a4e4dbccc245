import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A curve that a JWK of the type EC may name.
enum EllipticCurve: String, Sendable, CaseIterable {
    case p256 = "P-256"
    case p384 = "P-384"
    case p521 = "P-521"

    /// The bytes of a coordinate and of a private key.
    var coordinateSize: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }

    /// Whether `point` (a byte 4, then both coordinates) is one of the curve.
    func holds(_ point: [UInt8]) -> Bool {
        switch self {
        case .p256: (try? P256.KeyAgreement.PublicKey(x963Representation: point)) != nil
        case .p384: (try? P384.KeyAgreement.PublicKey(x963Representation: point)) != nil
        case .p521: (try? P521.KeyAgreement.PublicKey(x963Representation: point)) != nil
        }
    }

    /// The public point of a private key, or nil when that is none.
    func point(of key: SecretBytes) -> [UInt8]? {
        let key = key.reveal()
        return switch self {
        case .p256:
            (try? P256.KeyAgreement.PrivateKey(rawRepresentation: key)).map { Array($0.publicKey.x963Representation) }
        case .p384:
            (try? P384.KeyAgreement.PrivateKey(rawRepresentation: key)).map { Array($0.publicKey.x963Representation) }
        case .p521:
            (try? P521.KeyAgreement.PrivateKey(rawRepresentation: key)).map { Array($0.publicKey.x963Representation) }
        }
    }

    /// A private key for one message.
    func ephemeralKey() -> SecretBytes {
        switch self {
        case .p256: SecretBytes(P256.KeyAgreement.PrivateKey().rawRepresentation)
        case .p384: SecretBytes(P384.KeyAgreement.PrivateKey().rawRepresentation)
        case .p521: SecretBytes(P521.KeyAgreement.PrivateKey().rawRepresentation)
        }
    }

    /// What the owners of `key` and of `point` share.
    func sharedSecret(_ key: SecretBytes, with point: [UInt8]) throws -> SharedSecret {
        let key = key.reveal()
        switch self {
        case .p256:
            return try P256.KeyAgreement.PrivateKey(rawRepresentation: key)
                .sharedSecretFromKeyAgreement(with: P256.KeyAgreement.PublicKey(x963Representation: point))
        case .p384:
            return try P384.KeyAgreement.PrivateKey(rawRepresentation: key)
                .sharedSecretFromKeyAgreement(with: P384.KeyAgreement.PublicKey(x963Representation: point))
        case .p521:
            return try P521.KeyAgreement.PrivateKey(rawRepresentation: key)
                .sharedSecretFromKeyAgreement(with: P521.KeyAgreement.PublicKey(x963Representation: point))
        }
    }
}
