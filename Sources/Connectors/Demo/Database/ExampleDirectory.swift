import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

extension ResourceType {
    static let user = ResourceType("user", displayName: "User", traits: [.user])
    static let group = ResourceType("group", displayName: "Group", traits: [.group])
    static let role = ResourceType("role", displayName: "Role", traits: [.role])
    static let project = ResourceType("project", displayName: "Project")
}

/// The built-in directory of a small company, in SQLite.
struct ExampleDirectory: Directory {
    let database: DemoDatabase

    var syncers: [any ResourceSyncer] {
        [
            UserSyncer(database: database), GroupSyncer(database: database), RoleSyncer(database: database),
            ProjectSyncer(database: database),
        ]
    }

    func check() async throws {
        try await database.check()
    }
}

struct UserSyncer: RecordSyncer {
    let type = ResourceType.user
    let database: DemoDatabase

    func resource(from user: StoredUser) -> Resource {
        resource(from: user, isDisabled: false)
    }

    func resources(from users: [StoredUser]) async throws -> [Resource] {
        let disabled = try await database.disabledUsers()
        return users.map { resource(from: $0, isDisabled: disabled.contains(ByteKey($0.id))) }
    }

    private func resource(from user: StoredUser, isDisabled: Bool) -> Resource {
        var attributes = UserAttributes()
        attributes.emails = [user.email]
        if isDisabled { attributes.status = .disabled }
        return .user(ResourceID(type, user.id), name: user.name, attributes: attributes)
    }
}

struct GroupSyncer: RecordSyncer {
    let type = ResourceType.group
    let database: DemoDatabase

    func resource(from group: StoredGroup) -> Resource {
        .group(ResourceID(type, group.id), name: group.name, profile: Profile(["group_color": .text("green")]))
    }

    func entitlements(of group: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        let name = group.displayName
        return Page([
            .assignment("member", on: group, grantableTo: .user, description: "Is a member of the \(name) group"),
            .permission("admin", on: group, grantableTo: .user, description: "Is an admin of the \(name) group"),
        ])
    }

    func grants(on group: Resource, page: PageRequest) async throws -> Page<Grant> {
        let stored = try await record(of: group)
        var list = GrantList(on: group)
        for admin in stored.admins {
            list.add("admin", to: ResourceID(.user, admin))
            list.add("member", to: ResourceID(.user, admin))
        }
        for member in stored.members { list.add("member", to: ResourceID(.user, member)) }
        return try list.page(page)
    }
}

struct RoleSyncer: RecordSyncer {
    let type = ResourceType.role
    let database: DemoDatabase

    func resource(from role: StoredRole) -> Resource {
        .role(ResourceID(type, role.id), name: role.name)
    }

    func entitlements(of role: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        Page([
            .assignment(
                "assignment", on: role, grantableTo: .user, .group,
                description: "Is assigned the \(role.displayName) role")
        ])
    }

    func grants(on role: Resource, page: PageRequest) async throws -> Page<Grant> {
        let stored = try await record(of: role)
        var list = GrantList(on: role)
        for user in stored.users { list.add("assignment", to: ResourceID(.user, user)) }
        try await list.add("assignment", toGroups: stored.groups, of: database)
        return try list.page(page)
    }
}

struct ProjectSyncer: RecordSyncer {
    let type = ResourceType.project
    let database: DemoDatabase

    func resource(from project: StoredProject) -> Resource {
        Resource(ResourceID(type, project.id), name: project.name)
    }

    func entitlements(of project: Resource, page: PageRequest) async throws -> Page<Entitlement> {
        let name = project.displayName
        return Page([
            .assignment(
                "access", on: project, grantableTo: .group, .user, description: "Has access to the \(name) project"),
            .permission("owner", on: project, grantableTo: .user, description: "Is the owner of the \(name) project"),
        ])
    }

    func grants(on project: Resource, page: PageRequest) async throws -> Page<Grant> {
        let stored = try await record(of: project)
        var list = GrantList(on: project)
        if !stored.owner.isEmpty {
            list.add("owner", to: ResourceID(.user, stored.owner))
            list.add("access", to: ResourceID(.user, stored.owner))
        }
        try await list.add("access", toGroups: stored.groups, of: database)
        return try list.page(page)
    }
}
