public import ConnectorKit

/// Which server to read, as whom, and what of it.
public struct LDAPConfiguration: ConnectorConfiguration {
    @Setting(
        "url", "The URL to connect to. Example: \"ldaps://ldap.example.com\"", default: "", displayName: "URL",
        placeholder: "ldaps://ldap.example.com")
    var url: String
    @Setting(
        "domain", "The fully-qualified LDAP domain to connect to (deprecated, use url)", default: "", isHidden: true)
    var domain: String
    @Setting(
        "base-dn", "The base DN to search from. Example: \"DC=corp,DC=example,DC=com\"", default: "",
        displayName: "Base DN")
    var baseDN: String
    @Setting("password", "The password to bind to the LDAP server", default: Secret(""), displayName: "Password")
    var password: Secret
    @Setting(
        "user-dn", "The user DN to bind to the LDAP server (deprecated, use bind-dn)", default: "", isHidden: true)
    var userDN: String
    @Setting("bind-dn", "The user DN to bind to the LDAP server", default: "", displayName: "Bind DN")
    var bindDN: String
    @Setting(
        "user-search-dn", "The DN to search for users under. Example: \"OU=Users,DC=corp,DC=example,DC=com\"",
        default: "", displayName: "User search DN")
    var userSearchDN: String
    @Setting(
        "group-search-dn", "The DN to search for groups under. Example: \"OU=Groups,DC=corp,DC=example,DC=com\"",
        default: "", displayName: "Group search DN")
    var groupSearchDN: String
    @Setting(
        "role-search-dn", "The DN to search for roles under. Example: \"OU=Roles,DC=corp,DC=example,DC=com\"",
        default: "", displayName: "Role search DN")
    var roleSearchDN: String
    @Setting(
        "insecure-skip-verify", "If connecting over TLS, skip verifying the server certificate",
        displayName: "Skip verifying the certificate")
    var skipsVerifying: Bool
    @Setting(
        "disable-operational-attrs",
        "Disable fetching operational attributes, which some LDAP servers don't support; when accounts were made is then not known",
        displayName: "No operational attributes")
    var leavesOutOperational: Bool
    @Setting(
        "filter",
        "A filter to add to all LDAP searches. Example: \"(!(objectClass=computer))\" leaves out all computers",
        default: "", displayName: "Filter")
    var filter: String

    @Setting("start-tls", "Secure an ldap:// connection with StartTLS before binding", default: false, exported: .cli)
    var startsTLS: Bool
    @Setting(
        "ca-file", "PEM file of the certificate authorities to trust; those of the system if empty", default: "",
        exported: .cli)
    var authorities: String

    /// Everything at its default.
    public init() {}

    /// One address.
    public static var constraints: [SettingConstraint] {
        [.mutuallyExclusive("domain", "url"), .atLeastOne(of: "domain", "url")]
    }
}
