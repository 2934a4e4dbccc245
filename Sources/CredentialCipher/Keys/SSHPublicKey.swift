import Crypto

/// The public keys of OpenSSH (RFC 4253, section 6.6, and RFC 8709) that age encrypts to.
enum SSHPublicKey {
    /// The bytes that OpenSSH writes in base 64 and age hashes.
    static func blob(ed25519 key: [UInt8]) -> [UInt8] {
        string(Array("ssh-ed25519".utf8)) + string(key)
    }

    /// The bytes that OpenSSH writes in base 64 and age hashes.
    static func blob(rsa key: RSAKey) -> [UInt8] {
        string(Array("ssh-rsa".utf8)) + number(key.exponent) + number(key.modulus)
    }

    /// What an age stanza says of its recipient: the first four bytes of a hash.
    static func tag(of blob: [UInt8]) -> String {
        Base64.encode(SHA256.hash(data: blob).prefix(4), .standard, .none)
    }

    /// Reads `ssh-ed25519 AAAA… comment` or `ssh-rsa AAAA… comment`.
    static func parse(_ line: some Collection<UInt8>) throws(CredentialError) -> JSONWebKey.PublicKey {
        let words = line.split(maxSplits: 2) { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard words.count >= 2, let blob = Base64.decode(words[1], .standard, .filled) else { throw malformed }
        var rest = blob[...]
        guard let type = takeString(from: &rest), type.elementsEqual(words[0]) else { throw malformed }
        switch String(decoding: type, as: UTF8.self) {
        case "ssh-ed25519":
            guard let key = takeString(from: &rest), key.count == 32, rest.isEmpty else { throw malformed }
            return .ed25519(Array(key))
        case "ssh-rsa":
            guard let exponent = takeString(from: &rest), let modulus = takeString(from: &rest), rest.isEmpty
            else { throw malformed }
            let key = try RSAKey(modulus: modulus, exponent: exponent)
            // Another spelling of the numbers would give another tag than that of its owner.
            guard self.blob(rsa: key) == blob else { throw malformed }
            return .rsa(key)
        default:
            throw CredentialError(
                .unsupported, "ssh key", "is of a kind that age can't encrypt to. Use ssh-ed25519 or ssh-rsa.")
        }
    }

    private static let malformed = CredentialError(
        .invalidRecipient, "ssh key", "is malformed. Copy the whole line of the .pub file.")

    private static func string(_ bytes: [UInt8]) -> [UInt8] {
        (0..<4).reversed().map { UInt8(truncatingIfNeeded: bytes.count >> ($0 * 8)) } + bytes
    }

    /// A number that isn't negative: a zero keeps its highest bit from being read as a sign.
    private static func number(_ bytes: [UInt8]) -> [UInt8] {
        string((bytes.first ?? 0) >= 0x80 ? [0] + bytes : bytes)
    }

    private static func takeString(from rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard rest.count >= 4 else { return nil }
        let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(4)
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
