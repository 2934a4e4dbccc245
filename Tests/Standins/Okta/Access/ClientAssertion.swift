import StandinKit
import WireForm

/// A client's word for who it is, signed with its own key (RFC 7523).
struct ClientAssertion {
    let client: OAuthClient
    let id: String

    private static let longestLife: Int64 = 3600

    /// Reads an assertion and refuses what doesn't fit.
    ///
    /// - Parameter audience: the address that it must be meant for.
    init(_ text: String, clients: [String: OAuthClient], audience: String, now: Timestamp) throws(OAuthError) {
        guard let token = JSONWebToken(text) else { throw .client("The parsing of the client_assertion failed.") }
        guard token.algorithm == "RS256" else {
            throw .client("The client_assertion JWT signature algorithm is invalid.")
        }
        guard let issuer = token.claims["iss"]?.string, let client = clients[issuer] else {
            throw .client("The issuer claim for client_assertion is not a valid client_id.")
        }
        guard token.claims["sub"]?.string == issuer else {
            throw .client("The subject claim for client_assertion is not a valid client_id.")
        }
        try Self.checkKey(of: token, client)
        try Self.checkAudience(token.claims["aud"], audience)
        try Self.checkTime(token, now)
        self.client = client
        // Without an id an assertion may be used until it ends; Okta asks for none.
        id = token.claims["jti"]?.string ?? ""
    }

    private static func checkKey(of token: JSONWebToken, _ client: OAuthClient) throws(OAuthError) {
        guard !client.keys.isEmpty else {
            throw .client("The client does not have a JWKSet configured, but the client_assertion requires one.")
        }
        var keys = client.keys
        if let id = token.header["kid"]?.string {
            keys = keys.filter { $0["kid"]?.string == id }
            guard !keys.isEmpty else { throw .client("The client_assertion JWT kid is invalid.") }
        }
        guard keys.contains(where: { token.isSigned(by: $0) }) else {
            throw .client("The client_assertion signature is invalid.")
        }
    }

    private static func checkAudience(_ claim: JSONValue?, _ audience: String) throws(OAuthError) {
        let named = claim.map { $0.isArray ? $0.elements : [$0] } ?? []
        guard named.compactMap(\.string).contains(audience) else {
            throw .client(
                "The audience claim for client_assertion must be the endpoint invoked for the request.")
        }
    }

    private static func checkTime(_ token: JSONWebToken, _ now: Timestamp) throws(OAuthError) {
        guard let expires = token.seconds("exp") else {
            throw .client("The client_assertion must contain the 'exp' claim as seconds since epoch.")
        }
        guard expires > now.seconds else { throw .client("The client_assertion token is expired.") }
        guard expires <= now.seconds + longestLife else {
            throw .client("The client_assertion token has an expiration too far into the future.")
        }
        if let issued = token.seconds("iat"), issued > now.seconds + 300 {
            throw .client("The client_assertion token must be issued before the current time.")
        }
    }
}
