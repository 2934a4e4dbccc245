import AWSCalls
import AccessModel
import BatonWire
import ConnectorKit

extension PolicySyncer: GrantProvisioner {
    func grant(_ entitlement: Entitlement, to principal: Resource) async throws -> Provisioned {
        let policy = entitlement.resource.identity
        let (holder, name) = try Self.holder(principal.identity)
        let iam = try await accounts.iam(holding: principal.identity)
        guard try await !isAttached(policy.value, to: holder, name, iam) else { return .alreadySo }
        let request = try await iam.change(
            "Attach\(holder.rawValue)Policy", holder, name, [("PolicyArn", policy.value)])
        let grant = Grant("attached", on: entitlement.resource, to: principal.identity).expandingToMembers()
        return .changed(bringing: [grant], annotations: C1_Connector_V2_RequestId.remarks(request))
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        let policy = grant.entitlement.resource.identity
        let (holder, name) = try Self.holder(grant.holder)
        let iam = try await accounts.iam(holding: grant.holder)
        do {
            let request = try await iam.change(
                "Detach\(holder.rawValue)Policy", holder, name, [("PolicyArn", policy.value)])
            return .changed(bringing: [], annotations: C1_Connector_V2_RequestId.remarks(request))
        } catch let error as AWSError where error.isAbsent {
            return .alreadySo
        }
    }

    /// Whether the policy is attached already; false when that may not be looked at, since attaching twice does no harm.
    private func isAttached(_ policy: String, to holder: IAM.Holder, _ name: String, _ iam: IAM) async throws -> Bool {
        do {
            let attached = try await Listing.all { try await iam.attachedPolicies(of: holder, name, after: $0) }
            return attached.contains { $0.arn.hasSameBytes(as: policy) }
        } catch let error as AWSError where error.isDenied {
            return false
        }
    }

    private static func holder(_ id: ResourceID) throws -> (IAM.Holder, name: String) {
        guard let holder = IAM.Holder(id.type) else {
            throw ServiceError(
                .invalidArgument, "\(id): managed policies are attached to users, groups and roles of IAM only.")
        }
        return (holder, try ARN.name(of: id))
    }
}
