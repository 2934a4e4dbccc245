import AccessModel
import BatonWire
import SwiftProtobuf
import WireForm

extension Resource {
    /// A user, made of what Okta says of it.
    init(user: JSONValue, skippingSecondaryEmail: Bool) throws {
        let id = try user.required("id", of: "user")
        let profile = user["profile"] ?? .null
        let status = UserStatus(raw: user.text("status"))

        var attributes = UserAttributes()
        attributes.profile = profile.profile
        attributes.profile?.fields["c1_okta_raw_user_status"] = .text(status.raw)
        if skippingSecondaryEmail, profile["secondEmail"] != nil {
            attributes.profile?.fields["secondEmail"] = .nothing
        }
        attributes.emails = [profile.text("email")]
        if !skippingSecondaryEmail { attributes.emails.append(profile.text("secondEmail")) }
        attributes.login = profile.text("login")
        attributes.loginAliases = Self.alias(of: attributes.login).map { [$0] } ?? []
        attributes.status = status.resourceStatus
        attributes.statusDetails = status.raw
        attributes.employeeIDs = Self.employeeIDs(in: profile)
        attributes.createdAt = user.time("created")
        attributes.lastLogin = user.time("lastLogin")

        self = .user(ResourceID(OktaTypes.user, id), name: Self.name(in: profile), attributes: attributes)
        identify(v1: V1Identifier(id: id), raw: id)
    }

    private static func name(in profile: JSONValue) -> String {
        let name = profile.text("displayName")
        guard name.isEmpty else { return name }
        let parts = [profile.text("firstName"), profile.text("lastName")]
        return parts.map { $0.isEmpty ? "unknown" : $0 }.joined(separator: " ")
    }

    /// The part before the only `@`.
    private static func alias(of login: String) -> String? {
        let parts = login.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty ? String(parts[0]) : nil
    }

    private static func employeeIDs(in profile: JSONValue) -> [String] {
        var ids: [String] = []
        for (name, value) in profile.members where employeeKeys.contains(name.lowercased()) {
            let id =
                switch value {
                case .string(let text): text
                case .number(let text): text
                default: ""
                }
            if !id.isEmpty, !ids.contains(where: id.hasSameBytes) { ids.append(id) }
        }
        return ids
    }

    private static let employeeKeys: Set = [
        "employeenumber", "employeeid", "employeeidnumber", "employee_number", "employee_id", "employee_idnumber",
    ]
}
