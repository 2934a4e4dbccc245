import AccessModel
import Foundation

@testable import AWSCalls
@testable import AWSConnector
@testable import LanternCatalog
@testable import ObjectStorage

extension FuzzTarget {
    static let storage = [
        FuzzTarget("s3-address", longest: 512, s3Address), FuzzTarget("aws-configuration", awsConfiguration),
        FuzzTarget("s3-answer", s3Answer), FuzzTarget("aws-answer", awsAnswer),
        FuzzTarget("trust-policy", trustPolicy), FuzzTarget("record", longest: 4096, record),
    ]

    /// What is taken names a bucket and an object, and says nothing of its keys.
    @Sendable private static func s3Address(_ bytes: [UInt8]) async throws {
        try await refusing(StorageError.self) {
            let address = try S3Address(bytes.asText)
            try promise(!address.bucket.isEmpty && !address.key.isEmpty, "\(address) names too little")
            let path = SignatureV4.encoded(path: address.key)
            try promise(path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "\(path) can't stand in a request")
        }
    }

    @Sendable private static func awsConfiguration(_ bytes: [UInt8]) async throws {
        try await refusing(StorageError.self) {
            for (section, values) in try SharedConfiguration.read(bytes.asText, from: "config") {
                try promise(values.keys.allSatisfy { $0 == $0.lowercased() }, "\(section) has names in capitals")
            }
        }
    }

    @Sendable private static func s3Answer(_ bytes: [UInt8]) async throws {
        let values = XMLValues(Data(bytes))
        _ = (values["Code"], values.groups("Contents"))
        try promise(values.all.count <= 100_000, "\(values.all.count) values")
    }

    /// A list of each kind that IAM answers: a row is whole or refused.
    @Sendable private static func awsAnswer(_ bytes: [UInt8]) async throws {
        guard let document = XMLElement(Data(bytes)) else { return }
        try await refusing(AWSError.self) {
            for member in document.members("ListUsersResult/Users") {
                try promise(!(try IAMUser(member)).arn.isEmpty, "a user without a name")
            }
        }
        try await refusing(AWSError.self) {
            for member in document.members("ListRolesResult/Roles") {
                let role = try IAMRole(member)
                if let trust = role.trust { _ = try? TrustPolicy(trust) }
            }
        }
        try await refusing(AWSError.self) {
            for member in document.members("ListAccessKeysResult/AccessKeyMetadata") { _ = try IAMAccessKey(member) }
        }
    }

    @Sendable private static func trustPolicy(_ bytes: [UInt8]) async throws {
        try await refusing(ServiceError.self) {
            let policy = try TrustPolicy(bytes.asText)
            for principal in policy.principals {
                try promise(["iam_user", "role"].contains(principal.type), "\(principal) is no user and no role")
            }
            try promise(policy.kind(in: "123456789012").hasPrefix("aws.role"), "a role of another kind")
        }
    }

    /// The first half of the bytes against the second: nothing differs from itself.
    @Sendable private static func record(_ bytes: [UInt8]) async throws {
        let (one, other) = (bytes.prefix(bytes.count / 2), bytes.dropFirst(bytes.count / 2))
        _ = FieldChange.between(Array(one).asText, Array(other).asText)
        try promise(FieldChange.between(bytes.asText, bytes.asText).isEmpty, "a record differs from itself")
        guard let record = try? ResourceRecord(bytes.asText) else { return }
        _ = (record.profile, record.emails, record.logins, record.time("createdAt"), record.reference("identityId"))
        try promise(record.link?.hasPrefix("http") != false, "a link leads to \(record.link ?? "")")
    }
}
