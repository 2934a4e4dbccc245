import StandinKit
import WireForm

/// What the authorization server answers when it refuses (RFC 6749): not Okta's own form of errors.
struct OAuthError: Error {
    let status: Int
    let error: String
    let text: String
    /// The nonce that a proof must have, when that is what was missing.
    var nonce: String?

    static func client(_ text: String) -> OAuthError {
        OAuthError(status: 401, error: "invalid_client", text: text)
    }

    static func request(_ text: String) -> OAuthError {
        OAuthError(status: 400, error: "invalid_request", text: text)
    }

    static func proof(_ text: String) -> OAuthError {
        OAuthError(status: 400, error: "invalid_dpop_proof", text: text)
    }

    static func scope(_ text: String) -> OAuthError {
        OAuthError(status: 400, error: "invalid_scope", text: text)
    }

    static func nonceNeeded(_ nonce: String) -> OAuthError {
        OAuthError(
            status: 400, error: "use_dpop_nonce", text: "Authorization server requires nonce in DPoP proof.",
            nonce: nonce)
    }

    /// The answer of the token endpoint.
    var answer: StandinAnswer {
        var answer = StandinAnswer(status, ["error": .string(error), "error_description": .string(text)])
        if let nonce { answer.add("dpop-nonce", nonce) }
        return answer
    }

    /// The answer of a resource: the error in `WWW-Authenticate` (RFC 9449, section 7.1).
    func refusal(scheme: String) -> OktaError {
        var refusal = OktaError.invalidToken
        refusal.headers.append(("WWW-Authenticate", "\(scheme) error=\"\(error)\", error_description=\"\(text)\""))
        if let nonce { refusal.headers.append(("dpop-nonce", nonce)) }
        return refusal
    }
}
