public import ConnectorKit

/// Which organisation to read, who asks, and what to read.
public struct OktaConfiguration: ConnectorConfiguration {
    @Setting(
        "domain", "The organisation's address, such as acme.okta.com", displayName: "Okta domain",
        placeholder: "acme.okta.com")
    var domain: String
    @Setting("api-token", "API token of an administrator", displayName: "API token")
    var apiToken: Secret

    @Setting(
        "okta-client-id", "Client id of the API Services app", displayName: "Okta client ID",
        placeholder: "0oa1abcdEFGHijkl2m3n")
    var clientID: String
    @Setting("okta-private-key", "The app's private key: an RSA key as PEM", displayName: "Okta private key")
    var privateKey: Secret
    @Setting("okta-private-key-id", "Id of that key (kid)", displayName: "Okta private key ID")
    var privateKeyID: String

    @Setting(
        "sync-inactive-apps", "Whether deactivated applications are listed, too", default: true,
        displayName: "Sync inactive apps")
    var listsInactiveApps: Bool
    @Setting(
        "sync-custom-roles", "Whether custom roles, resource sets and their bindings are listed", default: false,
        displayName: "Sync custom roles")
    var listsCustomRoles: Bool
    @Setting(
        "skip-secondary-emails", "Leave out the secondary e-mail addresses", default: false,
        displayName: "Skip secondary emails")
    var skipsSecondaryEmails: Bool
    @Setting("sync-secrets", "Whether API tokens are listed", default: false, displayName: "Sync secrets")
    var listsSecrets: Bool
    @Setting(
        "filter-email-domains", "List only users with an e-mail address in these domains", default: [],
        displayName: "Filter email domains")
    var emailDomains: [String]
    @Setting(
        "skip-app-groups", "Leave out groups that come from applications, such as those of a directory",
        default: false, displayName: "Skip app groups")
    var skipsAppGroups: Bool

    @Setting("cache", "Whether answers are kept, to be asked for once only", default: true, exported: .cli)
    var caches: Bool
    @Setting(
        "cache-tti", "Accepted and without effect: what is too old is dropped when it is met", default: 60,
        in: 0...2_147_483_647, exported: .cli)
    var cacheCleaning: Int
    @Setting("cache-ttl", "For how many seconds an answer is kept", default: 300, in: 0...2_147_483_647, exported: .cli)
    var cacheLifetime: Int

    /// Everything at its default.
    public init() {}

    /// With a token, or with a key.
    public static var groups: [SettingGroup] {
        let shared = [
            "sync-inactive-apps", "sync-custom-roles", "skip-secondary-emails", "sync-secrets", "filter-email-domains",
            "skip-app-groups", "cache", "cache-tti", "cache-ttl",
        ]
        return [
            SettingGroup(
                "api-token-group", displayName: "API Token", helpText: "A token of an administrator.",
                settings: ["domain", "api-token"] + shared),
            SettingGroup(
                "private-key-group", displayName: "OAuth 2.0 Private Key",
                helpText: "An API Services app that signs in with a key.",
                settings: ["domain", "okta-client-id", "okta-private-key-id", "okta-private-key"] + shared),
        ]
    }
}

extension OktaConfiguration {
    /// Whether it signs in with a key rather than a token.
    static func usesKey(_ method: String) -> Bool { method == "private-key-group" }
}
