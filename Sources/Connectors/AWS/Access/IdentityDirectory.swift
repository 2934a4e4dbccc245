import AWSCalls
import AccessModel
import Logging

/// The organization's Identity Center, which is found when it is needed.
actor IdentityDirectory {
    nonisolated let center: IdentityCenter
    nonisolated let store: IdentityStore
    nonisolated let region: String
    private let log: Logger
    private var found: IdentityCenter.Instance?

    init(_ access: AWSAccess, region: String) {
        center = IdentityCenter(access.service(.sso, in: region))
        store = IdentityStore(access.service(.identityStore, in: region))
        self.region = region
        log = access.environment.log
    }

    /// The Identity Center.
    ///
    /// - Throws: a `ServiceError` when there is none in the region.
    func instance() async throws -> IdentityCenter.Instance {
        if let found { return found }
        let instances = try await center.instances()
        guard let first = instances.first else {
            throw ServiceError(
                .failedPrecondition,
                "IAM Identity Center: no instance in \(region). Name its region with global-aws-sso-region, or turn global-aws-sso-enabled off."
            )
        }
        if instances.count > 1 {
            log.warning(
                "several instances of IAM Identity Center; the first is taken", metadata: ["instance": "\(first.arn)"])
        }
        found = first
        return first
    }

    /// The names that users and groups have as resources.
    func names() async throws -> DirectoryNames {
        DirectoryNames(region: region, identityStore: try await instance().identityStore)
    }
}
