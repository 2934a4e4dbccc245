import AccessModel
import ConnectorKit

extension AWSConfiguration {
    /// Whether new accounts are users of Identity Center.
    var createsIdentityCenterUsers: Bool { newAccounts == "sso_user" }

    /// Whether IAM of the accounts below is read.
    var listsChildAccounts: Bool { usesOrganizations && (!usesIdentityCenter || readsChildAccounts) }

    /// Checks what settings mean together.
    ///
    /// - Throws: a `ServiceError` that names the setting.
    func check() throws(ServiceError) {
        guard !usesIdentityCenter || usesOrganizations else {
            throw ServiceError(
                .invalidArgument,
                "global-aws-sso-enabled: SSO Support requires Org support to also be enabled. Please enable both: set global-aws-orgs-enabled too."
            )
        }
        guard !createsIdentityCenterUsers || usesIdentityCenter else {
            throw ServiceError(
                .invalidArgument, "create-account-resource-type: sso_user needs global-aws-sso-enabled.")
        }
        guard accessKeyID.isEmpty == secretAccessKey.isEmpty else {
            let missing = accessKeyID.isEmpty ? "global-access-key-id" : "global-secret-access-key"
            throw ServiceError(.invalidArgument, "\(missing): isn't set, but its other half is. Set both or neither.")
        }
        try Self.checkRoleName(childRole)
        guard takesOnRole else { return }
        try Self.checkRole(role, "role-arn")
        guard !bindingRole.isEmpty else { return }
        try Self.checkRole(bindingRole, "global-role-arn")
        guard (32...64).contains(externalID.utf8.count) else {
            throw ServiceError(
                .invalidArgument, "external-id: must have 32 to 64 bytes when there is a role in between.")
        }
    }

    private static func checkRole(_ text: String, _ setting: String) throws(ServiceError) {
        func wrong(_ problem: String) -> ServiceError {
            ServiceError(
                .invalidArgument, "\(setting): \(problem). Write it as arn:aws:iam::123456789012:role/name.")
        }
        guard let arn = ARN(text) else { throw wrong("is no ARN") }
        guard arn.partition == "aws" else { throw wrong("is in another partition than aws") }
        guard arn.service == "iam", arn.region.isEmpty, arn.resource.hasPrefix("role/") else {
            throw wrong("names no role of IAM")
        }
        guard arn.account.utf8.count == 12, arn.account.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw wrong("names no account of 12 digits")
        }
        guard isRoleName(arn.name) else { throw wrong("has characters that no role's name has, or more than 64") }
    }

    private static func checkRoleName(_ name: String) throws(ServiceError) {
        // A path may stand before it, as in ARNs.
        guard let last = name.split(separator: "/", omittingEmptySubsequences: false).last, isRoleName(String(last))
        else {
            throw ServiceError(
                .invalidArgument,
                "iam-assume-role-name: must be the name of a role, such as OrganizationAccountAccessRole."
            )
        }
    }

    private static func isRoleName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || "+=,.@_-".unicodeScalars.contains(scalar))
            }
    }
}
