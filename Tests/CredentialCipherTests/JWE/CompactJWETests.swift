import BatonWire
import Crypto
import Foundation
import SeededNumbers
import Testing

@testable import CredentialCipher

@Suite struct `the key of ECDH-ES` {
    /// RFC 7518, appendix C: Alice's message to Bob.
    @Test func `is that of the RFC`() throws {
        let alice = try P256.KeyAgreement.PrivateKey(
            rawRepresentation: try #require(
                Base64.decode("0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo".utf8, .urlSafe, .none)))
        let bob = try JSONWebKey(
            parsing: #"""
                {"kty":"EC","crv":"P-256","x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
                "y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck","d":"VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"}
                """#.utf8)
        guard case .ellipticCurve(.p256, let point) = bob.publicKey else { throw WrongKind() }
        let secret = try #require(bob.secret)
        let forAlice = try EllipticCurve.p256.sharedSecret(SecretBytes(alice.rawRepresentation), with: point)
        let forBob = try EllipticCurve.p256.sharedSecret(secret, with: Array(alice.publicKey.x963Representation))
        for shared in [forAlice, forBob] {
            let key = ConcatKDF.key(
                from: shared, for: "A128GCM", size: 16, producer: Array("Alice".utf8), consumer: Array("Bob".utf8))
            #expect(base64url(key.withUnsafeBytes { Array($0) }) == "VqqN6vgjbSBcIijNcacQGg")
        }
    }
}

@Suite struct `a JWE` {
    @Test(arguments: EllipticCurve.allCases) func `has the header of the reference`(curve: EllipticCurve) throws {
        let key = try JSONWebKey(parsing: SampleKey.ellipticCurve(curve).utf8)
        guard case .ellipticCurve(_, let point) = key.publicKey else { throw WrongKind() }
        let secret = try #require(key.secret)
        let message = try CompactJWE.seal(Array("s3cret".utf8), to: point, on: curve)
        let parts = message.split(separator: ".", omittingEmptySubsequences: false)
        let header = try #require(Base64.decode(parts[0].utf8, .urlSafe, .none))
        let size = Base64.encode([UInt8](repeating: 0, count: curve.coordinateSize), .urlSafe, .none).utf8.count
        let text = String(decoding: header, as: UTF8.self)
        #expect(text.hasPrefix(#"{"alg":"ECDH-ES","enc":"A256GCM","epk":{"crv":"\#(curve.rawValue)","kty":"EC","x":""#))
        #expect(try JSONDecoder().decode(SampleHeader.self, from: Data(header)).epk.x.utf8.count == size)
        #expect(parts.count == 5 && parts[1].isEmpty && parts[2].utf8.count == 16 && parts[4].utf8.count == 22)
        #expect(try CompactJWE.open(Array(message.utf8), with: secret, on: curve) == Array("s3cret".utf8))
    }

    private struct SampleHeader: Decodable {
        var epk: Point

        struct Point: Decodable {
            var x: String
        }
    }

    @Test(arguments: [
        "", "....", "a.b.c.d.e", "e30....", "e30.a.a.a.a", "e30.e30.e30.e30", "e30.e30.e30.e30.e30.e30",
        #"{"protected":"e30"}"#,
    ]) func `is refused when it is none`(text: String) throws {
        let key = EllipticCurve.p256.ephemeralKey()
        #expect(throws: CredentialError.self) { try CompactJWE.open(Array(text.utf8), with: key, on: .p256) }
    }

    @Test(arguments: [
        #""alg":"RSA-OAEP""#, #""alg":"dir""#, #""alg":"ECDH-ES","enc":"none""#, #""alg":"ECDH-ES","zip":"DEF""#,
        #""alg":"ECDH-ES","crit":["exp"]"#, #""alg":"ECDH-ES","epk":{"kty":"OKP","crv":"P-256","x":"","y":""}"#,
        #""alg":"ECDH-ES","epk":{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}"#, #""alg":"ECDH-ES","apu":7"#,
        #""alg":"ECDH-ES","apu":"*""#,
    ]) func `is refused with a header it can't follow`(members: String) throws {
        let point = try #require(EllipticCurve.p256.point(of: EllipticCurve.p256.ephemeralKey()))
        let epk = String(decoding: JSONWebKey(.ellipticCurve(.p256, point: point)).publicText, as: UTF8.self)
        var all = members
        if !all.contains(#""enc""#) { all += #","enc":"A256GCM""# }
        if !all.contains(#""epk""#) { all += #","epk":\#(epk)"# }
        #expect(throws: CredentialError.self) { try CompactJWE.Header(parsing: Array("{\(all)}".utf8)) }
    }

    @Test func `is opened or refused whatever is in it`() throws {
        let curve = EllipticCurve.p256
        let key = curve.ephemeralKey()
        let message = Array(try CompactJWE.seal([1, 2, 3], to: try #require(curve.point(of: key)), on: curve).utf8)
        var generator = SeededGenerator(seed: 15)
        for _ in 0..<1500 {
            let wrong = generator.changed(message)
            guard wrong != message else { continue }
            #expect(throws: CredentialError.self) { try CompactJWE.open(wrong, with: key, on: curve) }
        }
        // The header on its own, past the checks of the whole.
        let header = try #require(Base64.decode(message.prefix { $0 != UInt8(ascii: ".") }, .urlSafe, .none))
        var read = 0
        for _ in 0..<1500 {
            do throws(CredentialError) {
                _ = try CompactJWE.Header(parsing: generator.changed(header))
                read += 1
            } catch {
                #expect(!error.problem.isEmpty)
            }
        }
        #expect(read < 1000)
    }
}

@Suite(.enabled(if: Tool.hasJWCrypto, Tool.jwcryptoAbsence), .timeLimit(.minutes(2)))
struct `a JWE and jwcrypto` {
    private static let script = """
        import json, sys
        from jwcrypto import jwk, jwe
        asked = json.load(sys.stdin)
        key = jwk.JWK(**json.loads(asked["key"]))
        if "message" in asked:
            token = jwe.JWE()
            token.deserialize(asked["message"], key)
            sys.stdout.write(token.payload.decode())
        else:
            answers = []
            for header in asked["headers"]:
                token = jwe.JWE(asked["text"].encode(), json.dumps(header))
                token.add_recipient(key)
                answers.append(token.serialize(compact=True))
            json.dump(answers, sys.stdout)
        """

    private struct Asked: Encodable {
        var key: String
        var message: String?
        var text = "pässword"
        var headers: [[String: String]] = []
    }

    private func jwcrypto(_ asked: Asked) throws -> [UInt8] {
        try Tool.python.run(["-c", Self.script], input: Array(try JSONEncoder().encode(asked)))
    }

    @Test(arguments: EllipticCurve.allCases) func `agree on what is written here`(curve: EllipticCurve) throws {
        let jwk = try SampleKey.ellipticCurve(curve)
        let encrypted = try Recipient(config(jwk: jwk)).encrypt(plaintext("pässword"))
        let message = String(decoding: try #require(Data(base64Encoded: encrypted.encryptedBytes)), as: UTF8.self)
        #expect(try jwcrypto(Asked(key: jwk, message: message)) == Array("pässword".utf8))
    }

    @Test(arguments: EllipticCurve.allCases) func `agree on each algorithm that is read here`(curve: EllipticCurve)
        throws
    {
        let jwk = try SampleKey.ellipticCurve(curve)
        var headers: [[String: String]] = []
        for algorithm in ["ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW"] {
            for encryption in ContentEncryption.allCases {
                headers.append(["alg": algorithm, "enc": encryption.rawValue])
                headers.append(["alg": algorithm, "enc": encryption.rawValue, "apu": "QWxpY2U", "apv": "Qm9i"])
            }
        }
        let answers = try JSONDecoder().decode(
            [String].self, from: Data(try jwcrypto(Asked(key: jwk, headers: headers))))
        #expect(answers.count == 48)
        let key = try CredentialKey(parsing: jwk)
        for (header, message) in zip(headers, answers) {
            let text = Array(Base64.encode(message.utf8, .standard, .filled).utf8)
            #expect((try? key.decrypt(text)) == Array("pässword".utf8), "\(header)")
            var wrong = Array(message.utf8)
            wrong[wrong.count - 8] ^= 1
            #expect(throws: CredentialError.self, "\(header)") {
                try key.decrypt(Array(Base64.encode(wrong, .standard, .filled).utf8))
            }
        }
    }

    @Test func `agree on thumbprints`() throws {
        let script = """
            import json, sys
            from jwcrypto import jwk
            sys.stdout.write(jwk.JWK(**json.load(sys.stdin)).thumbprint())
            """
        for text in [SampleKey.ed25519(), SampleKey.rsa] + (try EllipticCurve.allCases.map(SampleKey.ellipticCurve)) {
            let theirs = try Tool.python.run(["-c", script], input: Array(text.utf8))
            let digest = try #require(Base64.decode(theirs, .urlSafe, .none))
            #expect(try JSONWebKey(parsing: text.utf8).thumbprint == hexadecimal(digest))
        }
    }
}
