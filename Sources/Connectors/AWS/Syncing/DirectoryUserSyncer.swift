import AWSCalls
import AccessModel
import BatonWire
import ConnectorKit

/// Users of Identity Center.
struct DirectoryUserSyncer: ResourceSyncer {
    let type = ResourceType.ssoUser
    let directory: IdentityDirectory
    /// Whether new accounts are users of Identity Center.
    let createsAccounts: Bool

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        var stack = try page.stack(of: type)
        let names = try await directory.names()
        let found = try await directory.store.users(in: names.identityStore, after: stack.place)
        return Page(
            found.rows.map { Resource(user: $0, as: names.user($0.id)) }, next: try stack.following(found.next))
    }
}

extension Resource {
    /// A user of Identity Center.
    init(user: IdentityStore.User, as id: ResourceID) {
        let name = user.name ?? ""
        let addresses = [name].filter { $0.contains("@") } + (user.emails ?? []).compactMap(\.value)
        let isKnown = user.status != nil
        let isEnabled = user.status == "ENABLED"
        let trait = C1_Connector_V2_UserTrait(
            emails: addresses.enumerated().map { ($1, $0 == 0) },
            status: isKnown ? (isEnabled ? .enabled : .disabled) : .unspecified)
        self.init(
            id, name: name,
            profile: [
                "aws_user_type": .text("sso"), "aws_user_name": .text(user.displayName ?? ""),
                "aws_user_id": .text(user.id), "external_ids": user.externalIDs.flatMap(\.value),
            ], annotations: [v1Identifier(id.value), trait])
        status.status = isKnown ? (isEnabled ? .enabled : .disabled) : .unspecified
    }
}
