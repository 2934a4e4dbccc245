import AWSCalls
import AccessModel
import BatonWire
import ConnectorKit

extension DirectoryGroupSyncer: GrantProvisioner {
    func grant(_ entitlement: Entitlement, to principal: Resource) async throws -> Provisioned {
        let (group, user) = try Self.ids(entitlement.resource.identity, principal.identity)
        let store = try await directory.instance().identityStore
        do {
            let made = try await directory.store.add(user, toGroup: group, in: store)
            return .changed(
                bringing: [Self.grant(made.id, of: principal.identity, in: entitlement.resource)],
                annotations: C1_Connector_V2_RequestId.remarks(made.requestID))
        } catch let error as AWSError where error.code == "ConflictException" {
            let known = try await membership(of: user, inGroup: group, store)
            // It was so already, and the grant that is there is told all the same: its id is known nowhere else.
            return .changed(
                bringing: known.map { [Self.grant($0, of: principal.identity, in: entitlement.resource)] } ?? [],
                annotations: [Annotation(carrying: C1_Connector_V2_GrantAlreadyExists())])
        }
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        let (group, user) = try Self.ids(grant.entitlement.resource.identity, grant.holder)
        let store = try await directory.instance().identityStore
        do {
            return try await remove(grant.id, store)
        } catch is AWSError {
            // The grant may have come from elsewhere than a sync, with another id.
            do {
                return try await remove(
                    directory.store.membership(of: user, inGroup: group, in: store), store)
            } catch let error as AWSError where error.isAbsent {
                return .alreadySo
            }
        }
    }

    private func remove(_ membership: String, _ store: String) async throws -> Provisioned {
        let request = try await directory.store.remove(membership: membership, in: store)
        return .changed(bringing: [], annotations: C1_Connector_V2_RequestId.remarks(request))
    }

    /// The id of a membership; nil when it may not be looked up.
    private func membership(of user: String, inGroup group: String, _ store: String) async throws -> String? {
        do {
            return try await directory.store.membership(of: user, inGroup: group, in: store)
        } catch let error as AWSError where error.isDenied {
            return nil
        }
    }

    private static func ids(_ group: ResourceID, _ user: ResourceID) throws -> (group: String, user: String) {
        guard user.type == ResourceType.ssoUser.id else {
            throw ServiceError(
                .invalidArgument, "\(user): only users of Identity Center can be in groups of Identity Center.")
        }
        return (try DirectoryNames.id(of: group), try DirectoryNames.id(of: user))
    }
}
