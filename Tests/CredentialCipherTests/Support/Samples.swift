import BatonWire
import Crypto
import Foundation
import SeededNumbers
import Testing

@testable import CredentialCipher

extension SeededGenerator {
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
    }

    /// `original` with one to three small mistakes in it.
    mutating func changed(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...3, using: &self) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &self)
            switch Int.random(in: 0..<5, using: &self) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            case 1: bytes[place] = UInt8.random(in: 0...255, using: &self)
            case 2: bytes.remove(at: place)
            case 3: bytes.removeLast(min(bytes.count, place))
            default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 8)], at: place)
            }
        }
        return bytes
    }
}

func bytes(hex: String) -> [UInt8] {
    let digits = hex.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

func base64url(_ bytes: some Sequence<UInt8>) -> String { Base64.encode(bytes, .urlSafe, .none) }

/// A key was read as another kind than it was made.
struct WrongKind: Error {}

/// The private keys of a test: made anew, except for RSA, which takes its time.
enum SampleKey {
    static func ed25519() -> String {
        let key = Curve25519.Signing.PrivateKey()
        return #"{"kty":"OKP","crv":"Ed25519","x":"\#(base64url(key.publicKey.rawRepresentation))","#
            + #""d":"\#(base64url(key.rawRepresentation))"}"#
    }

    static func ellipticCurve(_ curve: EllipticCurve) throws -> String {
        let key = curve.ephemeralKey()
        let point = try #require(curve.point(of: key))
        let size = curve.coordinateSize
        return #"{"kty":"EC","crv":"\#(curve.rawValue)","x":"\#(base64url(point[1...size]))","#
            + #""y":"\#(base64url(point[(size + 1)...]))","d":"\#(base64url(key.reveal()))"}"#
    }

    static func age() -> String {
        Bech32.encode(Curve25519.KeyAgreement.PrivateKey().rawRepresentation, prefix: AgeKeyText.identityPrefix)
            .uppercased()
    }

    static func hybrid() -> String {
        var generator = SystemRandomNumberGenerator()
        let seed = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return Bech32.encode(seed, prefix: AgeKeyText.hybridIdentityPrefix).uppercased()
    }

    static func clientSecret(_ jwk: String) -> String { "secret-token:example.com:v1:\(base64url(jwk.utf8))" }

    /// The RSA key of RFC 7517, appendix A.2.
    static let rsa = """
        {"kty":"RSA",
        "n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknj\
        hMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5ha\
        jrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
        "e":"AQAB",
        "d":"X4cTteJY_gn4FYPsXB8rdXix5vwsg1FLN5E3EaG6RJoVH-HLLKD9M7dx5oo7GURknchnrRweUkC7hT5fJLM0WbFAKNLWY2vv7B6NqXSzUvxT0_YS\
        fqijwp3RTzlBaCxWp4doFk5N2o8Gy_nHNKroADIkJ46pRUohsXywbReAdYaMwFs9tv8d_cPVY3i07a3t8MN6TNwm0dSawm9v47UiCl3Sk5ZiG7xojPLu4s\
        bg1U2jx4IBTNBznbJSzFHK66jT8bgkuqsk0GjskDJk19Z4qwjwbsnn4j2WBii3RL-Us2lGVkY8fkFzme1z0HbIkfz0Y6mqnOYtqc0X4jfcKoAC8Q"}
        """
}

func plaintext(_ bytes: [UInt8]) -> C1_Connector_V2_PlaintextData {
    var plaintext = C1_Connector_V2_PlaintextData()
    plaintext.name = "password"
    plaintext.description_p = "the first one"
    plaintext.schema = "text"
    plaintext.bytes = Data(bytes)
    return plaintext
}

func plaintext(_ text: String) -> C1_Connector_V2_PlaintextData { plaintext(Array(text.utf8)) }

func config(jwk: String) -> C1_Connector_V2_EncryptionConfig {
    var config = C1_Connector_V2_EncryptionConfig()
    config.jwkPublicKeyConfig.pubKey = Data(jwk.utf8)
    return config
}

func config(age recipient: String) -> C1_Connector_V2_EncryptionConfig {
    var config = C1_Connector_V2_EncryptionConfig()
    config.ageRecipientConfig.recipient = recipient
    return config
}
