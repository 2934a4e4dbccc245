#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension CompactJWE {
    /// What a JWE says of how it was encrypted.
    struct Header {
        let encryption: ContentEncryption
        let curve: EllipticCurve
        /// The sender's key for this message, as a point.
        let share: [UInt8]
        let producer: [UInt8]
        let consumer: [UInt8]
        private let algorithm: Algorithm

        /// How the key of the content comes about.
        private enum Algorithm: String {
            case direct = "ECDH-ES"
            case wrapped128 = "ECDH-ES+A128KW"
            case wrapped192 = "ECDH-ES+A192KW"
            case wrapped256 = "ECDH-ES+A256KW"
        }

        /// Whether the shared secret only encrypts the key of the content.
        var wrapsKey: Bool { algorithm != .direct }

        /// The name that goes into the derivation of the key.
        var derivedFor: String { wrapsKey ? algorithm.rawValue : encryption.rawValue }

        /// The bytes of the derived key.
        var keySize: Int {
            switch algorithm {
            case .direct: encryption.keySize
            case .wrapped128: 16
            case .wrapped192: 24
            case .wrapped256: 32
            }
        }

        private struct Members: Decodable {
            var alg: String
            var enc: String
            var epk: Key
            var apu: String?
            var apv: String?
            var zip: String?
            var crit: [String]?

            struct Key: Decodable {
                var kty: String
                var crv: String
                var x: String
                var y: String
            }
        }

        init(parsing json: [UInt8]) throws(CredentialError) {
            guard let members = try? JSONDecoder().decode(Members.self, from: Data(json)) else {
                throw CredentialError(
                    .unsupported, "JWE", "its header isn't one of ECDH-ES. Encrypt it to the EC key of the recipient.")
            }
            guard members.zip == nil, members.crit == nil else {
                throw CredentialError(.unsupported, "JWE", "uses compression or extensions. Encrypt it without them.")
            }
            guard let algorithm = Algorithm(rawValue: members.alg),
                let encryption = ContentEncryption(rawValue: members.enc)
            else {
                throw CredentialError(
                    .unsupported, "JWE",
                    "uses an algorithm other than ECDH-ES, alone or with AES key wrap, and AES in GCM or CBC.")
            }
            self.algorithm = algorithm
            self.encryption = encryption
            guard members.epk.kty == "EC", let curve = EllipticCurve(rawValue: members.epk.crv),
                let x = Base64.decode(members.epk.x.utf8, .urlSafe, .none), x.count == curve.coordinateSize,
                let y = Base64.decode(members.epk.y.utf8, .urlSafe, .none), y.count == curve.coordinateSize,
                curve.holds([4] + x + y),
                let producer = Base64.decode((members.apu ?? "").utf8, .urlSafe, .none),
                let consumer = Base64.decode((members.apv ?? "").utf8, .urlSafe, .none)
            else { throw CredentialError(.damaged, "JWE", "its header is malformed. Fetch it again.") }
            self.curve = curve
            share = [4] + x + y
            self.producer = producer
            self.consumer = consumer
        }
    }
}
