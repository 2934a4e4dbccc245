import Crypto

/// The secret by which a connector in service mode is known: `<a>:<b>:v1:<base64url of a private Ed25519 JWK>`.
///
/// It signs the connector's requests and opens the passwords that were encrypted to it. It prints as `‹secret›`.
public struct ClientSecret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let seed: SecretBytes
    let publicKey: [UInt8]

    /// The id in the secret's JWK, when it has one.
    public let declaredKeyID: String?
    /// The thumbprint of the public key (RFC 7638, SHA-256) in hexadecimal.
    public let thumbprint: String

    /// The id by which a platform knows the secret: the declared one, otherwise the thumbprint.
    public var keyID: String { declaredKeyID ?? thumbprint }

    /// Reads the text that a platform shows once.
    ///
    /// - Throws: an error that begins with the words of the reference, `invalid client secret`.
    public init(parsing text: String) throws(CredentialError) {
        let fields = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard fields.count == 4 else { throw Self.invalid("it has no four parts with colons between") }
        guard fields[2].elementsEqual("v1".utf8) else { throw Self.invalid("its version isn't v1") }
        guard let json = Base64.decode(fields[3], .urlSafe, .none) else {
            throw Self.invalid("its last part is no base64url without padding")
        }
        let key: JSONWebKey
        do {
            key = try JSONWebKey(parsing: json)
        } catch {
            throw Self.invalid("its key can't be read (\(error.subject) \(error.problem))")
        }
        guard case .ed25519(let publicKey) = key.publicKey, let seed = key.secret else {
            throw Self.invalid("its key is no private Ed25519 key")
        }
        self.seed = seed
        self.publicKey = publicKey
        declaredKeyID = key.id
        thumbprint = key.thumbprint
    }

    /// The Ed25519 signature of `message`.
    ///
    /// - Throws: when the system has no randomness.
    public func signature(of message: some Collection<UInt8>) throws -> [UInt8] {
        let key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed.reveal())
        return Array(try key.signature(for: Array(message)))
    }

    /// The key that opens what was encrypted to this secret.
    public var credentialKey: CredentialKey {
        CredentialKey(ed25519: seed, publicKey: publicKey, thumbprint: thumbprint)
    }

    /// Never the secret.
    public var description: String { "‹secret›" }
    /// Never the secret.
    public var debugDescription: String { description }
    /// Never the secret.
    public var customMirror: Mirror { Mirror(self, children: []) }

    private static func invalid(_ reason: String) -> CredentialError {
        CredentialError(.invalidKey, "invalid client secret", "\(reason). Copy the whole text from the platform again.")
    }
}
