import AccessModel
import BatonWire
import ConnectorHTTP
import ConnectorKit
import WireForm

extension ResourceSetSyncer: GrantProvisioner {
    func grant(_ bindings: Entitlement, to principal: Resource) async throws -> Provisioned {
        throw ServiceError(
            .failedPrecondition,
            "\(principal.identity): Okta binds a role to a resource set only together with who holds it. Grant \"member\" of the binding."
        )
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        try grant.principal.expect(OktaTypes.customRole, for: "be bound to a resource set")
        let binding = BindingID(set: grant.entitlement.resource.identity.value, role: grant.holder.value)
        return try await okta.remove(binding.path, needs: .rolesManage)
    }
}

extension BindingSyncer: GrantProvisioner {
    func grant(_ membership: Entitlement, to principal: Resource) async throws -> Provisioned {
        let binding = try BindingID(parsing: ResourceID(membership.resource.id))
        let address = JSONValue.string(try address(of: principal))
        guard try await self.membership(of: principal.identity, in: binding) == nil else { return .alreadySo }
        do {
            try await okta.change(
                .patch, "/api/v1/iam/resource-sets/\(binding.set)/bindings/\(binding.role)/members",
                json: .object([("additions", .array([address]))]), needs: .rolesManage)
        } catch let refusal as OktaRefusal where refusal.isAbsence {
            // The last member took the binding along.
            try await okta.change(
                .post, "/api/v1/iam/resource-sets/\(binding.set)/bindings",
                json: .object([("role", .string(binding.role)), ("members", .array([address]))]),
                needs: .rolesManage)
        }
        return .changed
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        let binding = try BindingID(parsing: grant.entitlement.resource.identity)
        guard let member = try await membership(of: grant.holder, in: binding) else { return .alreadySo }
        return try await okta.remove(
            "/api/v1/iam/resource-sets/\(binding.set)/bindings/\(binding.role)/members/\(member)",
            needs: .rolesManage)
    }

    /// The id of somebody's membership in a binding; nil when there is none.
    private func membership(of holder: ResourceID, in binding: BindingID) async throws -> String? {
        var after: String? = ""
        while let cursor = after {
            let members: OktaClient.Listed
            do {
                members = try await okta.members(ofBinding: binding, after: cursor)
            } catch let refusal as OktaRefusal where refusal.isAbsence {
                return nil
            }
            if let found = members.rows.lazy.compactMap(BindingMember.init).first(where: { $0.holder == holder }) {
                return found.id
            }
            after = members.next
        }
        return nil
    }

    private func address(of principal: Resource) throws -> String {
        try principal.expect(OktaTypes.user, OktaTypes.group, for: "hold a role on a resource set")
        let kind = principal.identity.type.hasSameBytes(as: OktaTypes.user.id) ? "users" : "groups"
        return "\(okta.url)/api/v1/\(kind)/\(principal.identity.value)"
    }
}
