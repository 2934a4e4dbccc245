import StandinKit
import WireForm

/// What the authorization server remembers: nonces, and what was used once.
struct UsedOnce: Sendable {
    /// The nonces of proofs for the token endpoint, the newest last.
    var tokenNonces = ["standin-nonce-1"]
    /// Those for resources; nil while they need none, as Okta's don't today.
    var resourceNonces: [String]?
    private var proofs: Set<String> = []
    private var assertions: Set<String> = []

    /// Whether a proof comes for the first time.
    mutating func takes(proof id: String) -> Bool { proofs.insert(id).inserted }

    /// Whether an assertion of a client comes for the first time.
    mutating func takes(assertion id: String, of client: String) -> Bool {
        assertions.insert("\(client)|\(id)").inserted
    }
}

extension Org {
    /// `POST /oauth2/v1/token`: an access token for a client's assertion.
    mutating func tokenAnswer(_ request: StandinRequest, now: Timestamp) -> StandinAnswer {
        guard request.method == "POST" else { return OktaError.wrongMethod.answer(id: newID("oae")) }
        var answer: StandinAnswer
        do throws(OAuthError) {
            answer = try issuedToken(request, now: now)
        } catch {
            answer = error.answer
        }
        answer.add("Cache-Control", "no-cache, no-store")
        answer.add("Pragma", "no-cache")
        return answer
    }

    private mutating func issuedToken(_ request: StandinRequest, now: Timestamp) throws(OAuthError) -> StandinAnswer {
        let form = try TokenForm(request)
        let url = request.origin + request.target.path
        let assertion = try ClientAssertion(
            form.assertion, clients: clients, audience: url, now: now)
        let proof = try tokenProof(request, assertion.client, url, now)
        // Spent only now: the client that has to come back with a nonce may show its assertion again.
        guard assertion.id.isEmpty || usedOnce.takes(assertion: assertion.id, of: assertion.client.id) else {
            throw .client("The client_assertion token has already been used.")
        }
        let scopes = try grantedScopes(form.scopes, assertion.client)
        return issue(to: assertion.client, scopes, boundTo: proof?.keyThumbprint, now)
    }

    private mutating func tokenProof(
        _ request: StandinRequest, _ client: OAuthClient, _ url: String, _ now: Timestamp
    ) throws(OAuthError) -> DPoPProof? {
        let headers = request.headers("DPoP")
        guard !headers.isEmpty || client.requiresDPoP else { return nil }
        let proof = try DPoPProof(
            headers, .init(method: request.method, url: url, now: now, nonces: usedOnce.tokenNonces))
        guard usedOnce.takes(proof: proof.id) else { throw .proof("The DPoP proof JWT has already been used.") }
        return proof
    }

    /// What was asked for and the app was granted: the rest is left out, and missed only when it is used.
    private func grantedScopes(_ asked: [String], _ client: OAuthClient) throws(OAuthError) -> Set<String> {
        guard !asked.isEmpty else { throw .scope("No scopes were requested.") }
        guard asked.allSatisfy(\.isManagementScope) else {
            throw .scope("One or more scopes are not configured for the authorization server resource.")
        }
        let granted = client.scopes.intersection(asked)
        guard !granted.isEmpty else {
            throw OAuthError(
                status: 400, error: "consent_required", text: "You are not allowed any of the requested scopes.")
        }
        return granted
    }

    private mutating func issue(
        to client: OAuthClient, _ scopes: Set<String>, boundTo key: String?, _ now: Timestamp
    ) -> StandinAnswer {
        let token = newID("eyJ0eXAiOiJhdCtqd3QifQ.") + ".\(JSONWebKey.digest("\(client.id) \(now.milliseconds)"))"
        accessTokens[token] = AccessToken(
            clientID: client.id, scopes: scopes, expires: now.adding(seconds: Int64(client.tokenSeconds)),
            keyThumbprint: key)
        return StandinAnswer(
            200,
            [
                "token_type": key == nil ? "Bearer" : "DPoP", "expires_in": JSONValue(client.tokenSeconds),
                "access_token": .string(token), "scope": .string(scopes.sorted().joined(separator: " ")),
            ])
    }
}

/// The form that the token endpoint reads.
private struct TokenForm {
    let assertion: String
    let scopes: [String]

    private static let known: Set = ["grant_type", "client_assertion_type", "client_assertion", "scope", "client_id"]

    init(_ request: StandinRequest) throws(OAuthError) {
        guard request.mediaType == "application/x-www-form-urlencoded" else {
            throw .request("The Content-Type must be application/x-www-form-urlencoded.")
        }
        guard request.target.query.isEmpty else {
            throw .request("Client credentials cannot be supplied via query parameters.")
        }
        guard let text = String(validating: request.body, as: UTF8.self), let items = RequestTarget.query(text),
            Set(items.map(\.name)).count == items.count, items.allSatisfy({ Self.known.contains($0.name) })
        else { throw .request("The request has invalid or repeated parameters.") }
        func value(_ name: String) -> String? { items.first { $0.name == name }?.value }
        guard let grant = value("grant_type") else {
            throw .request("The token request must specify a 'grant_type'.")
        }
        guard grant == "client_credentials" else {
            throw OAuthError(
                status: 400, error: "unsupported_grant_type",
                text: "The authorization grant type is not supported by the authorization server.")
        }
        guard let assertion = value("client_assertion") else { throw .client("No client credentials found.") }
        guard value("client_assertion_type") == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" else {
            throw .request("The client_assertion_type is invalid.")
        }
        self.assertion = assertion
        scopes = (value("scope") ?? "").split(separator: " ").map(String.init)
    }
}

extension String {
    /// Whether it is a scope of the management API, such as `okta.users.read`.
    fileprivate var isManagementScope: Bool {
        let parts = split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 3 && parts[0] == "okta" && !parts[1].isEmpty && ["read", "manage"].contains(parts[2])
    }
}
