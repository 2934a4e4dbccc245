import Crypto
import Foundation
import SeededNumbers
import Testing

@testable import CredentialCipher

@Suite struct `an Ed25519 public key` {
    // The keys of RFC 8032, section 7.1, and of libsodium's own test of the same conversion.
    @Test(arguments: [
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5",
        "421151a459faeade3d247115f94aedae42318124095afabe4d1451a559faedee",
    ]) func `becomes the X25519 key of the same owner`(seed: String) throws {
        try check(seed: bytes(hex: seed))
    }

    @Test func `becomes what libsodium makes of it`() {
        let key = bytes(hex: "b5076a8474a832daee4dd5b4040983b6623b5f344aca57d4d6ee4baf3f259e6e")
        #expect(
            EdwardsPublicKey.montgomery(key)
                == bytes(hex: "f1814f0e8ff1043d8a44d25babff3cedcae6c22c3edaa48f857ae70de2baae50"))
    }

    @Test func `becomes it for any seed`() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<20 { try check(seed: generator.bytes(32)) }
    }

    @Test func `is refused when it isn't on the curve`() {
        var generator = SeededGenerator(seed: 4)
        let accepted = (0..<60).count { _ in EdwardsPublicKey.montgomery(generator.bytes(32)) != nil }
        // Half of all numbers are the y of a point.
        #expect((15...45).contains(accepted))
        #expect(EdwardsPublicKey.montgomery([UInt8](repeating: 1, count: 31)) == nil)
    }

    // y = 1 (zero), −1, 0 and one of order eight, with and without the sign.
    @Test(arguments: [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "0000000000000000000000000000000000000000000000000000000000000080",
    ]) func `of small order is no recipient`(key: String) {
        #expect(SSHEd25519Recipient(bytes(hex: key)) == nil)
        let jwk = #"{"kty":"OKP","crv":"Ed25519","x":"\#(base64url(bytes(hex: key)))"}"#
        #expect(throws: CredentialError.self) { try Recipient(config(jwk: jwk)) }
    }

    private func check(seed: [UInt8]) throws {
        let key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed).publicKey.rawRepresentation
        let number = Array(SHA512.hash(data: seed).prefix(32))
        let expected = try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: number).publicKey.rawRepresentation
        #expect(EdwardsPublicKey.montgomery(key) == Array(expected))
    }
}

@Suite struct `a number of the field` {
    private let modulus = "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"

    @Test func `is reduced`() throws {
        let modulus = try #require(FieldElement25519(bytes: bytes(hex: modulus)))
        #expect(modulus.isZero && modulus.bytes == [UInt8](repeating: 0, count: 32))
        #expect(modulus + FieldElement25519(5) == FieldElement25519(5))
        let minusOne = FieldElement25519(0) - FieldElement25519(1)
        #expect(minusOne.bytes.first == 0xEC && minusOne * minusOne == FieldElement25519(1))
    }

    @Test func `obeys the laws of a field`() throws {
        var generator = SeededGenerator(seed: 6)
        for round in 0..<60 {
            // Numbers near the ends are where a carry is lost.
            func number() throws -> FieldElement25519 {
                var bytes = generator.bytes(32)
                if round % 2 == 0 { for place in 4..<32 { bytes[place] = 0xFF } }
                return try #require(FieldElement25519(bytes: bytes))
            }
            let (a, b, c) = (try number(), try number(), try number())
            #expect((a + b) * c == a * c + b * c)
            #expect((a - b) * c == a * c - b * c)
            #expect((a - b) + b == a)
            #expect((a * b) * c == a * (b * c))
            #expect(a.isZero || a * a.inverse == FieldElement25519(1))
            #expect((a * a).isSquare)
            // −1 is a square and 2 is none, modulo 2²⁵⁵ − 19.
            #expect(!(a * a * FieldElement25519(2)).isSquare)
        }
    }
}
