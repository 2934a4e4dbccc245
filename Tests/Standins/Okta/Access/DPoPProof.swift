import StandinKit
import WireForm

/// A proof that the sender of a request holds a key (RFC 9449).
struct DPoPProof {
    /// The thumbprint of the key.
    let keyThumbprint: String
    /// What makes it a proof of its own.
    let id: String

    /// What a proof must fit.
    struct Expectation {
        let method: String
        /// The address without query and fragment.
        let url: String
        let now: Timestamp
        /// The nonces that are taken; nil when none is asked for.
        var nonces: [String]?
        /// The access token that comes with it.
        var accessToken: String?
    }

    /// Reads the header of a request and refuses what doesn't fit.
    init(_ headers: [String], _ expected: Expectation) throws(OAuthError) {
        guard let text = headers.first else { throw .proof("The DPoP proof JWT header is missing.") }
        guard headers.count == 1 else { throw .proof("Multiple DPoP proof JWT headers are not allowed.") }
        guard let token = JSONWebToken(text) else { throw .proof("The DPoP proof JWT cannot be parsed.") }
        guard token.header["typ"]?.string?.lowercased() == "dpop+jwt" else {
            throw .proof("'typ' must be 'dpop+jwt' in the DPoP proof JWT.")
        }
        keyThumbprint = try Self.signer(of: token)
        try Self.checkTarget(token, expected)
        try Self.checkTime(token, expected.now)
        if let nonces = expected.nonces {
            guard let nonce = token.claims["nonce"]?.string, nonces.contains(nonce) else {
                throw .nonceNeeded(nonces.last ?? "")
            }
        }
        if let accessToken = expected.accessToken {
            guard token.claims["ath"]?.string == JSONWebKey.digest(accessToken) else {
                throw .proof("'ath' claim in the DPoP proof does not match the presented access_token.")
            }
        }
        guard let id = token.claims["jti"]?.string, !id.isEmpty else {
            throw .proof("'jti' claim in the DPoP proof JWT is invalid.")
        }
        self.id = id
    }

    private static func signer(of token: JSONWebToken) throws(OAuthError) -> String {
        guard ["RS256", "ES256"].contains(token.algorithm) else {
            throw .proof("The DPoP proof JWT signature algorithm is invalid.")
        }
        guard let key = token.header["jwk"], let thumbprint = JSONWebKey.thumbprint(key), !JSONWebKey.isPrivate(key)
        else { throw .proof("The DPoP proof JWT is invalid.") }
        guard token.isSigned(by: key) else { throw .proof("The DPoP proof JWT signature is invalid.") }
        return thumbprint
    }

    private static func checkTarget(_ token: JSONWebToken, _ expected: Expectation) throws(OAuthError) {
        guard token.claims["htm"]?.string == expected.method else {
            throw .proof("'htm' claim in the DPoP proof JWT is invalid.")
        }
        guard token.claims["htu"]?.string == expected.url else {
            throw .proof("'htu' claim in the DPoP proof JWT is invalid.")
        }
    }

    private static func checkTime(_ token: JSONWebToken, _ now: Timestamp) throws(OAuthError) {
        guard let issued = token.seconds("iat") else { throw .proof("'iat' claim in the DPoP proof JWT is invalid.") }
        guard issued <= now.seconds + 60 else { throw .proof("The DPoP proof JWT is issued in the future.") }
        guard issued >= now.seconds - 300 else {
            throw .proof("The DPoP proof JWT is issued more than five minutes in the past.")
        }
        if let expires = token.seconds("exp"), expires < now.seconds {
            throw .proof("The DPoP proof JWT is expired.")
        }
    }
}
