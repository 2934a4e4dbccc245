import Crypto
import Foundation
import Testing

@testable import CredentialCipher

/// A file made by the letter of C2SP's age specification, without our writer, and how it must end.
struct AgeVector: Sendable, CustomTestStringConvertible {
    enum End: Sendable {
        /// It opens to so many bytes of 7.
        case opens(Int)
        case notForThisKey
        case refused
    }

    let testDescription: String
    let file: [UInt8]
    let end: End

    static let identity = Curve25519.KeyAgreement.PrivateKey()
    private static let fileKey = SymmetricKey(data: [UInt8](repeating: 5, count: 16))
    private static let nonce = [UInt8](repeating: 6, count: 16)

    // MARK: Parts

    private static func base64(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacingOccurrences(of: "=", with: "")
    }

    /// `text` of 32 bytes with another last character that stands for the same bytes.
    private static func strayed(_ text: String) -> String {
        let characters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let last = text.last.flatMap { characters.firstIndex(of: $0) } ?? 0
        return text.dropLast() + String(characters[last | 1])
    }

    private static func derived(_ salt: [UInt8], _ info: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: fileKey, salt: salt, info: Array(info.utf8), outputByteCount: 32)
    }

    private struct Share {
        let text: String
        let body: String
    }

    /// The stanza's last argument and body: `key`, wrapped for `recipient`.
    private static func share(
        _ key: SymmetricKey = fileKey, for recipient: Curve25519.KeyAgreement.PublicKey = identity.publicKey
    ) throws -> Share {
        let ephemeral = Curve25519.KeyAgreement.PrivateKey()
        let point = Array(ephemeral.publicKey.rawRepresentation)
        let wrapKey = try ephemeral.sharedSecretFromKeyAgreement(with: recipient).hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: point + recipient.rawRepresentation,
            sharedInfo: Array("age-encryption.org/v1/X25519".utf8), outputByteCount: 32)
        let box = try ChaChaPoly.seal(
            key.withUnsafeBytes { Array($0) }, using: wrapKey, nonce: .init(data: [UInt8](repeating: 0, count: 12)))
        return Share(text: base64(point), body: base64(box.ciphertext + box.tag))
    }

    private static func chunk(_ count: Int, _ number: UInt8, isLast: Bool) throws -> [UInt8] {
        let nonce = try ChaChaPoly.Nonce(data: [UInt8](repeating: 0, count: 10) + [number, isLast ? 1 : 0])
        let box = try ChaChaPoly.seal(
            [UInt8](repeating: 7, count: count), using: derived(Self.nonce, "payload"), nonce: nonce)
        return Array(box.ciphertext + box.tag)
    }

    private static func authenticated(_ stanzas: String) -> [UInt8] {
        Array("age-encryption.org/v1\n\(stanzas)---".utf8)
    }

    private static func checksum(_ stanzas: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: authenticated(stanzas), using: derived([], "header")))
    }

    private static func header(_ stanzas: String, line: String? = nil) -> [UInt8] {
        authenticated(stanzas) + Array((line ?? " \(base64(checksum(stanzas)))\n").utf8)
    }

    // MARK: Vectors

    static func all() throws -> [AgeVector] { try stanzas() + shares() + checksums() + payloads() }

    private static func stanzas() throws -> [AgeVector] {
        let ours = try share()
        let stanza = "-> X25519 \(ours.text)\n\(ours.body)\n"
        let payload = try nonce + chunk(9, 0, isLast: true)
        func vector(_ name: String, _ stanzas: String, _ end: End) -> AgeVector {
            AgeVector(testDescription: name, file: header(stanzas) + payload, end: end)
        }
        let line = String(repeating: "A", count: 64)
        return [
            vector("one stanza", stanza, .opens(9)),
            vector("an unknown stanza before", "-> grease a b\nAAAA\n\(stanza)", .opens(9)),
            vector("an unknown stanza after", "\(stanza)-> grease\n\n", .opens(9)),
            vector("a body of a full line", "\(stanza)-> x\n\(line)\n\n", .opens(9)),
            vector("all characters", "\(stanza)-> !\"#$%&'()*+,-./0:;<=>?@A[\\]^_`a{|}~\n\n", .opens(9)),
            vector("our kind in other letters", stanza.replacing("X25519", with: "x25519"), .notForThisKey),
            vector("no stanza", "", .refused),
            vector("a full line without one after it", "\(stanza)-> x\n\(line)\n", .refused),
            vector("two short lines", "\(stanza)-> x\nAAAA\nAAAA\n", .refused),
            vector("a long line", "\(stanza)-> x\n\(line)AAAA\n\n", .refused),
            vector("no body", "-> x\n\(stanza)", .refused), vector("padding", "\(stanza)-> x\nAA==\n", .refused),
            vector("stray bits", "\(stanza)-> x\nAB\n", .refused), vector("no argument", "\(stanza)->\n\n", .refused),
            vector("an empty argument", "\(stanza)-> \n\n", .refused),
            vector("an empty argument between", "\(stanza)-> a  b\n\n", .refused),
            vector("an argument of other letters", "\(stanza)-> é\n\n", .refused),
            vector("another arrow", stanza.replacing("->", with: "-->"), .refused),
            vector("carriage returns", stanza.replacing("\n", with: "\r\n"), .refused),
            vector("a blank line", "\n\(stanza)", .refused),
            vector("a passphrase, too", "\(stanza)-> scrypt AAAA 10\n\n", .refused),
        ]
    }

    private static func shares() throws -> [AgeVector] {
        let (ours, theirs) = (try share(), try share(for: Curve25519.KeyAgreement.PrivateKey().publicKey))
        let long = try share(SymmetricKey(data: [UInt8](repeating: 5, count: 32)))
        let payload = try nonce + chunk(9, 0, isLast: true)
        func vector(_ name: String, _ shares: [(String, String)], _ end: End) -> AgeVector {
            let stanzas = shares.map { "-> X25519 \($0)\n\($1)\n" }.joined()
            return AgeVector(testDescription: "X25519: \(name)", file: header(stanzas) + payload, end: end)
        }
        let low = base64([UInt8](repeating: 0, count: 32))
        let changed = (ours.body.hasPrefix("A") ? "B" : "A") + ours.body.dropFirst()
        return [
            vector("another's", [(theirs.text, theirs.body)], .notForThisKey),
            vector("another's, then ours", [(theirs.text, theirs.body), (ours.text, ours.body)], .opens(9)),
            vector("a changed key", [(ours.text, changed)], .notForThisKey),
            vector("one more argument", [("\(ours.text) x", ours.body)], .refused),
            vector("a long file key", [(long.text, long.body)], .refused),
            vector("a point of small order", [(low, ours.body)], .refused),
            vector("a short share", [(base64([UInt8](repeating: 9, count: 31)), ours.body)], .refused),
            vector("a long share", [(base64([UInt8](repeating: 9, count: 33)), ours.body)], .refused),
            vector("stray bits in the share", [(strayed(ours.text), ours.body)], .refused),
            vector("stray bits in the body", [(ours.text, strayed(ours.body))], .refused),
        ]
    }

    private static func checksums() throws -> [AgeVector] {
        let ours = try share()
        let stanza = "-> X25519 \(ours.text)\n\(ours.body)\n"
        let right = base64(checksum(stanza))
        let payload = try nonce + chunk(9, 0, isLast: true)
        let wrong = base64(checksum(stanza).map { $0 ^ 1 })
        return [
            ("another", " \(wrong)\n"), ("two blanks", "  \(right)\n"), ("no blank", "\(right)\n"),
            ("a blank at the end", " \(right) \n"), ("too short", " \(right.dropLast(3))\n"), ("none", "\n"),
            ("none after a blank", " \n"), ("more after it", " \(right)AAAA\n"),
            ("stray bits", " \(strayed(right))\n"), ("no end of line", " \(right)"),
        ].map { name, line in
            AgeVector(
                testDescription: "checksum: \(name)", file: header(stanza, line: line) + payload, end: .refused)
        } + [
            AgeVector(
                testDescription: "another version",
                file: Array("age-encryption.org/v2".utf8) + header(stanza).dropFirst(21) + payload, end: .refused)
        ]
    }

    private static func payloads() throws -> [AgeVector] {
        let ours = try share()
        let stanza = "-> X25519 \(ours.text)\n\(ours.body)\n"
        let full = 65_536
        func vector(_ name: String, _ payload: [UInt8], _ end: End) -> AgeVector {
            AgeVector(testDescription: "payload: \(name)", file: header(stanza) + payload, end: end)
        }
        let (first, last) = (try chunk(full, 0, isLast: false), try chunk(9, 1, isLast: true))
        let fullLast = try chunk(full, 1, isLast: true)
        return [
            vector("empty", try nonce + chunk(0, 0, isLast: true), .opens(0)),
            vector("one full chunk", try nonce + chunk(full, 0, isLast: true), .opens(full)),
            vector("two chunks", nonce + first + last, .opens(full + 9)),
            vector("two full chunks", nonce + first + fullLast, .opens(2 * full)),
            vector(
                "three chunks", try nonce + first + chunk(full, 1, isLast: false) + chunk(9, 2, isLast: true),
                .opens(2 * full + 9)),
            vector("no nonce", [], .refused), vector("a short nonce", Array(nonce.dropLast()), .refused),
            vector("no chunk", nonce, .refused),
            vector("a tag cut", try nonce + chunk(9, 0, isLast: true).dropLast(), .refused),
            vector("no tag", nonce + [UInt8](repeating: 7, count: 9), .refused),
            vector("no last chunk", nonce + first, .refused),
            vector("no last of two chunks", try nonce + first + chunk(9, 1, isLast: false), .refused),
            vector("an empty last chunk", try nonce + first + chunk(0, 1, isLast: true), .refused),
            vector("a short chunk before another", try nonce + chunk(9, 0, isLast: false) + last, .refused),
            vector("two last chunks", try nonce + chunk(full, 0, isLast: true) + last, .refused),
            vector("a chunk twice", nonce + first + first + last, .refused),
            vector("chunks changed about", nonce + fullLast + first, .refused),
            vector("more after the end", nonce + first + last + [0], .refused),
            vector("much more after the end", nonce + first + fullLast + [UInt8](repeating: 0, count: 99), .refused),
            vector("a changed byte", nonce + first + last.dropLast() + [(last.last ?? 0) ^ 1], .refused),
        ]
    }
}

@Suite struct `a vector of the age format` {
    @Test(arguments: try AgeVector.all()) func `ends as it says`(vector: AgeVector) throws {
        let identity = Bech32.encode(AgeVector.identity.rawRepresentation, prefix: AgeKeyText.identityPrefix)
        let key = try CredentialKey(parsing: identity.uppercased())
        switch vector.end {
        case .opens(let count):
            #expect(try key.decrypt(vector.file) == [UInt8](repeating: 7, count: count))
        case .notForThisKey:
            let error = #expect(throws: CredentialError.self) { try key.decrypt(vector.file) }
            #expect(error?.code == .notForThisKey)
        case .refused:
            let error = #expect(throws: CredentialError.self) { try key.decrypt(vector.file) }
            #expect(error?.code == .damaged || error?.code == .unsupported, "\(String(describing: error))")
        }
    }
}
