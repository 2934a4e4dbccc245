import BatonWire
import Foundation
import Testing

@testable import CredentialCipher

@Suite(.enabled(if: Tool.hasAge, Tool.ageAbsence), .timeLimit(.minutes(2))) struct `a credential and the age program` {
    private let text = Array("pässword\n".utf8)

    /// `encrypted`, opened by age with the key in the file.
    private func opened(_ file: [UInt8], with key: URL) throws -> [UInt8] {
        try Tool.age.run(["-d", "-i", key.path], input: file)
    }

    @Test func `agree on X25519, both ways`() throws {
        try withTemporaryFolder { folder in
            let keyFile = folder.appending(path: "key")
            try Tool.ageKeygen.run(["-o", keyFile.path])
            let identity = String(decoding: try Data(contentsOf: keyFile), as: UTF8.self)
            let recipientText = String(decoding: try Tool.ageKeygen.run(["-y", keyFile.path]), as: UTF8.self)
            let recipient = try Recipient(parsing: recipientText)
            let encrypted = try recipient.encrypt(plaintext(text))
            #expect(try opened(Array(encrypted.encryptedBytes), with: keyFile) == text)

            let theirs = try Tool.age.run(["-r", recipient.config.ageRecipientConfig.recipient], input: text)
            let key = try CredentialKey(parsing: identity)
            #expect(key.keyID == recipient.keyID)
            #expect(try key.decrypt(theirs) == text)
        }
    }

    @Test(arguments: [["-t", "ed25519"], ["-t", "rsa", "-b", "2048"], ["-t", "rsa", "-b", "3072"]])
    func `agree on keys of OpenSSH`(kind: [String]) throws {
        try withTemporaryFolder { folder in
            let keyFile = folder.appending(path: "key")
            try Tool.sshKeygen.run(kind + ["-q", "-N", "", "-C", "me at home", "-f", keyFile.path])
            let line = String(decoding: try Data(contentsOf: keyFile.appendingPathExtension("pub")), as: UTF8.self)
            for size in [0, 9, 70_000] {
                let original = [UInt8](repeating: 0x41, count: size)
                let encrypted = try Recipient(parsing: line).encrypt(plaintext(original))
                let file = try #require(Data(base64Encoded: encrypted.encryptedBytes))
                #expect(try opened(Array(file), with: keyFile) == original)
            }
        }
    }

    @Test func `agree on an Ed25519 key that is known as a JWK here`() throws {
        let jwk = SampleKey.ed25519()
        let key = try JSONWebKey(parsing: jwk.utf8)
        guard case .ed25519(let publicKey) = key.publicKey else { throw WrongKind() }
        let line = "ssh-ed25519 " + Base64.encode(SSHPublicKey.blob(ed25519: publicKey), .standard, .filled)
        let theirs = try Tool.age.run(["-r", line], input: text)
        #expect(try CredentialKey(parsing: jwk).decrypt(theirs) == text)
        let several = try Tool.age.run(
            ["-r", "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj", "-r", line], input: text)
        #expect(try CredentialKey(parsing: jwk).decrypt(several) == text)
    }

    @Test func `agree on an RSA key that is known as a JWK here`() throws {
        let key = try JSONWebKey(parsing: SampleKey.rsa.utf8)
        guard case .rsa(let rsa) = key.publicKey else { throw WrongKind() }
        let line = "ssh-rsa " + Base64.encode(SSHPublicKey.blob(rsa: rsa), .standard, .filled)
        let theirs = try Tool.age.run(["-r", line], input: text)
        #expect(try CredentialKey(parsing: SampleKey.rsa).decrypt(theirs) == text)
    }
}
