import AWSCalls
import AccessModel
import ConnectorKit
import Logging

/// The managed policies that users, groups and roles have, as grants on these policies.
struct AttachedPolicies: Sendable {
    /// Whether managed policies are synced; without them there is nothing to grant.
    let areListed: Bool
    let log: Logger

    /// One page of the grants of a user, group or role.
    ///
    /// Nothing, and a warning, when it is gone or its policies may not be read.
    func grants(of id: ResourceID, _ holder: IAM.Holder, in iam: IAM, after place: String) async throws -> Listing<
        Grant
    > {
        do {
            let found = try await iam.attachedPolicies(of: holder, ARN.name(of: id), after: place)
            return Listing(
                rows: found.rows.map { .attachment(of: $0.arn, named: $0.name, to: id) }, next: found.next)
        } catch let error as AWSError where error.isAbsent || error.isDenied {
            log.warning(
                "managed policies of \(id.type) left out", metadata: ["resource": "\(id)", "error": "\(error)"])
            return Listing(rows: [], next: nil)
        }
    }
}
