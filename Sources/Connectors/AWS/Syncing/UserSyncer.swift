import AWSCalls
import AccessModel
import BatonWire
import ConnectorKit
import Logging
import SwiftProtobuf

/// Users of IAM, and the managed policies they have.
struct UserSyncer: ResourceSyncer {
    let type: ResourceType
    let accounts: Accounts
    let policies: AttachedPolicies
    /// Whether new accounts are users of IAM.
    let createsAccounts: Bool

    init(accounts: Accounts, policies: AttachedPolicies, createsAccounts: Bool) {
        type = policies.areListed ? .iamUser : ResourceType.iamUser.withoutAccess
        self.accounts = accounts
        self.policies = policies
        self.createsAccounts = createsAccounts
    }

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        var stack = try page.stack(of: type)
        let iam = await accounts.iam(under: parent)
        let found = try await iam.users(after: stack.place)
        let rows = try await found.rows.mapped { user in
            Resource(user: user, lastUse: try await lastUse(of: user, iam), under: parent)
        }
        return Page(rows, next: try stack.following(found.next))
    }

    func grants(on user: Resource, page: PageRequest) async throws -> Page<Grant> {
        guard policies.areListed else { return Page([]) }
        var stack = try page.stack(of: type)
        let iam =
            user.parent == nil ? try await accounts.iam(holding: user.identity) : await accounts.iam(under: user.parent)
        let found = try await policies.grants(of: user.identity, .user, in: iam, after: stack.place)
        return Page(found.rows, next: try stack.following(found.next))
    }

    /// When the password or one of the keys was last used.
    private func lastUse(of user: IAMUser, _ iam: IAM) async throws -> Google_Protobuf_Timestamp? {
        var latest = user.passwordLastUsed
        do {
            for key in try await iam.accessKeys(ofUser: user.name) {
                latest = later(latest, try await iam.lastUse(ofKey: key.id))
            }
        } catch let error as AWSError where error.isAbsent || error.isDenied {
            policies.log.debug(
                "last use of access keys unknown", metadata: ["user": "\(user.arn)", "error": "\(error)"])
        }
        return latest
    }

    private func later(
        _ one: Google_Protobuf_Timestamp?, _ other: Google_Protobuf_Timestamp?
    ) -> Google_Protobuf_Timestamp? {
        guard let one, let other else { return one ?? other }
        return (one.seconds, one.nanos) < (other.seconds, other.nanos) ? other : one
    }
}

extension Resource {
    /// A user of IAM.
    ///
    /// - Parameter email: an address that is known besides, which is then the main one.
    init(
        user: IAMUser, lastUse: Google_Protobuf_Timestamp? = nil, email: String? = nil, under parent: ResourceID? = nil
    ) {
        var addresses = [user.name].filter { $0.contains("@") } + user.tags.filter { $0.0 == "email" }.map(\.1)
        if let email { addresses = [email] + addresses.filter { !$0.hasSameBytes(as: email) } }
        // All of them are called primary in the ecosystem, unless one is known to be.
        var trait = C1_Connector_V2_UserTrait(
            emails: addresses.enumerated().map { ($1, email == nil || $0 == 0) }, status: .enabled)
        if let lastUse { trait.lastLogin = lastUse }
        self.init(
            ResourceID(.iamUser, user.arn), name: user.name, under: parent,
            profile: [
                "aws_arn": .text(user.arn), "aws_path": .text(user.path), "aws_user_type": .text("iam"),
                "aws_tags": .map(user.tags), "aws_user_id": .text(user.id),
            ], annotations: [v1Identifier(user.arn), children(ResourceType.inlinePolicy.id), trait])
        status.status = .enabled
    }
}
