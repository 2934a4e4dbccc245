import AWSCalls
import AccessModel

/// Deletes a user of IAM, and before that all that hangs on it.
///
/// Each step takes what is gone already for done, so that a removal that was broken off can be run again.
struct UserRemoval: Sendable {
    private let name: String
    private let iam: IAM

    init(of name: String, from iam: IAM) {
        self.name = name
        self.iam = iam
    }

    /// Something that hangs on users: how it is listed, and how each is deleted.
    private struct Attachment {
        let list: String
        let rows: String
        let id: String
        let delete: String
    }

    private static let attachments = [
        Attachment(
            list: "ListAccessKeys", rows: "AccessKeyMetadata", id: "AccessKeyId", delete: "DeleteAccessKey"),
        Attachment(
            list: "ListSigningCertificates", rows: "Certificates", id: "CertificateId",
            delete: "DeleteSigningCertificate"),
        Attachment(
            list: "ListSSHPublicKeys", rows: "SSHPublicKeys", id: "SSHPublicKeyId", delete: "DeleteSSHPublicKey"),
        Attachment(
            list: "ListServiceSpecificCredentials", rows: "ServiceSpecificCredentials",
            id: "ServiceSpecificCredentialId", delete: "DeleteServiceSpecificCredential"),
        Attachment(
            list: "ListMFADevices", rows: "MFADevices", id: "SerialNumber", delete: "DeactivateMFADevice"),
    ]

    /// - Returns: the id under which IAM knows the last call.
    func run() async throws -> String? {
        try await remove("DeleteLoginProfile", [])
        for attachment in Self.attachments {
            let ids = try await iam.ids(
                attachment.list, ofUser: name, list: attachment.rows, id: attachment.id)
            for id in ids { try await remove(attachment.delete, [(attachment.id, id)]) }
        }
        for policy in try await Listing.all({ try await iam.inlinePolicies(of: .user, name, after: $0) }) {
            try await remove("DeleteUserPolicy", [("PolicyName", policy)])
        }
        for policy in try await Listing.all({ try await iam.attachedPolicies(of: .user, name, after: $0) }) {
            try await remove("DetachUserPolicy", [("PolicyArn", policy.arn)])
        }
        for group in try await Listing.all({ try await iam.groups(ofUser: name, after: $0) }) {
            try await remove("RemoveUserFromGroup", [("GroupName", group.name)])
        }
        return try await remove("DeleteUser", [])
    }

    @discardableResult
    private func remove(_ action: String, _ parameters: [(name: String, value: String)]) async throws -> String? {
        do {
            return try await iam.change(action, .user, name, parameters)
        } catch let error as AWSError where error.isAbsent {
            return nil
        }
    }
}
