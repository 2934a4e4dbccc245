import BatonWire
import Foundation
import SeededNumbers
import Testing

@testable import CredentialCipher

@Suite struct `an age file` {
    private let identity = SampleKey.age()

    private func file(_ size: Int) throws -> [UInt8] {
        let (_, recipient) = try AgeKeyText.identity(Array(identity.utf8))
        return try AgeFile.seal([UInt8](repeating: 7, count: size), to: AgeKeyText.recipient(recipient))
    }

    private func open(_ file: [UInt8]) throws -> [UInt8] { try CredentialKey(parsing: identity).decrypt(file) }

    @Test func `has the header of the format`() throws {
        let lines = String(decoding: try file(0).prefix { $0 < 0x80 }, as: UTF8.self).split(separator: "\n")
        #expect(lines[0] == "age-encryption.org/v1")
        #expect(lines[1].hasPrefix("-> X25519 ") && lines[1].utf8.count == 53)
        #expect(lines[2].utf8.count == 43)
        #expect(lines[3].hasPrefix("--- ") && lines[3].utf8.count == 47)
    }

    @Test func `wraps long bodies and ends them with a short line`() throws {
        for size in [47, 48, 49, 96, 256] {
            let header = AgeHeader([AgeStanza(arguments: ["x", "y"], body: [UInt8](repeating: 1, count: size))])
            let bytes = header.bytes(checksum: [UInt8](repeating: 2, count: 32))
            let (parsed, checksum, rest) = try AgeHeader.parse(bytes + [9])
            #expect(parsed.stanzas == header.stanzas && parsed.authenticated == header.authenticated)
            #expect(checksum == [UInt8](repeating: 2, count: 32) && Array(rest) == [9])
        }
    }

    @Test func `is refused when it is cut off at any chunk`() throws {
        let file = try file(3 * 65_536)
        let payload = try AgeHeader.parse(file).payload
        for count in [0, 15, 16, 31, 32, 16 + 65_552, 16 + 2 * 65_552, payload.count - 1] {
            let cut = file.dropLast(payload.count - count)
            let error = #expect(throws: CredentialError.self) { try open(Array(cut)) }
            #expect(error?.code == .damaged)
        }
        #expect(throws: CredentialError.self) { try open(file + [0]) }
        #expect(throws: CredentialError.self) { try open(file + [UInt8](repeating: 0, count: 16)) }
    }

    @Test func `is refused when chunks change places`() throws {
        let file = try file(3 * 65_536)
        let start = try AgeHeader.parse(file).payload.startIndex + 16
        let (first, second) = (file[start..<(start + 65_552)], file[(start + 65_552)..<(start + 2 * 65_552)])
        let swapped = file[..<start] + second + first + file[(start + 2 * 65_552)...]
        #expect(throws: CredentialError.self) { try open(Array(swapped)) }
    }

    @Test func `with a passphrase is refused with the way to open it`() throws {
        let header = AgeHeader([AgeStanza(arguments: ["scrypt", "AAAA", "18"], body: [UInt8](repeating: 0, count: 32))])
        let file = header.bytes(checksum: [UInt8](repeating: 0, count: 32)) + [UInt8](repeating: 0, count: 32)
        let error = #expect(throws: CredentialError.self) { try open(file) }
        #expect(error?.description.contains("age -d") == true)
    }

    @Test(arguments: [
        "age-encryption.org/v1", "age-encryption.org/v1\n", "age-encryption.org/v1\r\n-> a\n\n--- \n",
        "age-encryption.org/v1\n-> \n\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
        "age-encryption.org/v1\n-> a  b\n\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
        "age-encryption.org/v1\n->a\n\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
        "age-encryption.org/v1\n-> a\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
        "age-encryption.org/v1\n-> a\nAB==\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
        "age-encryption.org/v1\n-> a\nAB\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
        "age-encryption.org/v1\n-> a\n\n---AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
        "age-encryption.org/v1\n-> a\n\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB\n",
        "age-encryption.org/v1\n-> a\n\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "age-encryption.org/v1\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
    ]) func `is refused with a header that isn't of the format`(text: String) {
        let error = #expect(throws: CredentialError.self) { try AgeHeader.parse(Array(text.utf8)) }
        #expect(error?.code == .damaged || error?.code == .unsupported)
    }

    @Test func `is refused with a stanza that was made of nothing`() throws {
        let shares = [[UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31)]
        let seed = SampleKey.ed25519()
        let key = try JSONWebKey(parsing: seed.utf8)
        guard case .ed25519(let publicKey) = key.publicKey else { throw WrongKind() }
        let ssh = SSHEd25519Identity(seed: try #require(key.secret), publicKey: publicKey)
        let tag = SSHPublicKey.tag(of: SSHPublicKey.blob(ed25519: publicKey))
        for share in shares {
            let text = Base64.encode(share, .standard, .none)
            let body = [UInt8](repeating: 0, count: 32)
            let (age, _) = try AgeKeyText.identity(Array(identity.utf8))
            #expect(throws: CredentialError.self) {
                try age.fileKey(in: AgeStanza(arguments: ["X25519", text], body: body))
            }
            #expect(throws: CredentialError.self) {
                try ssh.fileKey(in: AgeStanza(arguments: ["ssh-ed25519", tag, text], body: body))
            }
        }
    }

    @Test func `has a header that is read or refused whatever is in it`() throws {
        var generator = SeededGenerator(seed: 14)
        let original = try file(3)
        var refused = 0
        for _ in 0..<4000 {
            do throws(CredentialError) {
                let (header, checksum, payload) = try AgeHeader.parse(generator.changed(original))
                #expect(
                    try AgeHeader.parse(header.bytes(checksum: checksum) + payload).header.stanzas == header.stanzas)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 1000)
    }
}

@Suite struct `a hybrid recipient` {
    /// The example of the age specification; of its recipient, 1959 characters, the digest.
    private let identity = "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR"
    private let digest = "a091dd7e0ee9d62b75173dcc98441a0424baa941e66a8776e570a4ae60ff61ea"

    @Test func `is that of the specification for its identity`() throws {
        let key = try CredentialKey(parsing: identity)
        #expect(key.keyID == digest)
        let (_, recipient) = try AgeKeyText.identity(Array(identity.utf8))
        #expect(recipient.hasPrefix("age1pq1x34nzsvr0rxjsgdn8zgyhfe8j7ceq5r9rdelkjuh3y235jzxshfg87pzf5zrqtzdxz95pae"))
        let encrypted = try Recipient(parsing: recipient).encrypt(plaintext("s3cret"))
        #expect(encrypted.keyIds == [digest])
        #expect(try key.decrypt(encrypted).bytes == Data("s3cret".utf8))
    }
}
