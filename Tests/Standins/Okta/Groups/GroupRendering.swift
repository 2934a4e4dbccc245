import StandinKit
import WireForm

/// What a group shows besides itself.
struct GroupExpansion {
    let stats: Bool
    let app: Bool

    init(_ call: Call) throws(OktaError) {
        let names = (call.query("expand") ?? "").split(separator: ",").map(\.trimmed)
        guard names.allSatisfy({ ["stats", "app"].contains($0) }) else {
            throw .validation("expand", "expand: must be 'stats' or 'app'")
        }
        stats = names.contains("stats")
        app = names.contains("app")
    }
}

extension Org {
    func json(_ group: OktaGroup, _ origin: String, _ expansion: GroupExpansion? = nil) -> JSONValue {
        let kind = group.type == .app ? "okta:windows_security_principal" : "okta:user_group"
        let json: JSONValue = [
            "id": .string(group.id), "created": .string(group.created.text),
            "lastUpdated": .string(group.lastUpdated.text),
            "lastMembershipUpdated": .string(group.lastMembershipUpdated.text), "objectClass": [.string(kind)],
            "type": .string(group.type.rawValue), "profile": group.profile.value,
            "_links": links(group, origin),
        ]
        return json.adding("_embedded", expansion.flatMap { embedded(group, $0) })
    }

    private func links(_ group: OktaGroup, _ origin: String) -> JSONValue {
        let own = "\(origin)/api/v1/groups/\(group.id)"
        let picture = group.type == .app ? "active_directory" : "okta"
        let links: JSONValue = [
            "self": ["href": .string(own)],
            "logo": .array(
                ["medium", "large"].map { size in
                    [
                        "name": .string(size),
                        "href": .string("\(origin)/img/logos/groups/\(picture)-\(size).png"), "type": "image/png",
                    ]
                }),
            "users": ["href": .string("\(own)/users")], "apps": ["href": .string("\(own)/apps")],
        ]
        return links.adding(
            "source", group.sourceApp.map { ["href": .string("\(origin)/api/v1/apps/\($0)")] })
    }

    private func embedded(_ group: OktaGroup, _ expansion: GroupExpansion) -> JSONValue? {
        var members: [(name: String, value: JSONValue)] = []
        if expansion.stats, settings.embedsGroupStats {
            let hasRole = roleAssignments.rows.contains { $0.assignee == .group(group.id) }
            members.append(
                (
                    "stats",
                    [
                        "usersCount": JSONValue(group.members.count),
                        "appsCount": JSONValue(apps.rows.count { $0.groups[group.id] != nil }),
                        "groupPushMappingsCount": 0, "hasAdminPrivilege": .bool(hasRole),
                    ]
                ))
        }
        if expansion.app, let app = group.sourceApp.flatMap({ apps[$0] }) {
            members.append(
                (
                    "app",
                    [
                        "id": .string(app.id), "name": .string(app.name), "label": .string(app.label),
                        "signOnMode": .string(app.signOnMode),
                    ]
                ))
        }
        return members.isEmpty ? nil : .object(members)
    }
}
