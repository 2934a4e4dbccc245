import AccessModel
import BatonWire
import ConnectorHTTP
import ConnectorKit
import WireForm

extension RoleSyncer: GrantProvisioner {
    func grant(_ assignment: Entitlement, to principal: Resource) async throws -> Provisioned {
        let role = ResourceID(assignment.resource.id)
        do {
            try await okta.change(
                .post, try Self.roles(of: principal), json: .object([("type", .string(role.value))]),
                needs: .rolesManage)
        } catch let refusal as OktaRefusal where refusal.code == "E0000090" {
            return .alreadySo
        }
        let grant = Grant.role(role, to: principal.identity)
        let isGroup = principal.identity.type.hasSameBytes(as: OktaTypes.group.id)
        return .changed(bringing: [isGroup ? grant.expanding(GroupSyncer.member, shallow: true) : grant])
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        let path = try Self.roles(of: grant.principal)
        let type = grant.entitlement.resource.identity.value
        let isGroup = grant.holder.type.hasSameBytes(as: OktaTypes.group.id)
        let held = try await okta.existing(path, needs: .rolesRead, isFresh: true)?.elements.map(RoleAssignment.init)
        let own = held?.first {
            $0.isActive && $0.type.hasSameBytes(as: type) && $0.holder == (isGroup ? .group : .user)
        }
        guard let own else { return .alreadySo }
        let id = grant.holder.value
        return isGroup
            ? try await okta.remove("/api/v1/groups/\(id)/roles/\(own.id)", needs: .rolesManage)
            : try await okta.remove("/api/v1/users/\(id)/roles/\(own.id)", needs: .rolesManage)
    }

    private static func roles(of principal: Resource) throws -> RequestPath {
        try principal.expect(OktaTypes.user, OktaTypes.group, for: "have a role")
        let id = principal.identity
        return id.type.hasSameBytes(as: OktaTypes.user.id)
            ? "/api/v1/users/\(id.value)/roles" : "/api/v1/groups/\(id.value)/roles"
    }
}
