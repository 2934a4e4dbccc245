import StandinKit
import WireForm

extension Route {
    private static let read = "okta.groups.read"
    private static let manage = "okta.groups.manage"
    private static let body = BodyShape.object(["profile": .freeObject])

    static let groups: [Route] = [
        Route(
            "GET", "/api/v1/groups", read,
            query: ["search", "filter", "q", "after", "limit", "expand", "sortBy", "sortOrder"]
        ) { try $0.listGroups($1) },
        Route("POST", "/api/v1/groups", manage, body: body) { try $0.createGroup($1) },
        // The description knows no `expand` here; Okta and its older documentation do.
        Route("GET", "/api/v1/groups/{id}", read, query: ["expand"]) { try $0.getGroup($1) },
        Route("PUT", "/api/v1/groups/{id}", manage, body: body) { try $0.replaceGroup($1) },
        Route("DELETE", "/api/v1/groups/{id}", manage) { try $0.deleteGroup($1) },
        Route("GET", "/api/v1/groups/{id}/users", read, query: ["after", "limit"]) { try $0.listMembers($1) },
        Route("PUT", "/api/v1/groups/{id}/users/{userId}", manage) { try $0.addMember($1) },
        Route("DELETE", "/api/v1/groups/{id}/users/{userId}", manage) { try $0.removeMember($1) },
        Route("GET", "/api/v1/groups/{id}/apps", read, query: ["after", "limit"]) { try $0.appsOfGroup($1) },
    ]
}
