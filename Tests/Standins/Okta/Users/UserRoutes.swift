import StandinKit
import WireForm

extension Route {
    private static let read = "okta.users.read"
    private static let manage = "okta.users.manage"

    static let users: [Route] = [
        Route(
            "GET", "/api/v1/users", read,
            query: ["search", "filter", "q", "after", "limit", "sortBy", "sortOrder", "fields", "expand"]
        ) { try $0.listUsers($1) },
        Route(
            "POST", "/api/v1/users", manage, query: ["activate", "provider", "nextLogin"], body: .newUser
        ) { try $0.createUser($1) },
        Route("GET", "/api/v1/users/{id}", read, query: ["expand"]) { try $0.getUser($1) },
        Route("POST", "/api/v1/users/{id}", manage, query: ["strict"], body: .changedUser) {
            try $0.updateUser($1, replacesAll: false)
        },
        Route("PUT", "/api/v1/users/{id}", manage, query: ["strict"], body: .changedUser) {
            try $0.updateUser($1, replacesAll: true)
        },
        Route("DELETE", "/api/v1/users/{id}", manage, query: ["sendEmail"]) { try $0.deleteUser($1) },
        Route("GET", "/api/v1/users/{id}/groups", read) { try $0.groupsOfUser($1) },
        Route("POST", "/api/v1/users/{id}/lifecycle/activate", manage, query: ["sendEmail"]) {
            try $0.activateUser($1)
        },
        Route("POST", "/api/v1/users/{id}/lifecycle/deactivate", manage, query: ["sendEmail"]) {
            try $0.deactivateUser($1)
        },
        Route("POST", "/api/v1/users/{id}/lifecycle/reactivate", manage, query: ["sendEmail"]) {
            try $0.reactivateUser($1)
        },
        Route("POST", "/api/v1/users/{id}/lifecycle/suspend", manage) { try $0.suspendUser($1) },
        Route("POST", "/api/v1/users/{id}/lifecycle/unsuspend", manage) { try $0.unsuspendUser($1) },
        Route("POST", "/api/v1/users/{id}/lifecycle/unlock", manage) { try $0.unlockUser($1) },
    ]
}

extension BodyShape {
    private static let credentials = BodyShape.object([
        "password": .object(["value": .string, "hash": .freeObject, "hook": .freeObject]),
        "recovery_question": .object(["question": .string, "answer": .string]),
        "provider": .object(["type": .string, "name": .string]),
    ])

    fileprivate static let newUser = BodyShape.object([
        "profile": .freeObject, "credentials": credentials, "groupIds": .list(.string), "realmId": .string,
        "type": .object(["id": .string]),
    ])

    fileprivate static let changedUser = BodyShape.object([
        "profile": .freeObject, "credentials": credentials, "realmId": .string, "type": .object(["id": .string]),
    ])
}
