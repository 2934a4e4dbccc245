import BatonWire

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Recipient {
    /// Reads a public key as a person has it at hand, or as a file holds it.
    ///
    /// Blank lines and those that begin with `#` are passed over, as `age-keygen` and OpenSSH write them.
    ///
    /// - Parameters:
    ///   - text: an age recipient, an OpenSSH public key, or the JSON text of a JWK; of a private JWK the public half is taken.
    /// - Throws: an error that lists what is taken; what was given isn't repeated, as it may be a private key.
    public init(parsing text: String) throws(CredentialError) {
        var config = C1_Connector_V2_EncryptionConfig()
        let key = try KeyText(text)
        switch key.start {
        case _ where key.isPrivate:
            throw CredentialError(
                .invalidRecipient, "recipient",
                "is a private key, which must stay with its owner. Give its public half.")
        case .json:
            config.jwkPublicKeyConfig = .init(try JSONWebKey(parsing: key.bytes))
        case .other where key.begins(with: "age1"):
            config.ageRecipientConfig.recipient = String(decoding: key.bytes, as: UTF8.self)
        case .other where key.begins(with: "ssh-"):
            config.jwkPublicKeyConfig = .init(JSONWebKey(try SSHPublicKey.parse(key.bytes)))
        case .other:
            throw CredentialError(
                .invalidRecipient, "recipient",
                "is of no known kind. Give age1…, age1pq1…, ssh-ed25519 AAAA…, ssh-rsa AAAA…, the JSON text of a JWK "
                    + "(Ed25519, RSA, P-256, P-384 or P-521), or a file that holds one of these.")
        }
        try self.init(config)
    }
}

extension C1_Connector_V2_EncryptionConfig.JWKPublicKeyConfig {
    fileprivate init(_ key: JSONWebKey) {
        self.init()
        pubKey = .init(key.publicText)
    }
}

/// A text with one key in it, without what is around it.
struct KeyText {
    enum Start {
        case json, other
    }

    let bytes: [UInt8]

    init(_ text: String) throws(CredentialError) {
        let trimmed = Self.trimmed(Array(text.utf8)[...])
        if trimmed.first == UInt8(ascii: "{") {
            bytes = Array(trimmed)
            return
        }
        let lines = trimmed.split { $0 == 10 || $0 == 13 }.map(Self.trimmed)
            .filter { !$0.isEmpty && $0.first != UInt8(ascii: "#") }
        // The many lines of a PEM file are one key.
        guard lines.count <= 1 || lines[0].starts(with: Self.dashes) else {
            throw CredentialError(.invalidRecipient, "key", "there are several in one text. Give them one by one.")
        }
        bytes = Array(lines.first ?? [])
    }

    var start: Start { bytes.first == UInt8(ascii: "{") ? .json : .other }

    /// Whether it is a private key of a kind that has no public half in it, in whatever case it is written.
    var isPrivate: Bool {
        let secret = AgeKeyText.identityPrefix.dropLast(1).utf8
        let start = bytes.prefix(secret.count).map { (65...90).contains($0) ? $0 | 0x20 : $0 }
        return start.elementsEqual(secret) || bytes.starts(with: Self.dashes)
    }

    func begins(with text: String) -> Bool { bytes.starts(with: text.utf8) }

    private static let dashes = "-----BEGIN ".utf8

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
        var text = text.drop(while: isBlank)
        while let last = text.last, isBlank(last) { text.removeLast() }
        return text
    }
}
