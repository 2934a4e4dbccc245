import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

extension GroupSyncer: GrantProvisioner {
    func grant(_ entitlement: Entitlement, to principal: Resource) async throws -> Provisioned {
        let group = entitlement.resource
        let user = try await database.existing(principal.identity, of: [.user])
        let list = try list(entitlement.slug)
        if entitlement.slug == "member", try await record(of: group).admins.contains(where: user.value.hasSameBytes) {
            return .alreadySo
        }
        guard try await database.add(user, to: list, of: group.identity, as: entitlement.slug) else {
            return .alreadySo
        }
        return .changed(bringing: [Grant(entitlement.slug, on: group, to: user)])
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        let group = grant.entitlement.resource
        let slug = grant.entitlement.slug
        guard try await database.remove(grant.holder, from: try list(slug), of: group.identity, as: slug) else {
            if slug == "member", try await record(of: group).admins.contains(where: grant.holder.value.hasSameBytes) {
                throw ServiceError(
                    .failedPrecondition,
                    "\(grant.holder) is a member of \(group.displayName) as its admin. Revoke that first.")
            }
            return .alreadySo
        }
        return .changed
    }

    private func list(_ slug: String) throws -> IDList {
        switch slug {
        case "member": return .groupMembers
        case "admin": return .groupAdmins
        default: throw ServiceError(.invalidArgument, "a group has no entitlement \(slug)")
        }
    }
}

extension GroupSyncer: ResourceCreator {
    func create(_ resource: Resource) async throws -> Resource {
        guard let id = try await database.addGroup(name: resource.displayName),
            let group = try await database.record(StoredGroup.self, id: id)
        else { throw ServiceError(.alreadyExists, "there is a group \(resource.displayName) already") }
        return self.resource(from: group)
    }

    func delete(_ id: ResourceID, under parent: ResourceID?) async throws -> Provisioned {
        try await database.deleteGroup(id) ? .changed : .alreadySo
    }
}

extension GroupSyncer: ActionProvider {
    var actions: [Action] {
        [
            Action(
                "rename_group", displayName: "Rename group", description: "Gives a group another name",
                arguments: [
                    .resource("group", "Group", of: [.group]).required, .text("name", "New name").required,
                ]
            ) { arguments in
                let name = try arguments.text("name")
                guard !name.isEmpty else { throw ServiceError(.invalidArgument, "argument name: must not be empty") }
                try await database.rename(try arguments.resource("group", of: .group), to: name)
                return Profile(["success": .flag(true)])
            }
        ]
    }
}

extension DemoDatabase {
    /// Checks that a principal is of one of these types, and there.
    func existing(_ principal: ResourceID, of types: [ResourceType]) throws -> ResourceID {
        guard types.contains(where: { principal.type.hasSameBytes(as: $0.id) }) else {
            let names = types.map(\.id).joined(separator: " or a ")
            throw ServiceError(.invalidArgument, "\(principal): only a \(names) can hold this")
        }
        let isThere =
            principal.type == ResourceType.user.id
            ? try record(StoredUser.self, id: principal.value) != nil
            : try record(StoredGroup.self, id: principal.value) != nil
        guard isThere else { throw ServiceError(.notFound, "\(principal): not there any more. Sync again.") }
        return principal
    }
}
