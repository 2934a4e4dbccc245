import AccessModel

/// An administrator role that every organisation has.
struct StandardRole: Sendable {
    /// Okta's word for it, such as `SUPER_ADMIN`.
    let type: String
    /// Its name for people.
    let label: String

    /// All of them; no call lists them (Okta's documentation, "Standard roles").
    static let all: [StandardRole] = [
        StandardRole(type: "API_ACCESS_MANAGEMENT_ADMIN", label: "API Access Management Administrator"),
        StandardRole(type: "MOBILE_ADMIN", label: "Mobile Administrator"),
        StandardRole(type: "ORG_ADMIN", label: "Organizational Administrator"),
        StandardRole(type: "READ_ONLY_ADMIN", label: "Read-Only Administrator"),
        StandardRole(type: "REPORT_ADMIN", label: "Report Administrator"),
        StandardRole(type: "SUPER_ADMIN", label: "Super Administrator"),
        StandardRole(type: "USER_ADMIN", label: "Group Administrator"),
        StandardRole(type: "HELP_DESK_ADMIN", label: "Help Desk Administrator"),
        StandardRole(type: "APP_ADMIN", label: "Application Administrator"),
        StandardRole(type: "GROUP_MEMBERSHIP_ADMIN", label: "Group Membership Administrator"),
    ]

    /// The role of that type, if it is one of them.
    static func ofType(_ type: String) -> StandardRole? { all.first { $0.type.hasSameBytes(as: type) } }

    /// The role of that name, which the system log writes with other capitals.
    static func labelled(_ label: String) -> StandardRole? {
        all.first { $0.label.lowercased().hasSameBytes(as: label.lowercased()) }
    }

    /// The role as a resource.
    var resource: Resource {
        var role = Resource.role(
            ResourceID(OktaTypes.role, type), name: label,
            profile: Profile(["id": .text(""), "label": .text(label), "type": .text(type)]))
        role.identify(v1: .role(type))
        return role
    }
}
