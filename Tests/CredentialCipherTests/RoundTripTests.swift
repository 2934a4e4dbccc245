import BatonWire
import Crypto
import Foundation
import SeededNumbers
import Testing

@testable import CredentialCipher

/// A private key and its public half, as a connector is given it.
struct KeyPair: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let recipient: C1_Connector_V2_EncryptionConfig
    let key: CredentialKey

    init(_ name: String, jwk: String) throws {
        testDescription = name
        let half = String(decoding: try JSONWebKey(parsing: jwk.utf8).publicText, as: UTF8.self)
        recipient = config(jwk: half)
        key = try CredentialKey(parsing: jwk)
    }

    init(_ name: String, identity: String) throws {
        testDescription = name
        recipient = config(age: try AgeKeyText.identity(Array(identity.utf8)).recipient)
        key = try CredentialKey(parsing: identity)
    }

    static func all() throws -> [KeyPair] {
        try [KeyPair("Ed25519", jwk: SampleKey.ed25519()), KeyPair("RSA", jwk: SampleKey.rsa)]
            + EllipticCurve.allCases.map { try KeyPair($0.rawValue, jwk: SampleKey.ellipticCurve($0)) }
            + [KeyPair("age", identity: SampleKey.age()), KeyPair("hybrid", identity: SampleKey.hybrid())]
    }
}

@Suite struct `an encrypted credential` {
    @Test(arguments: try KeyPair.all()) func `is opened by its key, at every size`(pair: KeyPair) throws {
        let recipient = try Recipient(pair.recipient)
        var generator = SeededGenerator(seed: 11)
        for size in [0, 1, 16, 64, 65_535, 65_536, 65_537, 131_072, 200_000] {
            let original = plaintext(generator.bytes(size))
            let encrypted = try recipient.encrypt(original)
            #expect(try pair.key.decrypt(encrypted) == original)
        }
    }

    @Test func `says what the reference says`() throws {
        for pair in try KeyPair.all() {
            let isAge = pair.recipient.config == .ageRecipientConfig(pair.recipient.ageRecipientConfig)
            let encrypted = try Recipient(pair.recipient).encrypt(plaintext("s3cret"))
            #expect(encrypted.name == "password" && encrypted.description_p == "the first one")
            #expect(encrypted.schema == "text")
            #expect(encrypted.keyIds == [pair.key.keyID])
            #expect(encrypted.keyID == (isAge ? "" : pair.key.keyID))
            #expect(encrypted.provider == (isAge ? "baton/age/v1" : "baton/jwk/v1"))
            let bytes = Array(encrypted.encryptedBytes)
            let ageFile = Array("age-encryption.org/v1\n".utf8)
            if isAge {
                #expect(bytes.starts(with: ageFile))
            } else {
                let decoded = try #require(Data(base64Encoded: encrypted.encryptedBytes))
                let isCurve = pair.testDescription.hasPrefix("P-")
                #expect(decoded.starts(with: ageFile) == !isCurve)
                #expect(decoded.count { $0 == UInt8(ascii: ".") } == 4 || !isCurve)
            }
            #expect(!bytes.contains(Array("s3cret".utf8)))
        }
    }

