import AccessModel
import BatonWire
import ConnectorKit
import Logging

/// A connector whose grants can't be told without what it met while it listed resources.
struct RememberingConnector: Connector {
    static let metadata = ConnectorMetadata(name: "baton-remembering", displayName: "Remembering")

    /// Which team each person is in, as only the list of people says.
    struct Membership: Codable {
        var team: String
    }

    let syncers: [any ResourceSyncer]

    /// - Parameters:
    ///   - strike: called before each page of grants.
    ///   - look: called before each page of people.
    init(
        strike: @escaping @Sendable (PageRequest) async throws -> Void = { _ in },
        look: @escaping @Sendable (PageRequest) async throws -> Void = { _ in }
    ) {
        syncers = [People(look: look), Teams(strike: strike)]
    }

    init(_ configuration: NoConfiguration, context: ConnectorContext) async throws { self.init() }

    func validate() async throws {}
}

private struct People: ResourceSyncer {
    let type = ResourceType("user", displayName: "User", traits: [.user], annotations: [SkipEntitlementsAndGrants()])
    let look: @Sendable (PageRequest) async throws -> Void

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        try await look(page)
        let first = Int(page.token) ?? 0
        let numbers = first..<min(first + 3, 10)
        for number in numbers { try await page.session.note(number) }
        return Page(
            numbers.map { .user(ResourceID("user", "u\($0)"), name: "u\($0)", email: "u\($0)@example.com") },
            next: numbers.upperBound < 10 ? String(numbers.upperBound) : nil)
    }
}

extension SessionStore {
    /// Keeps which team a person is in.
    fileprivate func note(_ number: Int) async throws {
        try await put(RememberingConnector.Membership(team: "t\(number % 3)"), under: "team of u\(number)")
    }
}

private struct Teams: TargetedSyncer {
    let type = ResourceType("team", displayName: "Team", traits: [.group])
    let strike: @Sendable (PageRequest) async throws -> Void

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        Page((0..<3).map { .group(ResourceID("team", "t\($0)"), name: "t\($0)") })
    }

    func resource(_ id: ResourceID, under parent: ResourceID?, session: any SessionStore) async throws -> Resource? {
        for number in 0..<10 { try await session.note(number) }
        return .group(id, name: id.value)
    }

    func entitlements(of team: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        Page([.assignment("member", on: team)])
    }

    func grants(on team: Resource, page: PageRequest) async throws -> Page<Grant> {
        try await strike(page)
        var grants: [Grant] = []
        for number in 0..<10 {
            let key = "team of u\(number)"
            guard let membership = try await page.session.value(key, as: RememberingConnector.Membership.self) else {
                throw ServiceError(.internal, "\(key): forgotten")
            }
            if membership.team == team.identity.value {
                grants.append(Grant("member", on: team.identity, to: ResourceID("user", "u\(number)")))
            }
        }
        return Page(grants)
    }
}
