import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

extension ExampleDirectory: ActionProvider {
    var actions: [Action] {
        [
            Action(
                "disable_user", displayName: "Disable user", description: "Keeps a user from signing in",
                purposes: [.account, .accountDisable], arguments: [.resource("user", "User", of: [.user]).required]
            ) { arguments in
                let changed = try await database.disable(try arguments.resource("user", of: .user))
                return Profile(["success": .flag(true), "changed": .flag(changed)])
            },
            Action(
                "enable_user", displayName: "Enable user", description: "Lets a disabled user sign in again",
                purposes: [.account, .accountEnable], arguments: [.resource("user", "User", of: [.user]).required]
            ) { arguments in
                let changed = try await database.enable(try arguments.resource("user", of: .user))
                return Profile(["success": .flag(true), "changed": .flag(changed)])
            },
            Action(
                "wait", displayName: "Wait", description: "Takes some seconds, to see how long actions are followed",
                arguments: [.number("seconds", "Seconds").required]
            ) { arguments in
                guard case .numberValue(let seconds)? = arguments.values.fields["seconds"]?.kind, 0...3600 ~= seconds
                else { throw ServiceError(.invalidArgument, "argument seconds: must be a number from 0 to 3600") }
                try await Task.sleep(for: .milliseconds(Int(seconds * 1000)))
                return Profile(["success": .flag(true)])
            },
        ]
    }
}
