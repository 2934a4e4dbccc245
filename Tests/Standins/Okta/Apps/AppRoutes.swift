import StandinKit
import WireForm

extension Route {
    private static let read = "okta.apps.read"
    private static let manage = "okta.apps.manage"

    static let apps: [Route] = [
        Route(
            "GET", "/api/v1/apps", read,
            query: [
                "q", "after", "limit", "filter", "expand", "includeNonDeleted", "useOptimization",
                "alwaysIncludeVpnSettings",
            ]
        ) { try $0.listApps($1) },
        Route("GET", "/api/v1/apps/{id}", read, query: ["expand"]) { try $0.getApp($1) },
        Route("GET", "/api/v1/apps/{id}/users", read, query: ["after", "limit", "q", "expand"]) {
            try $0.listAppUsers($1)
        },
        Route("POST", "/api/v1/apps/{id}/users", manage, body: .newAppUser) { try $0.assignAppUser($1) },
        Route("GET", "/api/v1/apps/{id}/users/{userId}", read, query: ["expand"]) { try $0.getAppUser($1) },
        Route("POST", "/api/v1/apps/{id}/users/{userId}", manage, body: .changedAppUser) {
            try $0.updateAppUser($1)
        },
        Route("DELETE", "/api/v1/apps/{id}/users/{userId}", manage, query: ["sendEmail"]) {
            try $0.unassignAppUser($1)
        },
        Route("GET", "/api/v1/apps/{id}/groups", read, query: ["after", "limit", "q", "expand"]) {
            try $0.listAppGroups($1)
        },
        Route("GET", "/api/v1/apps/{id}/groups/{groupId}", read, query: ["expand"]) { try $0.getAppGroup($1) },
        Route(
            "PUT", "/api/v1/apps/{id}/groups/{groupId}", manage, body: .appGroup, bodyIsOptional: true
        ) { try $0.assignAppGroup($1) },
        Route("DELETE", "/api/v1/apps/{id}/groups/{groupId}", manage) { try $0.unassignAppGroup($1) },
    ]
}

extension BodyShape {
    private static let credentials = BodyShape.object([
        "userName": .string, "password": .object(["value": .string]),
    ])

    fileprivate static let newAppUser = BodyShape.object([
        "id": .string, "scope": .string, "credentials": credentials, "profile": .freeObject, "externalId": .string,
    ])

    fileprivate static let changedAppUser = BodyShape.object(["credentials": credentials, "profile": .freeObject])

    fileprivate static let appGroup = BodyShape.object(["priority": .number, "profile": .freeObject])
}
