import AccessModel
import ConnectorKit
public import LanternCatalog
public import Logging
import ObjectStorage

/// Opens external data sources.
public struct ExternalStores: Sendable {
    private let folder: DataFolder
    private let environment: [String: String]
    private let guarding: EndpointGuard
    private let log: Logger
    /// The folder within which folders of this machine may be data sources; nil when none may.
    public let sourceFolder: String?

    /// - Parameters:
    ///   - folder: where the key is under which secrets are sealed.
    ///   - environment: the variables with the server's own credentials and proxies.
    ///   - allowsPrivateEndpoints: whether services of buckets may be in private networks, or on this machine.
    ///   - sourceFolder: the folder within which folders of this machine may be data sources.
    public init(
        _ folder: DataFolder, environment: [String: String], allowsPrivateEndpoints: Bool, sourceFolder: String?,
        log: Logger
    ) {
        self.folder = folder
        self.environment = environment
        guarding = EndpointGuard(allowsPrivate: allowsPrivateEndpoints)
        self.sourceFolder = sourceFolder
        self.log = log
    }

    /// Opens an external data source; nothing is asked of it yet.
    ///
    /// - Throws: `CatalogError`, `StorageError` for a setting that can't be gone by.
    public func store(of source: ExternalSource) throws -> any ObjectStore {
        switch source.settings.kind {
        case .folder: return try FolderStore(source.settings.folder, within: sourceFolder)
        case .s3: return BucketStore(bucket: try bucket(of: source), source: source, guarding: guarding)
        }
    }

    /// Looks whether files could be fetched, step by step; ends with the first step that fails.
    public func test(_ source: ExternalSource) async -> [TestStep] {
        do {
            return try await store(of: source).test()
        } catch {
            return [TestStep(name: "Read the details", finding: "\(error)", isGood: false)]
        }
    }

    private func bucket(of source: ExternalSource) throws -> S3Bucket {
        let settings = source.settings
        var bucket = S3Settings(bucket: settings.bucket)
        bucket.environment = environment
        bucket.log = log
        if !settings.region.isEmpty { bucket.region = settings.region }
        if !settings.endpoint.isEmpty { bucket.endpoint = settings.endpoint }
        switch settings.access {
        case .ambient: bucket.access = .ambient
        case .anonymous: bucket.access = .anonymous
        case .role:
            guard !settings.roleARN.isEmpty else {
                throw CatalogError(
                    .failedPrecondition, "\(source.name): has no Role ARN yet. Make the role with the policies shown.")
            }
            bucket.access = .role(arn: settings.roleARN, externalID: source.externalID)
        case .keys:
            let secret = try SecretBox(in: folder, makingKey: false).unseal(source.sealedSecret, of: source.id)
            bucket.access = .keys(
                AWSCredentials(accessKeyID: settings.accessKeyID, secretAccessKey: Secret(secret), from: source.name))
        }
        return try S3Bucket(bucket)
    }

    /// The server's own name at AWS, which the trust policy of a role has to name; nil when it has none.
    public func serverIdentity() async -> String? {
        // Off AWS nobody answers at the address where a machine asks for its role.
        await withTaskGroup(of: String?.self) { group in
            group.addTask {
                do {
                    return try await AWSIdentity.principal(environment, log: log)
                } catch {
                    log.debug("the server has no name at AWS", metadata: ["because": "\(error)"])
                    return nil
                }
            }
            group.addTask {
                // Ends early by cancellation, when there was an answer.
                try? await Task.sleep(for: Self.identityPatience)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    private static let identityPatience = Duration.seconds(3)

    /// Seals the secret of an external data source.
    public func seal(_ secret: String, of id: String) throws -> [UInt8] {
        try SecretBox(in: folder).seal(secret, of: id)
    }

    /// Makes sure that an external data source can be what somebody wants it to be, and brings it into its form.
    ///
    /// - Throws: `CatalogError` that names the field.
    public func checked(_ given: ExternalSource.Settings) throws -> ExternalSource.Settings {
        var settings = given
        if settings.kind == .folder {
            _ = try FolderStore(settings.folder, within: sourceFolder)
            return settings
        }
        if settings.bucket.hasPrefix(S3Address.scheme) {
            settings.bucket = String(settings.bucket.dropFirst(S3Address.scheme.count))
        }
        while settings.bucket.hasSuffix("/") { settings.bucket.removeLast() }
        do { try BucketName.check(settings.bucket) } catch {
            throw CatalogError(.invalidArgument, "S3 bucket: \(error.description)")
        }
        guard settings.region.utf8.allSatisfy(\.isRegionLetter), settings.region.utf8.count <= 40 else {
            throw CatalogError(
                .invalidArgument, "S3 bucket region: is written like us-east-1; leave it empty to find it out.")
        }
        try BucketEndpoint.check(settings.endpoint)
        if settings.access == .role, !settings.roleARN.isEmpty { try RoleName.check(settings.roleARN) }
        if settings.access == .keys, settings.accessKeyID.isEmpty {
            throw CatalogError(.invalidArgument, "Access key ID: enter it, with its secret.")
        }
        return settings
    }
}

/// Where another service than AWS is.
enum BucketEndpoint {
    static func check(_ text: String) throws(CatalogError) {
        guard !text.isEmpty else { return }
        let isWeb = ["https://", "http://"].contains { text.hasPrefix($0) && text.utf8.count > $0.utf8.count }
        // Keys belong into their own fields: an address is shown.
        guard isWeb, !text.contains("@"), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw CatalogError(
                .invalidArgument, "Endpoint: is an address without a password, such as https://s3.example.com.")
        }
    }
}

/// Names of roles (AWS IAM identifiers).
enum RoleName {
    static func check(_ arn: String) throws(CatalogError) {
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        let isRole =
            parts.count == 6 && parts[0] == "arn" && ["aws", "aws-cn", "aws-us-gov"].contains(parts[1])
            && parts[2] == "iam" && parts[3].isEmpty && parts[4].utf8.count == 12
            && parts[4].utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            && parts[5].hasPrefix("role/") && parts[5].utf8.count > 5 && parts[5].utf8.count <= 600
            && parts[5].utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard isRole else {
            throw CatalogError(
                .invalidArgument, "Role ARN: is written like arn:aws:iam::123456789012:role/LanternIntegration.")
        }
    }
}

extension UInt8 {
    fileprivate var isRegionLetter: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
