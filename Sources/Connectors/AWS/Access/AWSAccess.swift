import AWSCalls
import AccessModel
import ConnectorHTTP
import ConnectorKit
import Logging

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// As whom AWS is asked, and where.
struct AWSAccess: Sendable {
    let environment: AWSEnvironment
    /// Those of the account that is looked at.
    let credentials: CredentialCache
    private let region: String
    private let childRole: String
    private let timeout: Duration

    /// How sessions in accounts below are called there.
    private static let childSession = "BatonCrossAccountSession"
    private static let session = "baton-aws"

    /// Access by the settings and, where they say nothing, by what AWS programs find in the environment.
    ///
    /// - Throws: ``AWSError`` for a variable or file that can't be gone by.
    init(
        _ configuration: AWSConfiguration, context: ConnectorContext, variables: [String: String],
        clock: any ClientClock
    ) throws {
        let environment = try AWSEnvironment(
            variables, region: configuration.region.isEmpty ? nil : configuration.region, clock: clock,
            log: context.log)
        self.environment = environment
        region = environment.region ?? "us-east-1"
        childRole = configuration.childRole
        timeout = context.httpTimeout
        credentials = CredentialCache(Self.source(configuration, environment), clock: { clock.now })
    }

    /// The keys that are set or found, and the roles that are taken on with them.
    private static func source(
        _ configuration: AWSConfiguration, _ environment: AWSEnvironment
    ) -> any CredentialSource {
        let first: any CredentialSource =
            configuration.accessKeyID.isEmpty
            ? CredentialChain(environment: environment)
            : FixedCredentials(
                fixed: AWSCredentials(
                    accessKeyID: configuration.accessKeyID, secretAccessKey: configuration.secretAccessKey,
                    from: "global-access-key-id"))
        guard configuration.takesOnRole else { return first }
        let tokens = SecurityTokens(environment)
        let clock = environment.clock
        var base = first
        if !configuration.bindingRole.isEmpty {
            let binding = RoleCredentials(
                arn: configuration.bindingRole, externalID: configuration.bindingExternalID, session: session,
                base: CredentialCache(first, clock: { clock.now }), tokens: tokens)
            base = CredentialCache(BindingCredentials(role: binding, log: environment.log), clock: { clock.now })
        }
        return RoleCredentials(
            arn: configuration.role, externalID: configuration.externalID, session: session,
            base: CredentialCache(base, clock: { clock.now }), tokens: tokens)
    }

    /// A service, asked as the account's own role or user.
    func service(_ api: AWSAPI, in region: String? = nil) -> AWSService {
        AWSService(api, in: region ?? self.region, environment, credentials: credentials, timeout: timeout)
    }

    /// IAM of an account below, and what it is asked with.
    func iam(ofChild account: String) -> (iam: IAM, credentials: CredentialCache) {
        let clock = environment.clock
        let role = RoleCredentials(
            arn: "arn:aws:iam::\(account):role/\(childRole)", externalID: "", session: Self.childSession,
            base: credentials, tokens: SecurityTokens(environment))
        let cache = CredentialCache(role, clock: { clock.now })
        return (IAM(AWSService(.iam, in: region, environment, credentials: cache, timeout: timeout)), cache)
    }
}

/// The role in between, of which whoever owns the other one learns nothing.
private struct BindingCredentials: CredentialSource {
    let role: RoleCredentials
    let log: Logger

    func credentials() async throws -> AWSCredentials? {
        do {
            return try await role.credentials()
        } catch let error as AWSError {
            log.error("internal binding error", metadata: ["error": "\(error)"])
            throw AWSError(error.statusCode, "internal binding error: the role in between can't be taken on.")
        }
    }
}
