import StandinKit
import WireForm

/// An API token: what it shows of itself, and its secret.
struct APIToken: Sendable {
    let id: String
    let name: String
    let userID: String
    let secret: String
    let rights: Caller.Rights
    var created: Timestamp
    var lastUpdated: Timestamp
    var expiresAt: Timestamp?
    /// How long it lives without use, such as `P30D`.
    var tokenWindow: String
}

/// An app of type service that asks for access tokens with a key of its own.
struct OAuthClient: Sendable {
    let id: String
    var label: String
    /// The public keys, as JWKs.
    var keys: [JSONValue]
    /// What the organisation granted it.
    var scopes: Set<String>
    var hasAdminRole: Bool
    /// Whether its tokens must be bound to a key.
    var requiresDPoP: Bool
    var tokenSeconds: Int
}

/// A token that a client got.
struct AccessToken: Sendable {
    let clientID: String
    let scopes: Set<String>
    let expires: Timestamp
    /// The thumbprint of the key that it is bound to.
    let keyThumbprint: String?
}
