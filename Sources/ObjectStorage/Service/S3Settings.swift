public import AWSCalls
public import ConnectorHTTP
public import Logging

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Where a bucket is, and how it is reached.
public struct S3Settings: Sendable {
    /// The bucket.
    public var bucket: String
    /// Its region; found out when nil.
    public var region: String?
    /// Another service than AWS: `http://…` or `https://…`; nil for what the environment says, or AWS.
    public var endpoint: String?
    /// Where hosts are, in place of what their names say by then.
    public var addresses: [String: String] = [:]
    /// Whether the bucket stands in the path of an address; nil for what the service needs.
    public var usesPaths: Bool?
    /// Who asks.
    public var access = S3Access.ambient
    /// The variables to go by.
    public var environment: [String: String] = ProcessInfo.processInfo.environment
    /// Time.
    public var clock: any ClientClock = SystemClock()
    /// Where remarks go; never a secret.
    public var log = Logger(label: "object-storage")

    /// A bucket.
    public init(bucket: String) { self.bucket = bucket }

    /// The bucket of an address, with what the address says of it.
    public init(_ address: S3Address) {
        bucket = address.bucket
        region = address.region
        endpoint = address.endpoint
        if let key = address.accessKey {
            access = .keys(AWSCredentials(accessKeyID: key.id, secretAccessKey: key.secret, from: "the address"))
        }
    }
}

/// How requests to a bucket prove who sends them.
public enum S3Access: Sendable {
    /// What the environment has: variables, web identity, profiles, container, machine.
    case ambient
    /// These keys.
    case keys(AWSCredentials)
    /// A role, taken on with what the environment has.
    case role(arn: String, externalID: String)
    /// Nobody: for buckets that anybody may read.
    case anonymous
}
