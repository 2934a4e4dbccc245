import StandinKit
import WireForm

extension Route {
    private static let read = "okta.roles.read"
    private static let manage = "okta.roles.manage"
    private static let sets = "/api/v1/iam/resource-sets"
    private static let binding = "/api/v1/iam/resource-sets/{set}/bindings/{role}"
    private static let assignment = BodyShape.object(["type": .string, "role": .string, "resource-set": .string])
    // The description lists only `after`; Okta takes a `limit` as well.
    private static let paging: Set<String> = ["after", "limit"]

    static let iam: [Route] = [
        Route("GET", "/api/v1/users/{userId}/roles", read, query: ["expand"]) { try $0.listRoles(ofUser: $1) },
        Route(
            "POST", "/api/v1/users/{userId}/roles", manage, query: ["disableNotifications"], body: assignment
        ) { try $0.assignRole(toUser: $1) },
        Route("GET", "/api/v1/users/{userId}/roles/{roleId}", read) { try $0.getRole(ofUser: $1) },
        Route("DELETE", "/api/v1/users/{userId}/roles/{roleId}", manage) { try $0.unassignRole(fromUser: $1) },
        Route("GET", "/api/v1/groups/{groupId}/roles", read, query: ["expand"]) { try $0.listRoles(ofGroup: $1) },
        Route(
            "POST", "/api/v1/groups/{groupId}/roles", manage, query: ["disableNotifications"], body: assignment
        ) { try $0.assignRole(toGroup: $1) },
        Route("GET", "/api/v1/groups/{groupId}/roles/{roleId}", read) { try $0.getRole(ofGroup: $1) },
        Route("DELETE", "/api/v1/groups/{groupId}/roles/{roleId}", manage) { try $0.unassignRole(fromGroup: $1) },
        Route("GET", "/api/v1/iam/assignees/users", read, query: paging) { try $0.listAdministrators($1) },
        Route("GET", "/api/v1/iam/roles", read, query: paging) { try $0.listCustomRoles($1) },
        Route("GET", "/api/v1/iam/roles/{role}", read) { try $0.getCustomRole($1) },
        Route("GET", sets, read, query: paging) { try $0.listResourceSets($1) },
        Route("GET", "\(sets)/{set}", read) { try $0.getResourceSet($1) },
        Route("GET", "\(sets)/{set}/bindings", read, query: paging) { try $0.listBindings($1) },
        Route(
            "POST", "\(sets)/{set}/bindings", manage,
            body: .object(["role": .string, "members": .list(.string)])
        ) { try $0.createBinding($1) },
        Route("GET", binding, read) { try $0.getBinding($1) },
        Route("DELETE", binding, manage) { try $0.deleteBinding($1) },
        Route("GET", "\(binding)/members", read, query: paging) { try $0.listBindingMembers($1) },
        Route("PATCH", "\(binding)/members", manage, body: .object(["additions": .list(.string)])) {
            try $0.addBindingMembers($1)
        },
        Route("GET", "\(binding)/members/{member}", read) { try $0.getBindingMember($1) },
        Route("DELETE", "\(binding)/members/{member}", manage) { try $0.removeBindingMember($1) },
    ]
}
