import Crypto
import Foundation
import SeededNumbers
import Testing

@testable import CredentialCipher

@Suite struct `a JWK` {
    /// The digest of a thumbprint as the RFCs print it.
    private func hex(_ text: String) throws -> String {
        hexadecimal(try #require(Base64.decode(text.utf8, .urlSafe, .none)))
    }

    @Test func `has the thumbprint of RFC 7638 when it is RSA`() throws {
        let key = try JSONWebKey(parsing: SampleKey.rsa.utf8)
        #expect(try key.thumbprint == hex("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"))
    }

    @Test func `has the thumbprint of RFC 8037 when it is Ed25519`() throws {
        let text = #"""
            {"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
            "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
            """#
        let key = try JSONWebKey(parsing: text.utf8)
        #expect(try key.thumbprint == hex("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"))
        #expect(key.secret != nil)
    }

    @Test func `has the thumbprint that the reference computes`() throws {
        let text = #"{"kty":"OKP","crv":"Ed25519","x":"8me15iylmhGh5g8YOGrjWK3I2UJe0YX1Gsd849y4WFg","kid":"mine"}"#
        let key = try JSONWebKey(parsing: text.utf8)
        #expect(key.thumbprint == "1f633c3eb678cacd1cd5e1cbed27d81d91776bb18294767c63baae1a51fe525c")
        #expect(key.id == "mine")
    }

    @Test func `keeps its thumbprint with padding, other members and leading zeros`() throws {
        let plain = try JSONWebKey(parsing: SampleKey.rsa.utf8)
        let padded = SampleKey.rsa.replacing(#""e":"AQAB""#, with: #""use":"enc","e":"AAEAAQ==""#)
        #expect(try JSONWebKey(parsing: padded.utf8).thumbprint == plain.thumbprint)
    }

    @Test(arguments: EllipticCurve.allCases) func `is told by its public half`(curve: EllipticCurve) throws {
        let text = try SampleKey.ellipticCurve(curve)
        let key = try JSONWebKey(parsing: text.utf8)
        let again = try JSONWebKey(parsing: key.publicText)
        #expect(again.thumbprint == key.thumbprint)
        #expect(again.secret == nil)
    }

    @Test(arguments: [
        "", "{", "[]", "null", "{}", #"{"kty":"oct","k":"AAAA"}"#, #"{"kty":"OKP","crv":"X25519","x":"AAAA"}"#,
        #"{"kty":"OKP","crv":"Ed25519"}"#, #"{"kty":"OKP","crv":"Ed25519","x":"AAAA"}"#,
        #"{"kty":"OKP","crv":"Ed25519","x":7}"#, #"{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}"#,
        #"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#, #"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#,
        #"{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#,
    ]) func `is refused when nothing can be encrypted to it`(text: String) {
        let error = #expect(throws: CredentialError.self) { try Recipient(config(jwk: text)) }
        #expect(error?.code == .invalidRecipient || error?.code == .unsupported)
    }

    @Test func `is refused when its halves don't belong together`() throws {
        let other = try JSONWebKey(parsing: SampleKey.ed25519().utf8)
        guard case .ed25519(let key) = other.publicKey else { throw CredentialError(.failed, "", "") }
        let seed = base64url(Curve25519.Signing.PrivateKey().rawRepresentation)
        let mixed = #"{"kty":"OKP","crv":"Ed25519","x":"\#(base64url(key))","d":"\#(seed)"}"#
        #expect(throws: CredentialError.self) { try JSONWebKey(parsing: mixed.utf8) }
    }

    @Test func `of an RSA kind is refused with numbers that are no key`() throws {
        let long = [UInt8](repeating: 0xFF, count: 2049)
        for (n, e) in [
            (long, [3]), ([0x80] + Array(long.prefix(255)), [2]), ([0x80] + Array(long.prefix(255)), [1]),
            (Array(long.prefix(255)), [3]), (Array(long.prefix(255)) + [0xFE], [3]),
            (Array(long.prefix(256)), [UInt8](repeating: 1, count: 9)),
        ] as [([UInt8], [UInt8])] {
            #expect(throws: CredentialError.self) { try RSAKey(modulus: n, exponent: e) }
        }
    }

    @Test func `is read or refused whatever is in it`() throws {
        var generator = SeededGenerator(seed: 8)
        let texts = [SampleKey.rsa, SampleKey.ed25519(), try SampleKey.ellipticCurve(.p521)].map { Array($0.utf8) }
        var refused = 0
        for round in 0..<1500 {
            do throws(CredentialError) {
                _ = try JSONWebKey(parsing: generator.changed(texts[round % texts.count]))
            } catch {
                refused += 1
            }
        }
        #expect(refused > 500)
    }
}
