import AccessModel
import ConnectorKit

struct UserSyncer: ResourceSyncer {
    static let user = ResourceType(
        "user", displayName: "User", traits: [.user], annotations: [SkipEntitlementsAndGrants()])

    let type = Self.user
    let roster: Roster

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        let names = Set(try roster.teams().flatMap(\.members)).sorted()
        return Page(names.map { .user(ResourceID(type, $0), name: $0, email: "\($0)@example.com") })
    }
}

struct TeamSyncer: ResourceSyncer {
    let type = ResourceType("team", displayName: "Team", traits: [.group])
    let roster: Roster

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        Page(try roster.teams().map { .group(ResourceID(type, $0.name), name: $0.name) })
    }

    func entitlements(of team: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        Page([.assignment("member", on: team, grantableTo: UserSyncer.user, displayName: "Member")])
    }

    func grants(on team: Resource, page: PageRequest) async throws -> Page<Grant> {
        let members = try roster.teams().first { $0.name == team.identity.value }?.members ?? []
        return Page(members.map { Grant("member", on: team.identity, to: ResourceID(UserSyncer.user, $0)) })
    }
}
