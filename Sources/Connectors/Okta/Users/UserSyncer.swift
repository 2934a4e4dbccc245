import AccessModel
import ConnectorHTTP
import ConnectorKit
import Logging
import WireForm

/// The people of the organisation, also those who are staged, suspended or deactivated.
struct UserSyncer: TargetedSyncer {
    let type = OktaTypes.user
    let okta: OktaClient
    let filter: EmailDomainFilter
    let skipsSecondaryEmails: Bool

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard parent == nil else { return Page([]) }
        let users = try await okta.users(after: page.token, size: page.size)
        try OktaClient.check(users, isFirst: page.token.isEmpty)
        try await filter.remember(users.rows, in: page.session)
        return try users.page(resource)
    }

    func resource(_ id: ResourceID, under parent: ResourceID?, session: any SessionStore) async throws -> Resource? {
        guard let user = try await okta.user(id.value) else { return nil }
        return try resource(user)
    }

    /// The user as a resource; nil when the filter leaves it out.
    func resource(_ user: JSONValue) throws -> Resource? {
        guard filter.admits(profile: user["profile"] ?? .null) else { return nil }
        return try Resource(user: user, skippingSecondaryEmail: skipsSecondaryEmails)
    }
}

extension OktaClient {
    /// Makes answers smaller by what isn't needed.
    private static let brief: HeaderFields = [
        "Content-Type":
            "application/json; okta-response=\"omitCredentials,omitCredentialsLinks,omitTransitioningToStatus\""
    ]

    /// One page of all users; without the expression Okta leaves out those who are deactivated.
    func users(after: String, size: Int?) async throws -> Listed {
        try await list(
            "/api/v1/users", after: after, most: 200, size: size, query: [QueryParameter("search", "status pr")],
            fields: Self.brief, needs: .usersRead)
    }

    /// Refuses a list without anybody.
    ///
    /// Okta answers so, rather than with an error, to an app whose scopes suffice but that has no administrator role. Whoever
    /// receives the file would take it that all users are gone, and there is no organisation without any.
    static func check(_ users: Listed, isFirst: Bool) throws {
        guard isFirst, users.rows.isEmpty, users.next == nil else { return }
        throw ServiceError(
            .permissionDenied,
            "Okta lists no users at all: whoever asks may not see any. Give the app an administrator role (its tab Admin Roles), or the token's owner one that may view users."
        )
    }

    /// A user by id or login; nil when there is none.
    func user(_ id: String, isFresh: Bool = false) async throws -> JSONValue? {
        var request = HTTPRequest(.get, "/api/v1/users/\(id)")
        for field in Self.brief { request.fields[field.name] = field.value }
        if isFresh { request.fields["Cache-Control"] = "no-cache" }
        do {
            return try await send(request, doing: "reading", needs: .usersRead).body
        } catch let refusal as OktaRefusal where refusal.isAbsence {
            return nil
        }
    }
}
