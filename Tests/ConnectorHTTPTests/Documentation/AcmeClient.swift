import AccessModel
import ConnectorHTTP
import ConnectorKit

/// Acme's users and teams, over its REST API.
struct AcmeClient {
    struct User: Decodable, Sendable {
        let id: String
        let name: String
    }

    private let http: HTTPClient

    init(url: String, clientID: String, secret: Secret, context: ConnectorContext) throws {
        var options = HTTPClientOptions(context)
        options.fields = ["X-Acme-Version": "2"]
        // Acme answers 403 when its limit is used up; that passes, and the sync should wait for it.
        options.judge = { answer in
            answer.status == 403 && answer.fields["X-RateLimit-Remaining"] == "0" ? Verdict(.unavailable) : nil
        }
        http = try HTTPClient(
            url,
            authentication: .clientCredentials(
                tokenURL: "\(url)/oauth/token", clientID: clientID, secret: secret, scopes: ["users.read"]),
            options: options)
    }

    func users(_ page: PageRequest) async throws -> Page<User> {
        let first = HTTPRequest(.get, "/api/users", query: [QueryParameter("limit", page.size ?? 200)])
        let answer = try await http.send(first.following(page.token), as: [User].self)
        return Page(answer.body, next: try page.next(linkIn: answer), annotations: answer.annotations)
    }

    func addMember(_ user: String, toTeam team: String) async throws {
        try await http.put("/api/teams/\(team)/members/\(user)", json: ["role": "member"])
    }

    /// Forgets what was read, at the end of a sync.
    func forget() async {
        await http.clearCache()
    }

    /// Whether it was a member.
    func removeMember(_ user: String, fromTeam team: String) async throws -> Bool {
        let request = HTTPRequest(.delete, "/api/teams/\(team)/members/\(user)").accepting(404)
        return try await http.send(request).status != 404
    }
}
