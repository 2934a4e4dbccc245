import Crypto

extension ClientSecret {
    /// Makes a secret that nobody else has.
    ///
    /// - Returns: the secret, and the text that its owner is shown once, in the form that connectors and other clients read
    ///   (service-mode.md §2.2). Whoever gave it out keeps ``verificationKey`` only.
    public static func make() throws(CredentialError) -> (secret: ClientSecret, text: String) {
        let key = Curve25519.Signing.PrivateKey()
        let x = Base64.encode(Array(key.publicKey.rawRepresentation), .urlSafe, .none)
        let d = Base64.encode(Array(key.rawRepresentation), .urlSafe, .none)
        let json = #"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","d":"\#(d)"}"#
        let text = "secret-token:conductorone.com:v1:" + Base64.encode(Array(json.utf8), .urlSafe, .none)
        return (try ClientSecret(parsing: text), text)
    }

    /// What proves that something was signed with this secret: the public half of its key, 32 bytes.
    public var verificationKey: [UInt8] { publicKey }
}
