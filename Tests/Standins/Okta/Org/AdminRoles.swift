import StandinKit

/// Who has a role: a user, a group or a client.
enum Assignee: Sendable, Hashable {
    case user(String)
    case group(String)

    var id: String {
        switch self {
        case .user(let id), .group(let id): id
        }
    }

    /// The name of its collection in an address.
    var collection: String {
        switch self {
        case .user: "users"
        case .group: "groups"
        }
    }

    /// Reads the end of an address, such as `…/api/v1/users/00u1`.
    init?(href: String) {
        let parts = href.split(separator: "/")
        guard parts.count > 3, parts.dropLast(2).suffix(2) == ["api", "v1"], let id = parts.last.map(String.init)
        else { return nil }
        switch parts[parts.count - 2] {
        case "users": self = .user(id)
        case "groups": self = .group(id)
        default: return nil
        }
    }
}

/// A standard role that somebody has.
struct RoleAssignment: Sendable {
    let id: String
    let type: String
    let assignee: Assignee
    var status: String
    var created: Timestamp
    var lastUpdated: Timestamp
}

/// A role that the organisation defined itself.
struct CustomRole: Sendable {
    let id: String
    var label: String
    var description: String
    var permissions: [String]
    var created: Timestamp
    var lastUpdated: Timestamp
}

/// Resources, and who may do what with them.
struct ResourceSet: Sendable {
    let id: String
    var label: String
    var description: String
    var resources: [String]
    var created: Timestamp
    var lastUpdated: Timestamp
    /// By the id of the role.
    var bindings = Table<Binding>()

    /// Who has a role for the resources.
    struct Binding: Sendable {
        let roleID: String
        /// By their own ids.
        var members = Table<Member>()
    }

    struct Member: Sendable {
        let id: String
        let assignee: Assignee
        var created: Timestamp
    }
}

/// The roles that every organisation has.
enum StandardRole {
    static let labels: [String: String] = [
        "API_ACCESS_MANAGEMENT_ADMIN": "API Access Management Administrator",
        "APP_ADMIN": "Application Administrator",
        "GROUP_MEMBERSHIP_ADMIN": "Group Membership Administrator",
        "HELP_DESK_ADMIN": "Help Desk Administrator",
        "MOBILE_ADMIN": "Mobile Administrator",
        "ORG_ADMIN": "Organizational Administrator",
        "READ_ONLY_ADMIN": "Read-Only Administrator",
        "REPORT_ADMIN": "Report Administrator",
        "SUPER_ADMIN": "Super Administrator",
        "USER_ADMIN": "Group Administrator",
    ]

    /// Roles that Okta grants by a resource set of its own: the role and that set.
    static let byResourceSet: [String: (label: String, resourceSet: String)] = [
        "ACCESS_CERTIFICATIONS_ADMIN": ("Access Certifications Administrator", "ACCESS_CERTIFICATIONS_IAM_POLICY"),
        "ACCESS_REQUESTS_ADMIN": ("Access Requests Administrator", "ACCESS_CERTIFICATIONS_IAM_POLICY"),
        "WORKFLOWS_ADMIN": ("Workflows Administrator", "WORKFLOWS_IAM_POLICY"),
    ]
}
