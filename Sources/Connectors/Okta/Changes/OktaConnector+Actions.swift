import AccessModel
import BatonWire
public import ConnectorKit
import SwiftProtobuf
import WireForm

extension OktaConnector: ActionProvider {
    /// What can be done with any user, by its id.
    public var actions: [Action] {
        let lifecycle = UserLifecycle(okta: okta)
        let user = ActionField.text("user_id", "User ID", description: "The user's id in Okta").required
        return [
            Action(
                "enable_user", displayName: "Enable User", description: "Lets a staged or suspended user sign in",
                purposes: [.account, .accountEnable], arguments: [user], results: ActionResults.told
            ) { ActionResults.done(try await lifecycle.enable(try $0.text("user_id"))) },
            Action(
                "disable_user", displayName: "Disable User", description: "Suspends a user",
                purposes: [.account, .accountDisable], arguments: [user], results: ActionResults.told
            ) { ActionResults.done(try await lifecycle.disable(try $0.text("user_id"))) },
            Action(
                "update_user", displayName: "Update User", description: "Changes attributes of a user's profile",
                purposes: [.account, .accountUpdateProfile],
                arguments: [
                    user,
                    .text(
                        "user_profile", "User Profile",
                        description: "The attributes to change, as JSON: {\"title\": \"Engineer\"}"
                    ).required,
                ],
                results: [.flag("success", "Success"), .text("updated_fields", "Updated fields")]
            ) { [okta] arguments in
                let change = try ProfileChange(try arguments.object("user_profile"), of: "user_profile")
                _ = try await change.apply(to: try arguments.text("user_id"), in: okta)
                return Profile(["success": .flag(true), "updated_fields": .text(change.names)])
            },
        ]
    }
}

/// What actions give back.
enum ActionResults {
    /// Whether it went well, and what was done.
    static let told: [ActionField] = [.flag("success", "Success"), .text("message", "Message")]

    static func done(_ message: String) -> Profile { Profile(["success": .flag(true), "message": .text(message)]) }
}

extension ActionArguments {
    /// The object under a name, also when it is given as JSON text.
    fileprivate func object(_ name: String) throws -> Profile {
        switch values.fields[name]?.kind {
        case .structValue(let object)?: return object
        case .stringValue(let text)?:
            guard let value = try? JSONValue(parsing: Array(text.utf8)), case .object = value else { break }
            return value.profile
        default: break
        }
        throw ServiceError(.invalidArgument, "argument \(name): must be a JSON object.")
    }
}
