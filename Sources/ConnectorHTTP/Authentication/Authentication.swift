import AccessModel
public import ConnectorKit
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// How a client shows who it is.
public struct Authentication: Sendable {
    enum Kind: Sendable {
        case none
        case field(name: String, value: Secret)
        case token(@Sendable (TokenExchange) -> @Sendable () async throws -> AccessToken, proof: SigningKey?)
    }

    let kind: Kind
    /// What must never turn up in a log or an error.
    let secrets: [Secret]
    /// What is told beside each proof that a bound token is ours.
    private(set) var fieldsBesideProofs: HeaderFields = [:]

    init(_ kind: Kind, secrets: [Secret]) {
        self.kind = kind
        self.secrets = secrets
    }

    /// Nobody.
    public static let none = Authentication(.none, secrets: [])

    /// `Authorization: Bearer` and a token that doesn't change.
    public static func bearer(_ token: Secret) -> Authentication {
        apiKey(token, in: "Authorization", prefix: "Bearer")
    }

    /// User and password, or what the application takes in their place.
    public static func basic(user: String, password: Secret) -> Authentication {
        let pair = Secret(Data("\(user):\(password.reveal())".utf8).base64EncodedString())
        return Authentication(
            .field(name: "Authorization", value: Secret("Basic \(pair.reveal())")), secrets: [password, pair])
    }

    /// A key in a header field, such as `Authorization: SSWS key` or `Private-Token: key`.
    public static func apiKey(_ key: Secret, in field: String, prefix: String = "") -> Authentication {
        Authentication(
            .field(name: field, value: Secret(prefix.isEmpty ? key.reveal() : "\(prefix) \(key.reveal())")),
            secrets: [key])
    }

    /// OAuth 2.0 client credentials with a secret.
    ///
    /// The secret goes into the `Authorization` field, and into the form when the endpoint refuses it there.
    /// - Parameter proof: a key to bind the token to (DPoP); nil for a plain one.
    public static func clientCredentials(
        tokenURL: String, clientID: String, secret: Secret, scopes: [String] = [], parameters: [QueryParameter] = [],
        proof: SigningKey? = nil
    ) -> Authentication {
        let grant = OAuthGrant(tokenURL: tokenURL, client: .secret(id: clientID, secret), proof: proof) { _ in
            [QueryParameter("grant_type", "client_credentials")] + scope(scopes) + parameters
        }
        return grant.authentication(secrets: [secret])
    }

    /// OAuth 2.0 client credentials with a signed assertion in place of a secret (`private_key_jwt`).
    ///
    /// - Parameters:
    ///   - proof: a key to bind the token to (DPoP); nil for a plain one.
    ///   - demandsBond: whether a token that isn't bound to `proof` is refused, as is right where the application always binds them.
    public static func clientCredentials(
        tokenURL: String, clientID: String, key: SigningKey, scopes: [String] = [], parameters: [QueryParameter] = [],
        proof: SigningKey? = nil, demandsBond: Bool = true
    ) -> Authentication {
        var grant = OAuthGrant(tokenURL: tokenURL, client: .assertion(id: clientID, key), proof: proof) { _ in
            [QueryParameter("grant_type", "client_credentials")] + scope(scopes) + parameters
        }
        grant.demandsBond = demandsBond
        return grant.authentication(secrets: [])
    }

