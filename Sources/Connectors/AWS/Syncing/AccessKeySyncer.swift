import AWSCalls
import AccessModel
import BatonWire
import ConnectorKit
import SwiftProtobuf

/// Access keys of the account's own users.
struct AccessKeySyncer: ResourceSyncer {
    let type = ResourceType.accessKey
    let accounts: Accounts

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        // Tokens name the list that is paged, which is that of the users.
        var stack = try page.stack(of: .iamUser)
        let iam = await accounts.iam(under: parent)
        let found = try await iam.users(after: stack.place)
        let rows = try await found.rows.mapped { try await keys(of: $0, iam, under: parent) }
        return Page(rows.flatMap { $0 }, next: try stack.following(found.next))
    }

    private func keys(of user: IAMUser, _ iam: IAM, under parent: ResourceID?) async throws -> [Resource] {
        do {
            var keys: [Resource] = []
            for key in try await iam.accessKeys(ofUser: user.name) {
                keys.append(Resource(key: key, of: user, lastUse: try await iam.lastUse(ofKey: key.id), under: parent))
            }
            return keys
        } catch let error as AWSError where error.isAbsent {
            // The user was deleted since.
            return []
        }
    }
}

extension Resource {
    /// An access key, which is its user's.
    fileprivate init(
        key: IAMAccessKey, of user: IAMUser, lastUse: Google_Protobuf_Timestamp?, under parent: ResourceID?
    ) {
        let owner = ResourceID(.iamUser, user.arn).message
        let trait = C1_Connector_V2_SecretTrait.with {
            $0.createdByID = owner
            $0.identityID = owner
            $0.credentialType = .staticSecret
            $0.credentialDetail = "aws.access_key"
            if let lastUse { $0.lastUsedAt = lastUse }
        }
        self.init(
            ResourceID(.accessKey, key.id), name: "\(user.name)|\(key.id)", under: parent,
            annotations: [v1Identifier(user.arn), trait])
        if let created = key.created { createdAt = created }
    }
}
