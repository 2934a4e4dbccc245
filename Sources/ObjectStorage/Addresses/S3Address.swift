public import AWSCalls
import AccessModel
import ConnectorHTTP
public import ConnectorKit

/// Where an object is: `s3://[ACCESS_KEY:SECRET@]BUCKET/KEY[?region=R][&endpoint=URL]` (c1z-v1.md §14.2).
public struct S3Address: Sendable {
    /// The bucket.
    public let bucket: String
    /// The object in it, as it is called: percent-encoding in the address is undone.
    public let key: String
    /// The region that the address names.
    public let region: String?
    /// The service that the address names, `http://…` or `https://…`.
    public let endpoint: String?
    /// The keys that the address names.
    public let accessKey: (id: String, secret: Secret)?

    /// What an address begins with.
    public static let scheme = "s3://"

    /// An object of a bucket.
    public init(bucket: String, key: String, region: String? = nil, endpoint: String? = nil) {
        self.bucket = bucket
        self.key = key
        self.region = region
        self.endpoint = endpoint
        accessKey = nil
    }

    /// Whether a text is meant as such an address.
    public static func matches(_ text: String) -> Bool { trimmed(text).hasPrefix(scheme) }

    /// Reads an address.
    ///
    /// - Throws: ``StorageError`` that says what is wrong with it; never with the secret in it.
    public init(_ text: String) throws(StorageError) {
        let text = Self.trimmed(text)
        guard text.hasPrefix(Self.scheme) else {
            throw StorageError(.invalidArgument, "an S3 address begins with s3://, as in s3://bucket/sync.c1z")
        }
        var rest = text.dropFirst(Self.scheme.count)
        var query: Substring = ""
        if let mark = rest.firstIndex(of: "?") {
            query = rest[rest.index(after: mark)...]
            rest = rest[..<mark]
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var host = rest[..<slash]
        let path = rest[slash...].dropFirst()
        var keys: (String, Secret)?
        if let at = host.lastIndex(of: "@") {
            let parts = host[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw StorageError(
                    .invalidArgument,
                    "S3 address: a secretAccessKey must be specified with an accessKeyID, as s3://KEY:SECRET@bucket/key"
                )
            }
            keys = (PercentEncoding.decodedUserInfo(parts[0]), Secret(PercentEncoding.decodedUserInfo(parts[1])))
            host = host[host.index(after: at)...]
        }
        if let colon = host.lastIndex(of: ":") { host = host[..<colon] }
        bucket = String(host)
        try BucketName.check(bucket)
        key = PercentEncoding.decodedUserInfo(path)
        guard !key.isEmpty else {
            throw StorageError(.invalidArgument, "s3://\(bucket): names no object. Write s3://\(bucket)/sync.c1z.")
        }
        guard key.utf8.count <= 1024 else {
            throw StorageError(.invalidArgument, "s3://\(bucket): the key is longer than the 1024 bytes that S3 takes.")
        }
        var found: [String: String] = [:]
        for parameter in query.split(separator: "&") {
            let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            found[PercentEncoding.decoded(parts[0])] = parts.count == 2 ? PercentEncoding.decoded(parts[1]) : ""
        }
        region = found["region"].flatMap { $0.isEmpty ? nil : $0 }
        endpoint = found["endpoint"].flatMap { $0.isEmpty ? nil : $0 }
        accessKey = keys
    }

    private static func trimmed(_ text: String) -> Substring {
        var rest = text[...]
        while rest.first?.isWhitespace == true { rest = rest.dropFirst() }
        while rest.last?.isWhitespace == true { rest = rest.dropLast() }
        return rest
    }

    /// The address for a person: without keys and parameters.
    public var description: String { "s3://\(bucket)/\(key)" }
}

extension S3Address: CustomStringConvertible {}

/// The rules for names of buckets.
public enum BucketName {
    /// Whether it is a name that a bucket can have.
    ///
    /// - Throws: ``StorageError`` with the rule that it breaks.
    public static func check(_ name: String) throws(StorageError) {
        guard !name.isEmpty else { throw StorageError(.invalidArgument, "S3 address: names no bucket.") }
        let bytes = Array(name.utf8)
        let isPlain: (UInt8) -> Bool = { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        // Old buckets have capitals and underscores in their names, and other services allow more than AWS.
        guard (3...255).contains(bytes.count), isPlain(bytes[0]),
            bytes.allSatisfy({ isPlain($0) || [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_")].contains($0) })
        else {
            throw StorageError(
                .invalidArgument,
                "bucket \(OneLine.text(name, limit: 80)): a name has 3 to 63 letters, digits, dots and hyphens, and begins with a letter or digit."
            )
        }
    }

    /// Whether it can stand in a host name, under the certificate of the service.
    static func fitsHost(_ name: String, isSecure: Bool) -> Bool {
        let bytes = Array(name.utf8)
        let isPlain: (UInt8) -> Bool = { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: false
            }
        }
        guard (3...63).contains(bytes.count), let last = bytes.last, isPlain(bytes[0]), isPlain(last) else {
            return false
        }
        return bytes.allSatisfy { isPlain($0) || $0 == UInt8(ascii: "-") || ($0 == UInt8(ascii: ".") && !isSecure) }
    }
}
