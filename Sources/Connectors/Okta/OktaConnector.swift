import AccessModel
import BatonWire
import ConnectorHTTP
public import ConnectorKit

/// Users, groups, applications and administrator roles of an Okta organisation.
public struct OktaConnector: SelectiveConnector {
    /// Its names.
    public static let metadata = ConnectorMetadata(
        name: "baton-okta", displayName: "Okta",
        description: "The Okta connector syncs user, group, role, and app data from Okta",
        iconURL: "/static/app-icons/okta.svg", example: "BATON_API_TOKEN=… baton-okta --domain acme.okta.com",
        isDirectory: true)

    let okta: OktaClient
    /// Asks for the system log, which takes a scope that syncs don't need.
    let log: OktaClient
    private let configuration: OktaConfiguration
    private let context: ConnectorContext

    /// Makes the connector ready.
    ///
    /// - Throws: a `ServiceError` when the address or the key is none.
    public init(_ configuration: OktaConfiguration, context: ConnectorContext) async throws {
        self.configuration = configuration
        self.context = context
        okta = try OktaClient(configuration, context: context, scopes: Self.scopes(configuration, context))
        log = try OktaClient(configuration, context: context, scopes: [.logsRead])
    }

    private static func scopes(_ configuration: OktaConfiguration, _ context: ConnectorContext) -> [OktaScope] {
        var scopes = OktaScope.always
        if configuration.listsSecrets { scopes.append(.apiTokensRead) }
        if DeviceSyncer.isWanted(context) { scopes.append(.devicesRead) }
        return scopes
    }

    /// Looks whether Okta answers, and whether who asks may see users.
    public func validate() async throws {
        if !OktaConfiguration.usesKey(context.authMethod) {
            _ = try await okta.get("/api/v1/org", needs: .orgsRead, isFresh: true)
        }
        guard context.syncs(OktaTypes.user.id) else { return }
        try OktaClient.check(try await okta.users(after: "", size: 1), isFirst: true)
    }

    /// One syncer for each type that the settings ask for.
    public var syncers: [any ResourceSyncer] {
        var syncers = standard
        if configuration.listsCustomRoles { syncers += custom }
        if configuration.listsSecrets { syncers.append(APITokenSyncer(okta: okta)) }
        if DeviceSyncer.isWanted(context) { syncers.append(DeviceSyncer(okta: okta)) }
        return syncers
    }

    /// One syncer a type.
    public var allSyncers: [any ResourceSyncer] {
        standard + custom + [APITokenSyncer(okta: okta), DeviceSyncer(okta: okta)] as [any ResourceSyncer]
    }

    private var standard: [any ResourceSyncer] {
        [
            RoleSyncer(okta: okta, administrators: administrators), users, groups,
            AppSyncer(okta: okta, filter: filter, listsInactive: configuration.listsInactiveApps),
        ]
    }

    private var custom: [any ResourceSyncer] {
        [
            CustomRoleSyncer(okta: okta, administrators: administrators), ResourceSetSyncer(okta: okta),
            BindingSyncer(okta: okta, filter: filter),
        ]
    }

    var users: UserSyncer {
        UserSyncer(okta: okta, filter: filter, skipsSecondaryEmails: configuration.skipsSecondaryEmails)
    }

    var groups: GroupSyncer {
        GroupSyncer(okta: okta, filter: filter, skipsAppGroups: configuration.skipsAppGroups, roles: roles)
    }

    private var administrators: Administrators { Administrators(okta: okta, filter: filter, roles: roles) }

    private var filter: EmailDomainFilter { EmailDomainFilter(domains: configuration.emailDomains) }

    private var roles: ListedRoles {
        ListedRoles(
            standard: context.syncs(OktaTypes.role.id),
            custom: configuration.listsCustomRoles && context.syncs(OktaTypes.customRole.id))
    }
}

extension OktaConnector: SyncCleaner {
    /// Forgets what was read.
    public func cleanUp() async throws { await okta.forget() }
}
