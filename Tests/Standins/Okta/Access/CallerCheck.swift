import StandinKit
import WireForm

extension Org {
    /// Who asks, by the `Authorization` header.
    mutating func caller(of request: StandinRequest, now: Timestamp) throws(OktaError) -> Caller {
        let words = (request.header("Authorization") ?? "").split(separator: " ", maxSplits: 1).map(String.init)
        guard words.count == 2 else { throw .invalidToken }
        switch words[0] {
        case "SSWS": return try tokenOwner(words[1], now)
        case "Bearer", "DPoP": return try client(words[0], words[1], request, now)
        default: throw .invalidToken
        }
    }

    private func tokenOwner(_ secret: String, _ now: Timestamp) throws(OktaError) -> Caller {
        guard let token = apiTokens.rows.first(where: { $0.secret == secret }),
            token.expiresAt.map({ now < $0 }) ?? true
        else { throw .invalidToken }
        let name = users[token.userID]?.login ?? token.name
        return Caller(id: token.userID, name: name, isClient: false, scopes: nil, rights: token.rights)
    }

    private mutating func client(
        _ scheme: String, _ text: String, _ request: StandinRequest, _ now: Timestamp
    ) throws(OktaError) -> Caller {
        guard let token = accessTokens[text], now < token.expires, let client = clients[token.clientID] else {
            throw OAuthError(status: 401, error: "invalid_token", text: "The access token is invalid.")
                .refusal(scheme: scheme)
        }
        do throws(OAuthError) {
            try checkBinding(of: token, text, scheme, request, now)
        } catch {
            throw error.refusal(scheme: scheme)
        }
        return Caller(
            id: client.id, name: client.label, isClient: true, scopes: token.scopes,
            rights: client.hasAdminRole ? .all : .none)
    }

    /// A token that is bound to a key comes with a proof, and only such a one.
    private mutating func checkBinding(
        of token: AccessToken, _ text: String, _ scheme: String, _ request: StandinRequest, _ now: Timestamp
    ) throws(OAuthError) {
        guard let key = token.keyThumbprint else {
            guard scheme == "Bearer" else {
                throw OAuthError(
                    status: 401, error: "invalid_token", text: "The presented access_token is not DPoP bound.")
            }
            return
        }
        guard scheme == "DPoP" else {
            throw .request(
                "The resource request must use the DPoP authentication scheme when using a DPoP bound token.")
        }
        let proof = try DPoPProof(
            request.headers("DPoP"),
            .init(
                method: request.method, url: request.origin + request.target.path, now: now,
                nonces: usedOnce.resourceNonces, accessToken: text))
        guard proof.keyThumbprint == key else {
            throw .proof("The access_token is not bound to the provided DPoP proof.")
        }
        guard usedOnce.takes(proof: proof.id) else { throw .proof("The DPoP proof JWT has already been used.") }
    }

    /// Whether a caller may use an endpoint.
    func check(_ caller: Caller, mayUse route: Route) throws(OktaError) {
        if let scopes = caller.scopes, !scopes.contains(route.scope), !scopes.contains(route.scope.managing) {
            var refusal = OktaError.accessDenied
            refusal.headers.append(
                (
                    "WWW-Authenticate",
                    "Bearer scope=\"\(route.scope)\", error=\"insufficient_scope\", error_description=\"The access token provided does not contain the required scopes.\", resource=\"\(route.path)\""
                ))
            throw refusal
        }
        switch caller.rights {
        case .all: break
        case .readOnly: guard route.isReading, !route.isAboutRoles else { throw .accessDenied }
        case .none: guard route.isReading, route.path == "/api/v1/users" else { throw .accessDenied }
        }
    }
}

extension String {
    /// The scope that lets one change what this one lets one see.
    fileprivate var managing: String {
        hasSuffix(".read") ? dropLast(4) + "manage" : self
    }
}
