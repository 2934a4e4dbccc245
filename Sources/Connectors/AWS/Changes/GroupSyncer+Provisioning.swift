import AWSCalls
import AccessModel
import BatonWire
import ConnectorKit

extension GroupSyncer: GrantProvisioner {
    func grant(_ entitlement: Entitlement, to principal: Resource) async throws -> Provisioned {
        let (group, user) = try Self.names(entitlement.resource.identity, principal.identity)
        let iam = try await accounts.iam(holding: entitlement.resource.identity)
        guard try await !isMember(user, of: entitlement.resource.identity, iam) else { return .alreadySo }
        let request = try await iam.change("AddUserToGroup", .group, group, [("UserName", user)])
        return .changed(
            bringing: [.membership(Self.member, of: principal.identity, in: entitlement.resource)],
            annotations: C1_Connector_V2_RequestId.remarks(request))
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        let (group, user) = try Self.names(grant.entitlement.resource.identity, grant.holder)
        let iam = try await accounts.iam(holding: grant.entitlement.resource.identity)
        do {
            let request = try await iam.change("RemoveUserFromGroup", .group, group, [("UserName", user)])
            return .changed(bringing: [], annotations: C1_Connector_V2_RequestId.remarks(request))
        } catch let error as AWSError where error.isAbsent {
            return .alreadySo
        }
    }

    /// Whether the user is in the group already; false when that may not be looked at, since adding twice does no harm.
    private func isMember(_ user: String, of group: ResourceID, _ iam: IAM) async throws -> Bool {
        do {
            let groups = try await Listing.all { try await iam.groups(ofUser: user, after: $0) }
            return groups.contains { $0.arn.hasSameBytes(as: group.value) }
        } catch let error as AWSError where error.isDenied {
            return false
        }
    }

    private static func names(_ group: ResourceID, _ user: ResourceID) throws -> (group: String, user: String) {
        guard user.type == ResourceType.iamUser.id else {
            throw ServiceError(.invalidArgument, "\(user): only users of IAM can be in groups of IAM.")
        }
        return (try ARN.name(of: group), try ARN.name(of: user))
    }
}
