import AccessModel
import ConnectorKit
import Crypto
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Proves with each request that the sender has the key a token is bound to (DPoP, RFC 9449).
final class ProofOfPossession: Sendable {
    /// The last nonce a server gave; token endpoint and application each have their own.
    private let nonce = Mutex<String?>(nil)
    private let key: SigningKey

    init(_ key: SigningKey) {
        self.key = key
    }

    /// The value of the `DPoP` field for one request.
    func proof(
        _ method: HTTPRequest.Method, _ address: WebAddress, token: AccessToken?, now: Date
    ) throws -> String {
        var claims: [String: ClaimValue] = [
            "jti": .text(UUID().uuidString), "htm": .text(method.rawValue), "htu": .text(address.withoutQuery),
            "iat": .number(Int(now.timeIntervalSince1970)),
        ]
        if let token {
            claims["ath"] = .text(Base64URL.encode(Data(SHA256.hash(data: Data(token.value.reveal().utf8)))))
        }
        if let nonce = nonce.withLock({ $0 }) { claims["nonce"] = .text(nonce) }
        return try JSONWebToken.signed(
            header: ["typ": "dpop+jwt", "jwk": .members(try key.publicKey())], claims: claims, with: key)
    }

    /// Remembers the nonce of an answer.
    func note(_ fields: HeaderFields) {
        guard let given = fields["DPoP-Nonce"], !given.isEmpty else { return }
        nonce.withLock { $0 = given }
    }

    /// Whether an answer of the application asks for the same with the nonce it gives.
    static func wantsNonce(_ answer: WireAnswer) -> Bool {
        answer.status == 401 && answer.fields["DPoP-Nonce"] != nil
            && AuthenticateHeader.challenges(in: answer.fields.values(of: "WWW-Authenticate"))
                .contains { $0["error"]?.hasSameBytes(as: "use_dpop_nonce") == true }
    }
}
