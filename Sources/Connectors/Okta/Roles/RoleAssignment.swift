import AccessModel
import BatonWire
import ConnectorKit
import WireForm

/// That a user or a group has an administrator role.
struct RoleAssignment: Sendable {
    /// Who has it: the user itself, or a group.
    enum Holder: String, Sendable {
        case user = "USER"
        case group = "GROUP"
        case other = ""
    }

    /// The assignment's own id, by which it is ended.
    let id: String
    /// Such as `SUPER_ADMIN`, or `CUSTOM`.
    let type: String
    /// The id of a custom role; empty for a standard one.
    let customRole: String
    let isActive: Bool
    let holder: Holder

    init(_ json: JSONValue) {
        id = json.text("id")
        type = json.text("type")
        customRole = type == "CUSTOM" ? json.text("role") : ""
        isActive = json.text("status") != "INACTIVE"
        holder = Holder(rawValue: json.text("assignmentType")) ?? .other
    }
}

/// Which administrator roles are listed.
struct ListedRoles: Sendable {
    let standard: Bool
    let custom: Bool

    /// Whether any are.
    var listsAny: Bool { standard || custom }

    /// The role that was assigned; nil when it isn't listed.
    func role(of assignment: RoleAssignment) -> ResourceID? {
        guard assignment.customRole.isEmpty else {
            return custom ? ResourceID(OktaTypes.customRole, assignment.customRole) : nil
        }
        return standard && StandardRole.ofType(assignment.type) != nil
            ? ResourceID(OktaTypes.role, assignment.type) : nil
    }
}

/// Having a role, on standard and custom roles alike.
enum RoleMembership {
    static let assigned = "assigned"

    static func entitlement(on role: Resource) -> Entitlement {
        var entitlement = Entitlement.assignment(
            assigned, on: role, grantableTo: OktaTypes.user, OktaTypes.group,
            displayName: "\(role.displayName) Role Member", description: "Has the \(role.displayName) role in Okta")
        entitlement.annotations = [Annotation(carrying: V1Identifier.role(role.identity.value))]
        return entitlement
    }
}

extension Grant {
    /// Somebody's having an administrator role.
    static func role(_ role: ResourceID, to holder: ResourceID) -> Grant {
        Grant(
            RoleMembership.assigned, on: role, to: holder,
            annotations: [V1Identifier.grant(of: .role(role.value), to: holder)])
    }
}
