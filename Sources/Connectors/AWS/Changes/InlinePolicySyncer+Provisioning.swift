import AWSCalls
import AccessModel
import BatonWire
import ConnectorKit

extension InlinePolicySyncer: GrantProvisioner {
    func grant(_ entitlement: Entitlement, to principal: Resource) async throws -> Provisioned {
        throw ServiceError(
            .unimplemented, "\(entitlement.resource.identity): is written into what has it, and can't be granted.")
    }

    func revoke(_ grant: Grant) async throws -> Provisioned {
        let id = grant.entitlement.resource.identity
        guard let mark = id.value.firstRange(of: "::inline::"), mark.upperBound < id.value.endIndex else {
            throw ServiceError(.invalidArgument, "\(id): is no inline policy.")
        }
        let holder = grant.holder
        guard String(id.value[..<mark.lowerBound]).hasSameBytes(as: holder.value) else {
            throw ServiceError(.invalidArgument, "\(id): is not written into \(holder). Take it from what it is in.")
        }
        guard let kind = IAM.Holder(holder.type) else {
            throw ServiceError(
                .unimplemented, "\(id): the policy of a permission set is changed in IAM Identity Center.")
        }
        let policy = String(id.value[mark.upperBound...])
        do {
            let request = try await accounts.iam(holding: holder).change(
                "Delete\(kind.rawValue)Policy", kind, ARN.name(of: holder), [("PolicyName", policy)])
            return .changed(bringing: [], annotations: C1_Connector_V2_RequestId.remarks(request))
        } catch let error as AWSError where error.isAbsent {
            return .alreadySo
        }
    }
}
