import AccessModel
import BatonWire
import ConnectorHTTP
import ConnectorKit

extension GroupSyncer: GrantProvisioner {
    func grant(_ membership: Entitlement, to principal: Resource) async throws -> Provisioned {
        try principal.expect(OktaTypes.user, for: "be a member of a group")
        let group = ResourceID(membership.resource.id)
        try await okta.change(
            .put, "/api/v1/groups/\(group.value)/users/\(principal.identity.value)", needs: .groupsManage)
        return .changed(bringing: [.membership(of: principal.identity, in: group)])
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        try grant.principal.expect(OktaTypes.user, for: "be a member of a group")
        let group = ResourceID(grant.entitlement.resource.id)
        return try await okta.remove(
            "/api/v1/groups/\(group.value)/users/\(grant.holder.value)", needs: .groupsManage)
    }
}

extension GroupSyncer: ResourceDeleter {
    func delete(_ id: ResourceID, under parent: ResourceID?) async throws -> Provisioned {
        try await okta.remove("/api/v1/groups/\(id.value)", needs: .groupsManage)
    }
}
