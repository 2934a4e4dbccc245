/// How age writes its keys for people: in Bech32, with a prefix for each kind.
enum AgeKeyText {
    static let recipientPrefix = "age"
    static let hybridRecipientPrefix = "age1pq"
    static let identityPrefix = "age-secret-key-"
    static let hybridIdentityPrefix = "age-secret-key-pq-"

    /// The recipient that `text` names, `age1…` or `age1pq1…`.
    static func recipient(_ text: String) throws(CredentialError) -> any AgeRecipient {
        guard !text.utf8.contains(where: { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }),
            let (prefix, bytes) = Bech32.decode(Array(text.utf8))
        else {
            throw CredentialError(
                .invalidRecipient, "age recipient", "is incomplete or has a typing error. Copy it again.")
        }
        let recipient: (any AgeRecipient)? =
            switch prefix {
            case recipientPrefix: X25519Recipient(bytes)
            case hybridRecipientPrefix: HybridRecipient(bytes)
            default:
                throw CredentialError(
                    .unsupported, "age recipient",
                    "is of a kind that only a plugin of age knows. Use one that begins with age1 or age1pq1.")
            }
        guard let recipient else {
            throw CredentialError(.invalidRecipient, "age recipient", "is no usable key. Make another with age-keygen.")
        }
        return recipient
    }

    /// The identity that `text` is, `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`, and the text of its recipient.
    static func identity(_ text: some Collection<UInt8>) throws(CredentialError) -> (any AgeIdentity, recipient: String)
    {
        let isUpper = !text.contains { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        if isUpper, let (prefix, bytes) = Bech32.decode(text) {
            if prefix == identityPrefix, let identity = X25519Identity(SecretBytes(bytes)) {
                return (identity, Bech32.encode(identity.recipient, prefix: recipientPrefix))
            }
            if prefix == hybridIdentityPrefix, let identity = HybridIdentity(SecretBytes(bytes)) {
                return (identity, Bech32.encode(identity.recipient, prefix: hybridRecipientPrefix))
            }
        }
        throw CredentialError(.invalidKey, "age identity", "is incomplete or has a typing error. Copy it again.")
    }
}
