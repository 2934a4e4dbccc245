import AWSCalls
import AccessModel
import BatonWire
import ConnectorHTTP
public import ConnectorKit
import Logging

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Amazon Web Services: users, groups, roles and policies of IAM; accounts of the organization; IAM Identity Center.
public struct AWSConnector: SelectiveConnector {
    /// Its names.
    public static let metadata = ConnectorMetadata(
        name: "baton-aws", displayName: "AWS",
        description:
            "Users, groups, roles and policies of AWS IAM, accounts of an organization, and IAM Identity Center",
        helpURL: "/docs/baton/aws-v2", iconURL: "/static/app-icons/aws.svg",
        example: "AWS_PROFILE=audit baton-aws --file aws.c1z")

    private let configuration: AWSConfiguration
    private let context: ConnectorContext
    private let access: AWSAccess
    private let accounts: Accounts
    private let organizations: Organizations
    private let directory: IdentityDirectory

    /// Makes the connector ready for what `configuration` names; nothing is asked yet.
    public init(_ configuration: AWSConfiguration, context: ConnectorContext) async throws {
        try self.init(
            configuration, context: context, variables: ProcessInfo.processInfo.environment, clock: SystemClock())
    }

    init(
        _ configuration: AWSConfiguration, context: ConnectorContext, variables: [String: String],
        clock: any ClientClock
    ) throws {
        try configuration.check()
        self.configuration = configuration
        self.context = context
        access = try AWSAccess(configuration, context: context, variables: variables, clock: clock)
        accounts = Accounts(access, readsChildren: configuration.listsChildAccounts)
        organizations = Organizations(access.service(.organizations))
        directory = IdentityDirectory(access, region: configuration.identityCenterRegion)
    }

    /// Checks who asks, and whether the main lists may be read.
    public func validate() async throws {
        let caller = try await accounts.caller()
        let name = try await accountName()
        context.log.info(
            "signed in to AWS",
            metadata: ["as": "\(caller.arn)", "account": "\(caller.account)", "name": "\(name)"])
        if context.syncs(ResourceType.iamUser.id) { _ = try await accounts.own.users(after: "") }
        if configuration.usesOrganizations { _ = try await organizations.accounts(after: "") }
        if configuration.usesIdentityCenter { _ = try await directory.instance() }
    }

    /// The account's alias, if it has one that may be read.
    private func accountName() async throws -> String {
        do {
            let aliases = try await accounts.own.aliases()
            return aliases.count == 1 ? aliases[0] : ""
        } catch is AWSError {
            return ""
        }
    }

    /// One syncer for each type that the settings ask for.
    public var syncers: [any ResourceSyncer] {
        var syncers = iam
        if configuration.usesIdentityCenter { syncers += people }
        if configuration.listsChildAccounts { syncers.append(childAccounts) }
        if configuration.usesOrganizations, configuration.usesIdentityCenter { syncers += organization }
        if configuration.listsAccessKeys { syncers.append(accessKeys) }
        return syncers
    }

    /// One syncer for each type there is.
    public var allSyncers: [any ResourceSyncer] { iam + people + [childAccounts] + organization + [accessKeys] }

    private var policiesAreListed: Bool { context.syncs(ResourceType.policy.id) }

    private var iam: [any ResourceSyncer] {
        let policies = AttachedPolicies(areListed: policiesAreListed, log: context.log)
        return [
            UserSyncer(
                accounts: accounts, policies: policies, createsAccounts: !configuration.createsIdentityCenterUsers),
            RoleSyncer(accounts: accounts, policies: policies),
            GroupSyncer(accounts: accounts, policies: policies),
            PolicySyncer(
                accounts: accounts, onlyAttached: configuration.listsOnlyAttachedPolicies,
                sharesDocuments: configuration.listsChildAccounts, log: context.log),
            InlinePolicySyncer(
                accounts: accounts, directory: configuration.usesIdentityCenter ? directory : nil, log: context.log),
        ]
    }

    private var people: [any ResourceSyncer] {
        [
            DirectoryUserSyncer(
                directory: directory, createsAccounts: configuration.createsIdentityCenterUsers),
            DirectoryGroupSyncer(directory: directory),
        ]
    }

    private var childAccounts: any ResourceSyncer {
        AccountIAMSyncer(organizations: organizations, accounts: accounts)
    }

    private var organization: [any ResourceSyncer] {
        let sets = PermissionSets(directory: directory, log: context.log)
        let changes = AssignmentChanges(
            directory: directory, organizations: organizations, clock: access.environment.clock, log: context.log)
        let tiers = [ResourceType.organization.id, ResourceType.organizationalUnit.id].filter(context.syncs)
        return [
            AccountSyncer(
                organizations: organizations, permissionSets: sets, tiers: Set(tiers), changes: changes,
                log: context.log),
            PermissionSetSyncer(permissionSets: sets, policiesAreListed: policiesAreListed),
            AssignmentSyncer(permissionSets: sets, policiesAreListed: policiesAreListed, changes: changes),
            OrganizationSyncer(organizations: organizations, log: context.log),
            OrganizationalUnitSyncer(organizations: organizations, log: context.log),
        ]
    }

    private var accessKeys: any ResourceSyncer { AccessKeySyncer(accounts: accounts) }
}

extension AWSConnector: EventFeedProvider {
    /// The sign-ins of Identity Center, if they are asked for.
    public var eventFeeds: [any EventFeed] {
        guard configuration.usesIdentityCenter, configuration.readsSignIns else { return [] }
        return [
            SignInFeed(
                trail: CloudTrail(access.service(.cloudTrail, in: configuration.identityCenterRegion)),
                region: configuration.identityCenterRegion, clock: access.environment.clock)
        ]
    }
}

extension AWSConnector: ActionProvider {
    /// Sessions for people who have a token of their own.
    public var actions: [Action] { [WebIdentityAction(tokens: SecurityTokens(access.environment)).action] }
}
