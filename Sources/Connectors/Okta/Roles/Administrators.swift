import AccessModel
import ConnectorHTTP
import ConnectorKit
import WireForm

/// The users who have administrator roles of their own, and which.
///
/// Okta lists who has any role, and the roles of one user, but not who has one role. So every role pages through the same users, and
/// what was learned of each is kept in the session.
struct Administrators: Sendable {
    let okta: OktaClient
    let filter: EmailDomainFilter
    let roles: ListedRoles

    /// One page of those who have `role`.
    func grants(of role: ResourceID, page: PageRequest) async throws -> Page<Grant> {
        let listed = try await okta.list(
            "/api/v1/iam/assignees/users", after: page.token, most: 200, size: page.size, in: "value",
            needs: .rolesRead)
        let ids = try listed.rows.map { try $0.required("id", of: "user with a role") }
        let known = try await ids.concurrentlyMapped(atMost: Self.concurrency) { id in
            try await self.roles(ofUser: id, page.session)
        }
        let grants = zip(ids, known).compactMap { id, held -> Grant? in
            guard held.contains(where: role.value.hasSameBytes) else { return nil }
            return .role(role, to: ResourceID(OktaTypes.user, id))
        }
        return Page(grants, next: listed.next, annotations: listed.annotations)
    }

    /// Okta lets a handful of requests of one token run at once and refuses the rest.
    private static let concurrency = 4

    /// The ids of the listed roles that a user has itself; none of a user who is left out.
    private func roles(ofUser id: String, _ session: any SessionStore) async throws -> [String] {
        let key = "userRole/\(id)"
        if let known = try await session.value(key, as: [String].self) { return known }
        let held = try await lists(id, session) ? await okta.roles(ofUser: id).compactMap(listed) : []
        try await session.put(held, under: key)
        return held
    }

    private func listed(_ assignment: RoleAssignment) -> String? {
        guard assignment.isActive, assignment.holder == .user else { return nil }
        return roles.role(of: assignment)?.value
    }

    /// Whether the filter lets a user in, who may not have been listed (yet).
    private func lists(_ id: String, _ session: any SessionStore) async throws -> Bool {
        if let known = try await filter.remembered(id, in: session) { return known }
        guard let user = try await okta.user(id) else { return false }
        return filter.admits(profile: user["profile"] ?? .null)
    }
}

extension OktaClient {
    /// The administrator roles of a user, also those that a group brings; none when the user is gone.
    func roles(ofUser id: String, isFresh: Bool = false) async throws -> [RoleAssignment] {
        try await existing("/api/v1/users/\(id)/roles", needs: .rolesRead, isFresh: isFresh)?.elements
            .map(RoleAssignment.init) ?? []
    }
}

extension Array where Element: Sendable {
    /// What `transform` makes of each element, in order, with that many at work at once.
    func concurrentlyMapped<Value: Sendable>(
        atMost limit: Int, _ transform: @escaping @Sendable (Element) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            var values = [Value?](repeating: nil, count: count)
            var started = 0
            func start() {
                guard started < count else { return }
                let place = started
                let element = self[place]
                group.addTask { (place, try await transform(element)) }
                started += 1
            }
            for _ in 0..<limit { start() }
            while let (place, value) = try await group.next() {
                values[place] = value
                start()
            }
            return values.compactMap(\.self)
        }
    }
}
