public import ConnectorKit

/// Which AWS account is looked at, as whom, and how much of its organization.
public struct AWSConfiguration: ConnectorConfiguration {
    @Setting(
        "external-id", "The external ID that the role's trust policy asks for", default: "",
        displayName: "External ID", isGenerated: true)
    var externalID: String
    @Setting(
        "global-access-key-id", "The access key to begin with, in place of what the environment has", default: "",
        displayName: "Global Access Key", exported: .ops)
    var accessKeyID: String
    @Setting(
        "global-aws-orgs-enabled", "Read AWS Organizations: accounts, and IAM of the accounts below",
        displayName: "Enable support for AWS Organizations")
    var usesOrganizations: Bool
    @Setting(
        "global-aws-sso-enabled", "Read IAM Identity Center: users, groups, permission sets and who has them where",
        displayName: "Enable support for AWS IAM Identity Center (successor to AWS Single Sign-On)")
    var usesIdentityCenter: Bool
    @Setting(
        "global-aws-cross-account-iam-enabled", "With Identity Center, read IAM of the accounts below all the same",
        displayName: "Also sync cross-account IAM when Identity Center is enabled")
    var readsChildAccounts: Bool
    @Setting(
        "global-aws-sso-region", "The region of IAM Identity Center", default: "us-east-1",
        oneOf: Self.identityCenterRegions,
        displayName: "Region for AWS IAM Identity Center (successor to AWS Single Sign-On)")
    var identityCenterRegion: String
    @Setting(
        "global-binding-external-id", "The external ID of the role in between", default: "",
        displayName: "Global Binding External ID", exported: .ops)
    var bindingExternalID: String
    @Setting(
        "global-region", "The region whose token service is asked; what the environment says, if empty", default: "",
        displayName: "Global Region", exported: .ops)
    var region: String
    @Setting(
        "global-role-arn", "A role in between, from which the other one is taken on", default: "",
        displayName: "Global Role ARN", exported: .ops)
    var bindingRole: String
    @Setting(
        "global-secret-access-key", "The secret of that access key", default: Secret(""),
        displayName: "Global Secret Access Key", exported: .ops)
    var secretAccessKey: Secret
    @Setting("role-arn", "The role to take on, with --use-assume", default: "", displayName: "Role ARN")
    var role: String
    @Setting("use-assume", "Take on the role of --role-arn", default: false, displayName: "Use Assume", exported: .ops)
    var takesOnRole: Bool
    @Setting("sync-secrets", "List access keys", displayName: "Sync Secrets")
    var listsAccessKeys: Bool
    @Setting(
        "iam-assume-role-name", "The role to take on in the accounts below", default: "OrganizationAccountAccessRole",
        displayName: "IAM assume role name (child IAM accounts)")
    var childRole: String
    @Setting(
        "sync-sso-user-last-login", "Offer the sign-ins of Identity Center as events, from CloudTrail",
        displayName: "Sync SSO User Last Login")
    var readsSignIns: Bool
    @Setting(
        "sync-only-attached-policies", "Of managed policies, list those that somebody has",
        displayName: "Sync Only Attached Policies")
    var listsOnlyAttachedPolicies: Bool
    @Setting(
        "create-account-resource-type", "What new accounts are: IAM users, or users of Identity Center",
        default: "iam_user", oneOf: ["iam_user", "sso_user"], displayName: "Account Provisioning Target")
    var newAccounts: String

    /// Everything at its default.
    public init() {}

    /// What must hold between settings.
    public static var constraints: [SettingConstraint] {
        [
            .settings(["use-assume"], dependOn: ["role-arn"]),
            .settings(
                ["global-aws-cross-account-iam-enabled"],
                dependOn: ["global-aws-orgs-enabled", "global-aws-sso-enabled"]),
        ]
    }

    private static let identityCenterRegions = [
        "us-east-2", "us-east-1", "us-west-1", "us-west-2", "af-south-1", "ap-east-1", "ap-southeast-3", "ap-south-1",
        "ap-northeast-3", "ap-northeast-2", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "ca-central-1",
        "eu-central-1", "eu-west-1", "eu-west-2", "eu-south-1", "eu-west-3", "eu-north-1", "me-south-1",
        "me-central-1", "sa-east-1",
    ]
}
