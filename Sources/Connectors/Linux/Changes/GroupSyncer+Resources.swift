import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

extension GroupSyncer: ResourceCreator {
    func create(_ resource: Resource) async throws -> Resource {
        let given = resource.displayName.isEmpty ? resource.identity.value : resource.displayName
        let name = try AccountName(given, of: "group \(given)").text
        let number = try resource.profile.accountNumber("gid").map { ["--gid", String($0)] } ?? []
        let host = try await inspection.host().id
        try await changes.make { accounts in
            guard accounts.book.group(name) == nil else {
                throw ServiceError(.alreadyExists, "group \(name): is there already.")
            }
            try await changes.tools.run(.groupadd, number + ["--", name])
        }
        // The group is there whatever comes of looking at it: called a failure, it would be asked for again.
        let id = LinuxID.group(name)
        guard let made = try? await self.resource(id) else { return .group(id, name: name, under: host) }
        return made
    }

    func delete(_ id: ResourceID, under parent: ResourceID?) async throws -> Provisioned {
        try await changes.make { accounts in
            guard accounts.book.group(id.value) != nil else { return .alreadySo }
            let group = try accounts.changeableGroup(id)
            if let owner = accounts.book.members[group].first(where: \.isPrimary) {
                let name = accounts.book.accounts[owner.account].name
                throw ServiceError(
                    .failedPrecondition,
                    "\(id): is the primary group of \(name). Delete the account or give it another one first: usermod -g GROUP \(name)."
                )
            }
            try await changes.tools.run(.groupdel, ["--", id.value])
            return .changed
        }
    }
}