    /// A signed assertion in exchange for a token (RFC 7523), as Google's service accounts do it.
    ///
    /// - Parameter subject: whom to act for; nil for the issuer itself.
    public static func serviceAccount(
        tokenURL: String, issuer: String, subject: String? = nil, key: SigningKey, scopes: [String]
    ) -> Authentication {
        let grant = OAuthGrant(tokenURL: tokenURL, client: .none, proof: nil) { now in
            let seconds = Int(now.timeIntervalSince1970)
            var claims: [String: ClaimValue] = [
                "iss": .text(issuer), "aud": .text(tokenURL), "scope": .text(scopes.joined(separator: " ")),
                "iat": .number(seconds), "exp": .number(seconds + 3600),
            ]
            if let subject { claims["sub"] = .text(subject) }
            return [
                QueryParameter("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                QueryParameter("assertion", try JSONWebToken.signed(header: header(key), claims: claims, with: key)),
            ]
        }
        return grant.authentication(secrets: [])
    }

    /// A refresh token in exchange for access tokens.
    ///
    /// - Parameter rotated: told when the endpoint replaces the refresh token, which should then be stored.
    public static func refreshToken(
        _ refreshToken: Secret, tokenURL: String, clientID: String, secret: Secret = Secret(""), scopes: [String] = [],
        rotated: @escaping @Sendable (Secret) async throws -> Void = { _ in }
    ) -> Authentication {
        let holder = RefreshTokenHolder(refreshToken)
        let client: OAuthGrant.Client = secret.isEmpty ? .public(id: clientID) : .secret(id: clientID, secret)
        let grant = OAuthGrant(
            tokenURL: tokenURL, client: client, proof: nil,
            rotated: { new in
                holder.replace(with: new)
                try await rotated(new)
            }
        ) { _ in
            [
                QueryParameter("grant_type", "refresh_token"),
                QueryParameter("refresh_token", holder.current.reveal()),
            ] + scope(scopes)
        }
        return grant.authentication(secrets: [refreshToken, secret])
    }

    /// User and password in exchange for a token (OAuth 2.0 password grant).
    public static func password(
        tokenURL: String, user: String, password: Secret, clientID: String, secret: Secret = Secret(""),
        scopes: [String] = []
    ) -> Authentication {
        let client: OAuthGrant.Client = secret.isEmpty ? .public(id: clientID) : .secret(id: clientID, secret)
        let grant = OAuthGrant(tokenURL: tokenURL, client: client, proof: nil) { _ in
            [
                QueryParameter("grant_type", "password"), QueryParameter("username", user),
                QueryParameter("password", password.reveal()),
            ] + scope(scopes)
        }
        return grant.authentication(secrets: [password, secret])
    }

    /// A token that the client signs itself and the application checks, as GitHub's apps do it.
    ///
    /// - Parameter claims: what it says besides issuer and times.
    public static func selfSigned(
        issuer: String, key: SigningKey, lifetime: Duration = .seconds(600), claims: [String: ClaimValue] = [:]
    ) -> Authentication {
        Authentication(
            .token(
                { exchange in
                    {
                        let now = exchange.clock.now
                        let seconds = Int(now.timeIntervalSince1970)
                        let life = Int(lifetime.components.seconds)
                        // A minute back, since the other side's clock may be behind.
                        let times: [String: ClaimValue] = [
                            "iss": .text(issuer), "iat": .number(seconds - 60), "exp": .number(seconds + life),
                        ]
                        let token = try JSONWebToken.signed(
                            header: header(key), claims: times.merging(claims) { $1 }, with: key)
                        return AccessToken(Secret(token), expiry: now.addingTimeInterval(Double(life)))
                    }
                }, proof: nil), secrets: [])
    }

    /// Tokens from anywhere else; `fetch` is called once for all who need one, and again shortly before `expiry`.
    ///
    /// It has 30 seconds for it.
    /// - Parameter proof: the key that tokens of the scheme ``AccessToken/Scheme/dpop`` are bound to.
    public static func token(
        proof: SigningKey? = nil, from fetch: @escaping @Sendable () async throws -> AccessToken
    ) -> Authentication {
        Authentication(
            .token(
                { exchange in
                    {
                        let token = try await Deadline(in: OAuthGrant.timeout, by: exchange.clock).run(fetch) {
                            ServiceError(.deadlineExceeded, "no access token within 30 seconds.")
                        }
                        guard token.scheme == .bearer || proof != nil else {
                            throw ServiceError(
                                .unauthenticated, "the access token is bound to a key (DPoP) that the client lacks.")
                        }
                        return token
                    }
                }, proof: proof), secrets: [])
    }

    /// The same, with header fields more on requests whose token is bound to a key (DPoP), for applications that want to be told.
    public func withFieldsBesideProofs(_ fields: HeaderFields) -> Authentication {
        var copy = self
        copy.fieldsBesideProofs = fields
        return copy
    }

    static func header(_ key: SigningKey) -> [String: ClaimValue] {
        var header: [String: ClaimValue] = ["typ": "JWT"]
        if let id = key.id { header["kid"] = .text(id) }
        return header
    }

    private static func scope(_ scopes: [String]) -> [QueryParameter] {
        scopes.isEmpty ? [] : [QueryParameter("scope", scopes.joined(separator: " "))]
    }
}

private final class RefreshTokenHolder: Sendable {
    private let token: Mutex<Secret>

    init(_ token: Secret) {
        self.token = Mutex(token)
    }

    var current: Secret { token.withLock { $0 } }

    func replace(with new: Secret) {
        token.withLock { $0 = new }
    }
}
