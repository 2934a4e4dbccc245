import AccessModel
import BatonWire
import SwiftProtobuf

/// A directory in memory: users, groups that can hold each other, and roles.
struct SmallDirectory: Sendable {
    static let user = ResourceType("user", displayName: "User", traits: [.user])
    static let group = ResourceType("group", displayName: "Group", traits: [.group])
    static let role = ResourceType("role", displayName: "Role", traits: [.role])

    var types: [ResourceType] = [user, group, role]
    var resources: [Resource] = []
    var entitlements: [Entitlement] = []
    var grants: [Grant] = []
    /// How many rows a page has.
    var pageSize = 1000

    mutating func addUser(_ id: String) {
        resources.append(.user(ResourceID("user", id), name: id, email: "\(id)@example.com"))
    }

    mutating func addGroup(_ id: String) {
        let group = Resource.group(ResourceID("group", id), name: id)
        resources.append(group)
        entitlements.append(.assignment("member", on: group, grantableTo: Self.user, Self.group))
    }

    mutating func addRole(_ id: String) {
        let role = Resource.role(ResourceID("role", id), name: id)
        resources.append(role)
        entitlements.append(.assignment("assigned", on: role, grantableTo: Self.user, Self.group))
    }

    mutating func grant(_ slug: String, on resource: String, to principal: String) {
        grants.append(Grant(slug, on: Self.id(resource), to: Self.id(principal)))
    }

    /// Whoever is a member of `group` also holds the entitlement.
    mutating func nest(
        _ group: String, into slug: String, on resource: String, shallow: Bool = false, types: [String] = []
    ) {
        grants.append(
            Grant(slug, on: Self.id(resource), to: ResourceID("group", group)).expanding(
                "member", shallow: shallow, to: types))
    }

    /// `type/id` taken apart.
    static func id(_ text: String) -> ResourceID {
        let parts = text.split(separator: "/", maxSplits: 1)
        return ResourceID(String(parts[0]), String(parts[1]))
    }

    /// Alice, Bob, two groups and a role, as in the examples of the specification.
    static var example: SmallDirectory {
        var directory = SmallDirectory()
        for user in ["alice", "bob"] { directory.addUser(user) }
        for group in ["g1", "g2"] { directory.addGroup(group) }
        directory.addRole("admin")
        return directory
    }

    /// A connector that serves it.
    var client: ScriptedClient {
        var client = ScriptedClient()
        client.types = { _ in .init(rows: types) }
        client.resources = { call in
            guard call.resource == nil else { return .init() }
            return page(of: resources.filter { $0.id.resourceType.hasSameBytes(as: call.type) }, call.token)
        }
        client.resource = { id, _ in resources.first { $0.identity == id } }
        client.entitlements = { call in
            page(of: entitlements.filter { $0.resource.identity == call.resource }, call.token)
        }
        client.grants = { call in
            page(of: grants.filter { ResourceID($0.entitlement.resource.id) == call.resource }, call.token)
        }
        return client
    }

    private func page<Row: Sendable>(of rows: [Row], _ token: String) -> ScriptedClient.Answer<Row> {
        let start = min(Int(token) ?? 0, rows.count)
        let end = min(start + pageSize, rows.count)
        return .init(rows: Array(rows[start..<end]), next: end < rows.count ? String(end) : "")
    }
}
