import AccessModel
import BatonWire
import ConnectorKit

/// A directory of any size in which nothing is stored: every page is computed from its number.
struct GeneratedDirectory: Directory {
    let scale: Scale

    var syncers: [any ResourceSyncer] {
        let population = Population(scale: scale)
        let people: [any ResourceSyncer] = [
            GeneratedUserSyncer(population: population), GeneratedGroupSyncer(population: population),
        ]
        return scale.roles > 0 ? people + [GeneratedRoleSyncer(population: population)] : people
    }

    func check() {}
}

extension ResourceType {
    fileprivate static let generatedUser = ResourceType(
        "user", displayName: "User", traits: [.user], annotations: [SkipEntitlementsAndGrants()])
}

/// Lists resources that have numbers from zero.
protocol NumberedSyncer: TargetedSyncer {
    var count: Int { get }
    func id(_ number: Int) -> ResourceID
    func resource(_ number: Int) -> Resource
}

extension NumberedSyncer {
    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard parent == nil else { return Page([]) }
        return try Page(of: count, for: page, row: resource)
    }

    func resource(_ id: ResourceID, under parent: ResourceID?, session: any SessionStore) async throws -> Resource? {
        number(of: id).map(resource)
    }

    /// The number of a resource that is listed before.
    func number(of resource: Resource) throws -> Int {
        guard let number = number(of: resource.identity) else {
            throw ServiceError(.notFound, "\(resource.identity): not in data of this size. Sync again from the start.")
        }
        return number
    }

    private func number(of id: ResourceID) -> Int? {
        guard let number = Int(id.value.dropFirst()), (0..<count).contains(number), self.id(number) == id else {
            return nil
        }
        return number
    }
}

struct GeneratedUserSyncer: NumberedSyncer {
    let type = ResourceType.generatedUser
    let population: Population

    var count: Int { population.scale.users }
    func id(_ number: Int) -> ResourceID { population.userID(number) }
    func resource(_ number: Int) -> Resource { population.user(number) }
}

struct GeneratedGroupSyncer: NumberedSyncer {
    let type = ResourceType.group
    let population: Population

    var count: Int { population.scale.groups }
    func id(_ number: Int) -> ResourceID { population.groupID(number) }
    func resource(_ number: Int) -> Resource { population.group(number) }

    func entitlements(of group: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        Page([
            .assignment(
                "member", on: group, grantableTo: .generatedUser, .group, displayName: group.displayName + " Member",
                description: "Member of " + group.displayName)
        ])
    }

    /// The groups in it, whose users inherit the membership, and then its own users.
    func grants(on group: Resource, page: PageRequest) async throws -> Page<Grant> {
        let number = try number(of: group)
        let subgroups = population.scale.subgroups(of: number)
        let users = population.scale.userCount(ofGroup: number)
        let member = users > 0 ? population.members(ofGroup: number) : nil
        return try Page(of: subgroups.count + users, for: page) { place in
            guard place >= subgroups.count, let member else {
                return Grant("member", on: group, to: population.groupID(subgroups[place]))
                    .expanding("member", to: ["user"])
            }
            return Grant("member", on: group, to: member(place - subgroups.count))
        }
    }
}

struct GeneratedRoleSyncer: NumberedSyncer {
    let type = ResourceType.role
    let population: Population

    var count: Int { population.scale.roles }
    func id(_ number: Int) -> ResourceID { population.roleID(number) }
    func resource(_ number: Int) -> Resource { population.role(number) }

    func entitlements(of role: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        Page([
            .permission(
                "assigned", on: role, grantableTo: .generatedUser, .group, displayName: role.displayName + " Assigned",
                description: "Assigned " + role.displayName)
        ])
    }

    func grants(on role: Resource, page: PageRequest) async throws -> Page<Grant> {
        let number = try number(of: role)
        let users = min(Scale.usersPerRole, population.scale.users)
        return try Page(of: users, for: page) { place in
            Grant("assigned", on: role, to: population.holder(ofRole: number, place: place))
        }
    }
}
