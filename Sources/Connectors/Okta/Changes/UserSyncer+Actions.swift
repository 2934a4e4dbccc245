import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

extension UserSyncer: ActionProvider {
    var actions: [Action] {
        let lifecycle = UserLifecycle(okta: okta)
        let user = ActionField.resource("user_id", "User", of: [OktaTypes.user]).required
        return [
            Action(
                "deactivate_user", displayName: "Deactivate User",
                description: "Deactivates a user, who loses all apps and groups", purposes: [.resourceDisable],
                arguments: [user], results: ActionResults.told
            ) { arguments in
                let changed = try await lifecycle.deactivate(
                    try arguments.resource("user_id", of: OktaTypes.user).value)
                return ActionResults.done(changed ? "The user was deactivated." : "The user is deactivated already.")
            },
            Action(
                "delete_user", displayName: "Delete User", description: "Deactivates and deletes a user, for good",
                purposes: [.resourceDelete], arguments: [user], results: ActionResults.told
            ) { arguments in
                let done = try await lifecycle.delete(try arguments.resource("user_id", of: OktaTypes.user).value)
                return ActionResults.done(
                    done.outcome == .changed ? "The user was deleted." : "The user was not there.")
            },
            Action(
                "update_profile", displayName: "Update Profile",
                description: "Changes attributes of a user's profile; an empty text is stored, null clears",
                purposes: [.accountUpdateProfile],
                arguments: [user] + Self.attributes.map { .text($0.name, $0.title) } + [
                    .map("additionalAttributes", "Additional Attributes")
                ],
                results: [.flag("success", "Success"), .found("updated_user", "Updated user")]
            ) { arguments in
                let id = try arguments.resource("user_id", of: OktaTypes.user)
                let updated = try await Self.change(arguments).apply(to: id.value, in: okta)
                let resource = try Resource(user: updated, skippingSecondaryEmail: skipsSecondaryEmails)
                return Profile(["success": .flag(true), "updated_user": .found(resource)])
            },
        ]
    }

    private static func change(_ arguments: ActionArguments) throws -> ProfileChange {
        var profile = Profile()
        for (name, _) in attributes {
            if let value = arguments.values.fields[name] { profile.fields[name] = value }
        }
        switch arguments.values.fields["additionalAttributes"]?.kind {
        case nil, .nullValue?: break
        case .structValue(let more)?:
            if let twice = more.fields.keys.first(where: { profile.fields[$0] != nil }) {
                throw ServiceError(.invalidArgument, "argument additionalAttributes: \(twice) is given twice.")
            }
            profile.fields.merge(more.fields) { $1 }
        default: throw ServiceError(.invalidArgument, "argument additionalAttributes: must be an object.")
        }
        return try ProfileChange(profile, of: "update_profile")
    }

    private static let attributes: [(name: String, title: String)] = [
        ("login", "Login"), ("email", "Email"), ("secondEmail", "Secondary Email"), ("firstName", "First Name"),
        ("lastName", "Last Name"), ("middleName", "Middle Name"), ("displayName", "Display Name"), ("title", "Title"),
        ("department", "Department"), ("division", "Division"), ("organization", "Organization"),
        ("employeeNumber", "Employee Number"), ("costCenter", "Cost Center"), ("userType", "User Type"),
        ("primaryPhone", "Primary Phone"), ("mobilePhone", "Mobile Phone"), ("countryCode", "Country Code"),
        ("managerId", "Manager ID"),
    ]
}
