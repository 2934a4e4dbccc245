import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

extension RoleSyncer: GrantProvisioner {
    func grant(_ entitlement: Entitlement, to principal: Resource) async throws -> Provisioned {
        let role = entitlement.resource
        let holder = try await database.existing(principal.identity, of: [.user, .group])
        guard try await database.add(holder, to: list(of: holder), of: role.identity, as: entitlement.slug) else {
            return .alreadySo
        }
        return .changed(bringing: [Grant(entitlement.slug, on: role, to: holder)])
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        let role = grant.entitlement.resource
        let holder = grant.holder
        let slug = grant.entitlement.slug
        if try await database.remove(holder, from: list(of: holder), of: role.identity, as: slug) { return .changed }
        for id in try await record(of: role).groups {
            guard let group = try await database.record(StoredGroup.self, id: id) else { continue }
            if (group.admins + group.members).contains(where: holder.value.hasSameBytes) {
                throw ServiceError(
                    .failedPrecondition,
                    "\(holder) has \(role.displayName) through the group \(group.name). Revoke that membership instead."
                )
            }
        }
        return .alreadySo
    }

    private func list(of holder: ResourceID) -> IDList {
        holder.type == ResourceType.group.id ? .roleGroups : .roleUsers
    }
}
