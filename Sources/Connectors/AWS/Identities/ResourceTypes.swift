import AccessModel
import BatonWire
import SwiftProtobuf

/// The resource types, each with the permissions that reading and changing it takes.
extension ResourceType {
    static let iamUser = ResourceType(
        "iam_user", displayName: "IAM User", traits: [.user],
        annotations: [
            SkipEntitlements(), v1Identifier("iam_user"),
            permissions(
                "iam:ListUsers", "iam:GetUser", "iam:ListAccessKeys", "iam:GetAccessKeyLastUsed",
                "iam:ListSigningCertificates", "iam:ListSSHPublicKeys", "iam:ListServiceSpecificCredentials",
                "iam:ListMFADevices", "iam:ListUserPolicies", "iam:ListAttachedUserPolicies", "iam:ListGroupsForUser",
                "iam:CreateUser", "iam:DeleteLoginProfile", "iam:DeleteAccessKey", "iam:DeleteSigningCertificate",
                "iam:DeleteSSHPublicKey", "iam:DeleteServiceSpecificCredential", "iam:DeactivateMFADevice",
                "iam:DeleteUserPolicy", "iam:DetachUserPolicy", "iam:DeleteUser", "iam:TagUser"),
        ])

    static let role = ResourceType(
        "role", displayName: "IAM Role", traits: [.role],
        annotations: [
            v1Identifier("role"), permissions("iam:ListRoles", "iam:GetRole", "iam:ListAttachedRolePolicies"),
        ])

    static let group = ResourceType(
        "group", displayName: "Group", traits: [.group],
        annotations: [
            v1Identifier("group"),
            permissions(
                "iam:ListGroups", "iam:GetGroup", "iam:ListAttachedGroupPolicies", "iam:AddUserToGroup",
                "iam:RemoveUserFromGroup"),
        ])

    static let policy = ResourceType(
        "iam_policy", displayName: "IAM Managed Policy", traits: [.role],
        annotations: [
            v1Identifier("iam_policy"),
            permissions(
                "iam:ListPolicies", "iam:GetPolicy", "iam:GetPolicyVersion", "iam:AttachUserPolicy",
                "iam:AttachRolePolicy", "iam:AttachGroupPolicy", "iam:DetachUserPolicy", "iam:DetachRolePolicy",
                "iam:DetachGroupPolicy"),
        ])

    static let inlinePolicy = ResourceType(
        "inline_policy", displayName: "Inline Policy", traits: [.role],
        annotations: [
            v1Identifier("inline_policy"),
            permissions(
                "iam:ListUserPolicies", "iam:ListRolePolicies", "iam:ListGroupPolicies",
                "sso:GetInlinePolicyForPermissionSet", "iam:GetUserPolicy", "iam:GetRolePolicy", "iam:GetGroupPolicy",
                "iam:DeleteUserPolicy", "iam:DeleteRolePolicy", "iam:DeleteGroupPolicy"),
        ])

    static let accessKey = ResourceType(
        "access-key", displayName: "Access Key", traits: [.secret],
        annotations: [
            SkipEntitlementsAndGrants(), permissions("iam:ListAccessKeys", "iam:GetAccessKeyLastUsed"),
        ])

    static let ssoUser = ResourceType(
        "sso_user", displayName: "SSO User", traits: [.user],
        annotations: [
            SkipEntitlementsAndGrants(), v1Identifier("sso_user"),
            permissions(
                "identitystore:ListUsers", "sso:ListInstances", "identitystore:CreateUser", "identitystore:DeleteUser"),
        ])

    static let ssoGroup = ResourceType(
        "sso_group", displayName: "SSO Group", traits: [.group],
        annotations: [
            v1Identifier("sso_group"),
            permissions(
                "sso:ListInstances", "identitystore:ListGroups", "identitystore:ListGroupMemberships",
                "identitystore:GetGroupMembershipId", "identitystore:CreateGroupMembership",
                "identitystore:DeleteGroupMembership"),
        ])

    static let account = ResourceType(
        "account", displayName: "Account", traits: [.app],
        annotations: [
            v1Identifier("account"), children("permission_set_assignment"),
            // More than this connector asks for itself: AWS does the last ones in the name of who assigns permission sets.
            permissions(
                "organizations:ListAccounts", "organizations:DescribeOrganization", "organizations:ListParents",
                "sso:ListPermissionSets", "sso:DescribePermissionSet", "sso:ListPermissionSetsProvisionedToAccount",
                "sso:ListAccountAssignments", "sso:ListInstances", "sso:CreateAccountAssignment",
                "sso:DeleteAccountAssignment", "sso:DescribeAccountAssignmentCreationStatus",
                "sso:DescribeAccountAssignmentDeletionStatus", "iam:ListPolicies", "iam:AttachRolePolicy",
                "iam:CreateRole", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:GetRole",
                "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:PutRolePolicy", "iam:UpdateRole",
                "iam:UpdateRoleDescription", "iam:GetSAMLProvider"),
        ])

    static let accountIAM = ResourceType(
        "account_iam", displayName: "Account IAM", traits: [.app],
        annotations: [SkipEntitlementsAndGrants(), v1Identifier("account_iam"), permissions("iam:ListAccountAliases")])

    static let permissionSet = ResourceType(
        "permission_set", displayName: "Permission Set", traits: [.role],
        annotations: [
            SkipEntitlements(), OptInRequired(),
            permissions(
                "sso:ListInstances", "sso:ListPermissionSets", "sso:DescribePermissionSet",
                "sso:ListManagedPoliciesInPermissionSet"),
        ])

    static let assignment = ResourceType(
        "permission_set_assignment", displayName: "Permission Set Assignment", traits: [.scopeBinding],
        annotations: [
            OptInRequired(),
            permissions(
                "sso:ListInstances", "sso:ListPermissionSetsProvisionedToAccount", "sso:DescribePermissionSet",
                "sso:ListAccountAssignments", "sso:ListManagedPoliciesInPermissionSet",
                "sso:ListCustomerManagedPolicyReferencesInPermissionSet", "sso:CreateAccountAssignment",
                "sso:DeleteAccountAssignment", "sso:DescribeAccountAssignmentCreationStatus",
                "sso:DescribeAccountAssignmentDeletionStatus", "organizations:DescribeAccount"),
        ])

    static let organization = ResourceType(
        "organization", displayName: "Organization Root",
        annotations: [
            SkipEntitlementsAndGrants(), OptInRequired(), children("organizational_unit"),
            permissions("organizations:ListRoots", "organizations:ListOrganizationalUnitsForParent"),
        ])

    static let organizationalUnit = ResourceType(
        "organizational_unit", displayName: "Organizational Unit",
        annotations: [
            SkipEntitlementsAndGrants(), OptInRequired(), children("organizational_unit"),
            permissions("organizations:ListOrganizationalUnitsForParent"),
        ])

    /// The type for a sync that leaves managed policies out: what it grants would be grants on them.
    var withoutAccess: ResourceType {
        var type = self
        type.annotations.update(SkipEntitlementsAndGrants())
        return type
    }
}

/// The id that older connectors of the ecosystem had for a record.
func v1Identifier(_ id: String) -> C1_Connector_V2_V1Identifier { .with { $0.id = id } }

/// Says that resources of a type live under this one.
func children(_ type: String) -> C1_Connector_V2_ChildResourceType { .with { $0.resourceTypeID = type } }

private func permissions(_ names: String...) -> C1_Connector_V2_CapabilityPermissions {
    .with { $0.permissions = names.map { name in .with { $0.permission = name } } }
}
