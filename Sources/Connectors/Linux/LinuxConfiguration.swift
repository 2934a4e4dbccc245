public import ConnectorKit

/// The settings of the connector for this machine.
public struct LinuxConfiguration: ConnectorConfiguration {
    @Setting("root", "Folder that holds the files to inspect; any other than / is read as files only", default: "/")
    var root: String

    @Setting("host-name", "Name of the host, for sudoers and for display; by default its short name", default: "")
    var hostName: String

    @Setting(
        "account-source", "Where accounts come from: auto asks the directory when nsswitch.conf names one",
        default: "auto", oneOf: ["auto", "files", "nss"])
    var accountSource: String

    @Setting(
        "include-system-accounts", "Also list accounts outside UID_MIN to UID_MAX of login.defs", default: true)
    var includeSystemAccounts: Bool

    @Setting("sync-sudo", "List sudo rules and aliases", default: true)
    var syncSudo: Bool

    @Setting("sync-ssh-keys", "List the SSH keys that open accounts", default: true)
    var syncSSHKeys: Bool

    @Setting("sync-services", "List systemd services and cron jobs with the accounts they run as", default: false)
    var syncServices: Bool

    @Setting("acl-paths", "Files and folders whose access is listed", default: [])
    var aclPaths: [String]

    @Setting("acl-max-depth", "Levels below each of the paths that are listed too", default: 0, in: 0...64)
    var aclMaxDepth: Int

    @Setting(
        "acl-skip-inherited", "Leave out what has the same owner, group, mode and access list as its folder",
        default: true)
    var aclSkipInherited: Bool

    @Setting(
        "root-equivalent-groups", "Groups whose members count as root",
        default: ["docker", "lxd", "incus", "incus-admin", "disk", "shadow", "kmem"])
    var rootEquivalentGroups: [String]

    @Setting(
        "require-complete", "Fail when a source can't be read instead of listing what the others tell", default: false)
    var requireComplete: Bool

    @Setting(
        "provision-prefix", "Folder to inspect and change instead of this machine; its contents are trusted",
        default: "", isHidden: true, exported: .cli)
    var provisionPrefix: String

    /// All settings at their defaults: the machine itself, as far as it may be read.
    public init() {}
}
