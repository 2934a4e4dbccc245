import AccessModel
import ConnectorKit

/// A connector of one group type and one user type that does what a test tells it.
struct HostileConnector: Connector {
    static let metadata = ConnectorMetadata(name: "baton-hostile", displayName: "Hostile")

    var resources: @Sendable (ResourceID?, PageRequest) async throws -> Page<Resource> = { _, _ in
        Page(["g0", "g1", "g2"].map { .group(ResourceID("group", $0), name: $0) })
    }
    var entitlements: @Sendable (Resource, PageRequest) async throws -> Page<Entitlement> = { group, _ in
        Page([.assignment("member", on: group)])
    }
    var grants: @Sendable (Resource, PageRequest) async throws -> Page<Grant> = { group, _ in
        Page(["u0", "u1"].map { Grant("member", on: group.identity, to: ResourceID("user", $0)) })
    }

    init() {}
    init(_ configuration: NoConfiguration, context: ConnectorContext) async throws {}

    func validate() async throws {}

    var syncers: [any ResourceSyncer] { [Users(), Groups(connector: self)] }

    private struct Users: ResourceSyncer {
        let type = SmallDirectory.user

        func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
            Page(["u0", "u1"].map { .user(ResourceID("user", $0), name: $0, email: "\($0)@example.com") })
        }
    }

    private struct Groups: ResourceSyncer {
        let type = SmallDirectory.group
        let connector: HostileConnector

        func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
            try await connector.resources(parent, page)
        }
        func entitlements(of group: Resource, page: PageRequest) async throws -> Page<Entitlement> {
            try await connector.entitlements(group, page)
        }
        func grants(on group: Resource, page: PageRequest) async throws -> Page<Grant> {
            try await connector.grants(group, page)
        }
    }
}
