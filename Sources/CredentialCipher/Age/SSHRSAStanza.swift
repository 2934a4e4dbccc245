import Crypto

/// An age recipient that is an RSA key, of OpenSSH or of a JWK; with the private half an identity too.
struct SSHRSAStanza: AgeRecipient, AgeIdentity {
    private static let kind = "ssh-rsa"
    private static let label = "age-encryption.org/v1/ssh-rsa"

    private let key: RSAKey
    private let tag: String

    init(_ key: RSAKey) {
        self.key = key
        tag = SSHPublicKey.tag(of: SSHPublicKey.blob(rsa: key))
    }

    func stanza(wrapping fileKey: SymmetricKey) throws -> AgeStanza {
        let body = try key.encrypt(fileKey.withUnsafeBytes { Array($0) }, label: Self.label)
        return AgeStanza(arguments: [Self.kind, tag], body: body)
    }

    func fileKey(in stanza: AgeStanza) throws(CredentialError) -> SymmetricKey? {
        guard stanza.arguments[0] == Self.kind else { return nil }
        guard stanza.arguments.count == 2 else { throw AgeFile.malformedStanza }
        guard stanza.arguments[1] == tag, let fileKey = try key.decrypt(stanza.body, label: Self.label) else {
            return nil
        }
        guard fileKey.count == AgeFile.fileKeySize else { throw AgeFile.malformedStanza }
        return SymmetricKey(data: fileKey)
    }
}