    @Test func `is one of several, in the order of the recipients`() throws {
        let pairs = try KeyPair.all()
        let recipients = try pairs.map { try Recipient($0.recipient) }
        let results = try plaintext("s3cret").encrypted(to: recipients)
        #expect(results.map(\.keyIds) == pairs.map { [$0.key.keyID] })
        for (pair, result) in zip(pairs, results) { #expect(try pair.key.decrypt(result).bytes == Data("s3cret".utf8)) }
    }

    @Test func `is never the same twice`() throws {
        for pair in try KeyPair.all() {
            let recipient = try Recipient(pair.recipient)
            let first = try recipient.encrypt(plaintext("s3cret"))
            #expect(try first.encryptedBytes != recipient.encrypt(plaintext("s3cret")).encryptedBytes)
        }
    }

    @Test func `stays closed for every other key`() throws {
        let pairs = try KeyPair.all()
        // RSA's sample is one key, so its stranger is among the other kinds.
        let strangers = try KeyPair.all().filter { $0.testDescription != "RSA" }
        for pair in pairs {
            let encrypted = try Recipient(pair.recipient).encrypt(plaintext("s3cret"))
            for stranger in strangers {
                let error = #expect(throws: CredentialError.self) { try stranger.key.decrypt(encrypted) }
                #expect(error?.code == .notForThisKey, "\(pair.testDescription) \(stranger.testDescription)")
            }
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: try KeyPair.all())
    func `is refused with any change in it`(pair: KeyPair) throws {
        let encrypted = try Recipient(pair.recipient).encrypt(plaintext("s3cret"))
        let isText = encrypted.provider == "baton/jwk/v1"
        let inner =
            isText
            ? try #require(Base64.decode(encrypted.encryptedBytes, .standard, .filled))
            : Array(encrypted.encryptedBytes)
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<300 {
            let wrong = generator.changed(inner)
            guard wrong != inner else { continue }
            let given = isText ? Array(Base64.encode(wrong, .standard, .filled).utf8) : wrong
            #expect(throws: CredentialError.self) { try pair.key.decrypt(given) }
        }
        for place in inner.indices where inner.count < 700 || place % 7 == 0 {
            var wrong = inner
            wrong[place] ^= 1
            let given = isText ? Array(Base64.encode(wrong, .standard, .filled).utf8) : wrong
            #expect(throws: CredentialError.self, "byte \(place)") { try pair.key.decrypt(given) }
        }
    }

    @Test(arguments: ["", "x", "AAAA", "QUJD", "age-encryption.org/v2\n", "age-encryption.org/v1\n---"])
    func `is refused when it is nothing of the kind`(text: String) throws {
        for pair in try KeyPair.all() {
            #expect(throws: CredentialError.self) { try pair.key.decrypt(Array(text.utf8)) }
        }
    }

    @Test func `is refused by name in ASCII armor`() throws {
        let armored = "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n"
        let key = try CredentialKey(parsing: SampleKey.age())
        let error = #expect(throws: CredentialError.self) { try key.decrypt(Array(armored.utf8)) }
        #expect(error?.code == .unsupported && error?.description.contains("armor") == true)
    }

    @Test func `is opened with a key as age-keygen writes it, and with a client secret`() throws {
        let identity = SampleKey.age()
        let file = "# created: 2026-01-01T00:00:00Z\n# public key: age1…\n\(identity)\n"
        #expect(try CredentialKey(parsing: file).keyID == CredentialKey(parsing: identity).keyID)
        let jwk = SampleKey.ed25519()
        let secret = try CredentialKey(parsing: SampleKey.clientSecret(jwk))
        let encrypted = try Recipient(config(jwk: jwk)).encrypt(plaintext("s3cret"))
        #expect(try secret.decrypt(encrypted).bytes == Data("s3cret".utf8))
    }

    @Test(arguments: [
        "", "AGE-SECRET-KEY-1", "AGE-SECRET-KEY-2QQ",
        "age-secret-key-1gfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpyysjzgfpq4egaex",
        "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEY",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        #"{"kty":"OKP","crv":"Ed25519","x":"8me15iylmhGh5g8YOGrjWK3I2UJe0YX1Gsd849y4WFg"}"#,
    ]) func `isn't opened by what is no private key`(text: String) {
        let error = #expect(throws: CredentialError.self) { try CredentialKey(parsing: text) }
        #expect(error?.description.contains("GFPYYS") == false)
    }

    @Test func `is refused by a key whose half is missing or changed`() throws {
        var generator = SeededGenerator(seed: 13)
        for original in [SampleKey.age(), SampleKey.hybrid()] {
            for _ in 0..<400 {
                let text = String(decoding: generator.changed(Array(original.utf8)), as: UTF8.self)
                guard text.trimmingCharacters(in: .whitespacesAndNewlines) != original else { continue }
                #expect(throws: CredentialError.self) { try CredentialKey(parsing: text) }
            }
        }
    }
}

extension Sequence<UInt8> {
    fileprivate func contains(_ other: [UInt8]) -> Bool {
        let bytes = Array(self)
        return bytes.indices.contains { bytes[$0...].starts(with: other) }
    }
}
