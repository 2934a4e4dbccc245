/// What an app may be allowed to do in Okta's API.
enum OktaScope: String, CaseIterable, Sendable {
    case usersRead = "okta.users.read"
    case usersManage = "okta.users.manage"
    case groupsRead = "okta.groups.read"
    case groupsManage = "okta.groups.manage"
    case rolesRead = "okta.roles.read"
    case rolesManage = "okta.roles.manage"
    case appsRead = "okta.apps.read"
    case appsManage = "okta.apps.manage"
    case apiTokensRead = "okta.apiTokens.read"
    case devicesRead = "okta.devices.read"
    case logsRead = "okta.logs.read"
    case orgsRead = "okta.orgs.read"

    /// Those that are asked for in any case.
    static let always: [OktaScope] = [
        .usersRead, .groupsRead, .rolesRead, .appsRead, .usersManage, .groupsManage, .rolesManage, .appsManage,
    ]
}
