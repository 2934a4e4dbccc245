import AccessModel
import BatonWire
import ConnectorKit

/// The groups of the host, with their members and administrators.
struct GroupSyncer: TargetedSyncer {
    static let type = ResourceType("group", displayName: "Group", traits: [.group])
    static let member = "member"
    static let admin = "admin"

    let inspection: Inspection
    var type: ResourceType { Self.type }

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        let host = try await inspection.host()
        guard parent == host.id else { return Page([]) }
        let accounts = try await inspection.accounts()
        return Page(
            of: Array(accounts.book.groups.indices), for: page,
            key: { LinuxID.group(accounts.book.groups[$0].name).value },
            row: { resource($0, accounts, host.id) })
    }

    func resource(_ id: ResourceID, under parent: ResourceID?, session: any SessionStore) async throws -> Resource? {
        let accounts = try await inspection.accounts()
        guard let place = place(of: id, in: accounts.book) else { return nil }
        return resource(place, accounts, try await inspection.host().id)
    }

    func entitlements(of group: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        Page([
            .assignment(
                Self.member, on: group, grantableTo: UserSyncer.type,
                displayName: "\(group.displayName) Group Member", description: "Is in the group"),
            .permission(
                Self.admin, on: group, grantableTo: UserSyncer.type,
                displayName: "\(group.displayName) Group Administrator",
                description: "May change the members of the group"),
        ])
    }

    func grants(on group: Resource, page: PageRequest) async throws -> Page<Grant> {
        let accounts = try await inspection.accounts()
        let book = accounts.book
        guard let place = place(of: group.identity, in: book) else {
            throw ServiceError(.notFound, "group \(group.identity.value): is no longer there.")
        }
        let members = book.members[place].filter { accounts.lists($0.account, inspection.options) }.map { member in
            Grant(
                Self.member, on: group.identity, to: LinuxID.user(book.accounts[member.account].name),
                annotations: member.isPrimary ? [GrantImmutable()] : [])
        }
        let administrators = book.groups[place].administrators.compactMap(book.account)
            .filter { accounts.lists($0, inspection.options) }
            .map { Grant(Self.admin, on: group.identity, to: LinuxID.user(book.accounts[$0].name)) }
        return Page(ordering: members + administrators, for: page)
    }

    private func place(of id: ResourceID, in book: AccountBook) -> Int? {
        book.group(id.value) ?? book.groups.firstIndex { LinuxID.group($0.name) == id }
    }

    private func resource(_ place: Int, _ accounts: Inspection.Accounts, _ host: ResourceID) -> Resource {
        let group = accounts.book.groups[place]
        let isRootEquivalent = inspection.options.rootEquivalentGroups.contains { $0.hasSameBytes(as: group.name) }
        return .group(
            LinuxID.group(group.name), name: group.name, under: host,
            profile: Profile([
                "gid": .number(group.gid),
                "has_password": .flag(group.hasPassword),
                "source": .text(group.source.rawValue),
                "system": .flag(!accounts.definitions.groups.contains(group.gid)),
                "root_equivalent": .flag(isRootEquivalent),
                "dangling_members": .number(accounts.book.danglingMembers[place]),
            ]))
    }
}
