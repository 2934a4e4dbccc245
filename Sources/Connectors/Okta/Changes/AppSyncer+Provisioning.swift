import AccessModel
import BatonWire
import ConnectorHTTP
import ConnectorKit
import WireForm

extension AppSyncer: GrantProvisioner {
    func grant(_ access: Entitlement, to principal: Resource) async throws -> Provisioned {
        let app = ResourceID(access.resource.id)
        let path = try Self.assignment(of: principal, to: app)
        guard try await okta.existing(path, needs: .appsRead, isFresh: true) == nil else { return .alreadySo }
        if principal.identity.type.hasSameBytes(as: OktaTypes.group.id) {
            try await okta.change(.put, path, json: .object([]), needs: .appsManage)
        } else {
            try await assign(principal.identity.value, to: app.value)
        }
        return .changed(bringing: [.access(to: app, of: principal.identity)])
    }

    private func assign(_ user: String, to app: String) async throws {
        guard let found = try await okta.user(user, isFresh: true) else {
            throw ServiceError(.notFound, "user/\(user): not there any more. Sync again.")
        }
        let email = found["profile"]?.text("email") ?? ""
        try await okta.change(
            .post, "/api/v1/apps/\(app)/users",
            json: .object([
                ("id", .string(user)), ("scope", .string("USER")),
                ("credentials", .object([("userName", .string(email.isEmpty ? "unknown" : email))])),
            ]), needs: .appsManage)
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        let path = try Self.assignment(of: grant.principal, to: ResourceID(grant.entitlement.resource.id))
        guard let found = try await okta.existing(path, needs: .appsRead, isFresh: true) else { return .alreadySo }
        guard found.text("scope") != "GROUP" else {
            throw ServiceError(
                .failedPrecondition,
                "\(grant.holder) has the app \(grant.entitlement.resource.displayName) through a group. Revoke the group's access or the membership."
            )
        }
        return try await okta.remove(path, needs: .appsManage)
    }

    private static func assignment(of principal: Resource, to app: ResourceID) throws -> RequestPath {
        try principal.expect(OktaTypes.user, OktaTypes.group, for: "have access to an app")
        let id = principal.identity
        return id.type.hasSameBytes(as: OktaTypes.user.id)
            ? "/api/v1/apps/\(app.value)/users/\(id.value)" : "/api/v1/apps/\(app.value)/groups/\(id.value)"
    }
}
