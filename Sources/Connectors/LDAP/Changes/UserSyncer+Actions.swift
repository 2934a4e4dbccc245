import AccessModel
import BatonWire
import ConnectorKit
import Logging
import SwiftProtobuf

extension UserSyncer: ActionProvider {
    var actions: [Action] {
        [
            Action(
                "update_profile", displayName: "Update Profile", description: "Sets profile attributes of a user",
                purposes: [.account, .accountUpdateProfile],
                arguments: [.resource("user_id", "User", of: [.user]).required]
                    + ProfileUpdate.named.map { .text($0.0, $0.1, description: "Sets \($0.2); ignored if empty") }
                    + [
                        .with {
                            $0.name = "custom_attributes"
                            $0.displayName = "Custom attributes"
                            $0.description_p = "Further attributes by name; an empty value clears"
                            $0.stringMapField = .init()
                        }
                    ],
                results: [
                    .flag("success", "Success"), .number("applied", "Attributes changed"),
                    .list("skipped", "What was not written"),
                    .with {
                        $0.name = "updated_user"
                        $0.displayName = "The user as it is now"
                        $0.resourceField = .init()
                    },
                ]
            ) { try await updateProfile($0) }
        ]
    }

    private func updateProfile(_ arguments: ActionArguments) async throws -> Profile {
        try await telling {
            let id = try arguments.resource("user_id", of: .user)
            guard let wanted = DistinguishedName(id.value) else {
                throw DistinguishedName.wrong(id.value, in: "user_id")
            }
            var update = try ProfileUpdate(arguments.values)
            guard let base = DistinguishedName(try await bases.ofUsers), wanted.isWithin(base),
                let entry = try await entry(of: ResourceID(.user, wanted.text))
            else { throw ServiceError(.notFound, "\(id): there is no such account among those that are synced.") }
            let changes = try update.changes(of: entry, named: wanted)
            if !changes.isEmpty { try await directory.modify(wanted.text, changes) }
            var result = Profile([
                "success": .flag(true), "applied": .number(changes.count), "skipped": .list(update.skipped),
            ])
            result.fields["updated_user"] = await shown(ResourceID(.user, wanted.text))
            return result
        }
    }

    /// The account as results show it; nil when it can't be read, which doesn't undo what was done.
    private func shown(_ id: ResourceID) async -> Google_Protobuf_Value? {
        do {
            guard let user = try await entry(of: id).map(Resource.init(user:)) else { return nil }
            var profile = Profile()
            profile.fields["resourceId"] = Google_Protobuf_Value(
                structValue: Profile(["resourceTypeId": .text(id.type), "resourceId": .text(id.value)]))
            profile.fields["displayName"] = .text(user.displayName)
            return Google_Protobuf_Value(structValue: profile)
        } catch {
            directory.log.warning("\(id) was changed, but can't be read: \(error)")
            return nil
        }
    }
}
