import AccessModel
import BatonWire
import Crypto
import Foundation
import SeededNumbers
import Testing

@testable import CredentialCipher

@Suite struct `a recipient on the command line` {
    private let age = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
    private let ssh = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICm947+jFBSLCm0ZxBNVijLB/nG56bZ76BHfWSJjU/jL"

    @Test func `may be of age`() throws {
        let recipient = try Recipient(parsing: " \(age)\n")
        #expect(recipient.config == config(age: age))
        #expect(recipient.keyID == hexadecimal(SHA256.hash(data: Data(age.utf8))))
    }

    @Test func `may be a line of OpenSSH, with and without a comment`() throws {
        let bare = try Recipient(parsing: ssh)
        #expect(try Recipient(parsing: "# mine\n\n\(ssh) me at home\n").keyID == bare.keyID)
        let blob = try #require(Data(base64Encoded: String(ssh.dropFirst(12))))
        let jwk = #"{"crv":"Ed25519","kty":"OKP","x":"\#(base64url(blob.suffix(32)))"}"#
        #expect(bare.config == config(jwk: jwk))
        #expect(bare.keyID == hexadecimal(SHA256.hash(data: Data(jwk.utf8))))
    }

    @Test func `may be a JWK, of which only the public half is kept`() throws {
        for text in [SampleKey.ed25519(), SampleKey.rsa, try SampleKey.ellipticCurve(.p384)] {
            let recipient = try Recipient(parsing: "\n  \(text)")
            let kept = String(decoding: recipient.config.jwkPublicKeyConfig.pubKey, as: UTF8.self)
            #expect(!kept.contains(#""d""#))
            #expect(try recipient.keyID == JSONWebKey(parsing: text.utf8).thumbprint)
        }
    }

    @Test(arguments: ["", "bob", "age", "age2xyz", "ecdsa-sha2-nistp256 AAAA", "/home/me/key.pub", "AGE1QQQQ", "ssh"])
    func `is otherwise refused with a list of what is taken`(text: String) {
        let error = #expect(throws: CredentialError.self) { try Recipient(parsing: text) }
        for kind in ["age1…", "age1pq1…", "ssh-ed25519", "ssh-rsa", "JWK"] {
            #expect(error?.description.contains(kind) == true, "\(text): \(String(describing: error))")
        }
    }

    @Test func `is refused when it is a private key, which isn't repeated`() {
        for text in [
            SampleKey.age(), SampleKey.age().lowercased(), SampleKey.hybrid(), "# created\n\(SampleKey.age())\n",
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n",
        ] {
            let error = #expect(throws: CredentialError.self) { try Recipient(parsing: text) }
            #expect(error?.description.contains("private key") == true)
            #expect(error?.description.lowercased().contains(text.lowercased().suffix(20)) == false)
        }
    }

    @Test func `is refused when there are two`() {
        let error = #expect(throws: CredentialError.self) { try Recipient(parsing: "\(age)\n\(ssh)\n") }
        #expect(error?.description.contains("one by one") == true)
    }

    @Test(arguments: [
        "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwk", "age1", "age1pq1qqqq", "age1 x",
        "age1tag1qt8lw0ual6avlwmwatk888yqnmdamm7xfd0wak53ut6elz5c4swx2yqdj4e",
        "ssh-ed25519", "ssh-ed25519 !!!!", "ssh-ed25519 AAAA", "ssh-rsa AAAA",
        "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIPmSAhWsF2Zls5iQTItAR7VIFvPJ5cwMNSGiPqxuY2pm",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPmSAhWsF2Zls5iQTItAR7VIFvPJ5cwMNSGiPqxuY2p",
        "ssh-dss AAAAB3NzaC1kc3MAAAAA", "ssh-ed25519 /////w==",
    ]) func `is refused when it is damaged or of a kind that can't be encrypted to`(text: String) {
        #expect(throws: CredentialError.self) { try Recipient(parsing: text) }
    }

    @Test func `of no value as age recipient is refused`() {
        let zero = Bech32.encode([UInt8](repeating: 0, count: 32), prefix: "age")
        #expect(throws: CredentialError.self) { try Recipient(parsing: zero) }
        let hybrid = Bech32.encode([UInt8](repeating: 0xFF, count: 1216), prefix: "age1pq")
        #expect(throws: CredentialError.self) { try Recipient(parsing: hybrid) }
    }

    @Test func `is read or refused whatever it is`() throws {
        var generator = SeededGenerator(seed: 10)
        let rsa = try JSONWebKey(parsing: SampleKey.rsa.utf8)
        guard case .rsa(let key) = rsa.publicKey else { throw CredentialError(.failed, "", "") }
        let line = "ssh-rsa " + Base64.encode(SSHPublicKey.blob(rsa: key), .standard, .filled)
        #expect(try Recipient(parsing: line).keyID == rsa.thumbprint)
        for round in 0..<1500 {
            let text = [age, ssh, line][round % 3]
            do throws(CredentialError) {
                _ = try Recipient(parsing: String(decoding: generator.changed(Array(text.utf8)), as: UTF8.self))
            } catch {
                #expect(!error.problem.isEmpty)
            }
        }
    }
}

@Suite struct `an encryption config` {
    private let age = config(age: "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj")

    @Test func `may name its provider or leave it to the key`() throws {
        var named = age
        named.provider = "baton/age/v1"
        #expect(try Recipient(named).keyID == Recipient(age).keyID)
        var jwk = config(jwk: SampleKey.ed25519())
        let inferred = try Recipient(jwk).keyID
        jwk.provider = "baton/jwk/v1"
        #expect(try Recipient(jwk).keyID == inferred)
    }

    @Test(arguments: ["baton/jwk/v1", "baton/age/v2", "pgp"]) func `is refused with another provider`(name: String) {
        var wrong = age
        wrong.provider = name
        let error = #expect(throws: CredentialError.self) { try Recipient(wrong) }
        #expect(error?.statusCode == .invalidArgument)
    }

    @Test func `is refused without a key`() {
        var empty = C1_Connector_V2_EncryptionConfig()
        #expect(throws: CredentialError.self) { try Recipient(empty) }
        empty.provider = "baton/jwk/v1"
        #expect(throws: CredentialError.self) { try Recipient(empty) }
    }
}
