import Crypto

/// Who an age file can be encrypted to.
protocol AgeRecipient: Sendable {
    /// The file key, readable only by the recipient.
    func stanza(wrapping fileKey: SymmetricKey) throws -> AgeStanza
}

/// Who can open an age file.
protocol AgeIdentity: Sendable {
    /// The file key in `stanza`, or nil when that is for another recipient.
    ///
    /// - Throws: when the stanza is for a recipient of this kind and malformed.
    func fileKey(in stanza: AgeStanza) throws(CredentialError) -> SymmetricKey?
}

/// A file in the format of age, version 1, with one recipient.
enum AgeFile {
    static let fileKeySize = 16

    static func seal(_ plaintext: [UInt8], to recipient: any AgeRecipient) throws -> [UInt8] {
        let fileKey = SymmetricKey(size: .bits128)
        let header = AgeHeader([try recipient.stanza(wrapping: fileKey)])
        let checksum = HMAC<SHA256>.authenticationCode(for: header.authenticated, using: checksumKey(fileKey))
        return header.bytes(checksum: checksum) + (try AgePayload.seal(plaintext, fileKey: fileKey))
    }

    static func open(_ file: some Collection<UInt8>, with identity: any AgeIdentity) throws(CredentialError) -> [UInt8]
    {
        let (header, checksum, payload) = try AgeHeader.parse(file)
        guard !header.stanzas.contains(where: { $0.arguments[0] == "scrypt" }) else {
            throw CredentialError(
                .unsupported, "age file", "is locked with a passphrase. Open it with `age -d`, which asks for it.")
        }
        var found: SymmetricKey?
        // All are looked at: a malformed stanza makes the file malformed wherever it stands.
        for stanza in header.stanzas {
            let fileKey = try identity.fileKey(in: stanza)
            found = found ?? fileKey
        }
        guard let fileKey = found else {
            throw CredentialError(
                .notForThisKey, "age file", "is encrypted to another key. Use the key it was made for.")
        }
        let isAuthentic = HMAC<SHA256>.isValidAuthenticationCode(
            checksum, authenticating: header.authenticated, using: checksumKey(fileKey))
        guard isAuthentic else {
            throw CredentialError(.damaged, "age file", "its header was changed. Fetch it again.")
        }
        return try AgePayload.open(payload, fileKey: fileKey)
    }

    /// The error for a stanza of a known kind that isn't as the format has it.
    static var malformedStanza: CredentialError {
        CredentialError(.damaged, "age file", "its recipient is malformed. Fetch it again.")
    }

    private static func checksumKey(_ fileKey: SymmetricKey) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: fileKey, salt: [UInt8](), info: Array("header".utf8), outputByteCount: 32)
    }
}

/// How the stanzas over X25519 encrypt a file key: the key is used once, so that the nonce may be zero.
enum FileKeyWrapping {
    /// The file key and the tag of ChaCha20-Poly1305.
    static let wrappedSize = AgeFile.fileKeySize + 16

    static func wrap(_ fileKey: SymmetricKey, under key: SymmetricKey) throws -> [UInt8] {
        let plaintext = fileKey.withUnsafeBytes { Array($0) }
        let box = try ChaChaPoly.seal(plaintext, using: key, nonce: nonce())
        return Array(box.ciphertext) + Array(box.tag)
    }

    /// The file key, or nil when it was wrapped under another key.
    static func unwrap(_ body: [UInt8], under key: SymmetricKey) -> SymmetricKey? {
        let tag = body.suffix(16)
        guard let nonce = try? nonce(),
            let box = try? ChaChaPoly.SealedBox(nonce: nonce, ciphertext: body.dropLast(16), tag: tag),
            let fileKey = try? ChaChaPoly.open(box, using: key)
        else { return nil }
        return SymmetricKey(data: fileKey)
    }

    private static func nonce() throws -> ChaChaPoly.Nonce {
        try ChaChaPoly.Nonce(data: [UInt8](repeating: 0, count: 12))
    }
}
