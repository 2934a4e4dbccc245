import AWSCalls
import AccessModel
import ConnectorHTTP
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
    private let kept = KeptBuckets()
    private let identity: ServerIdentity
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
        identity = ServerIdentity(environment, log: log)
    }

    /// Opens an external data source; nothing is asked of it yet.
    ///
    /// - Throws: `CatalogError`, `StorageError` for a setting that can't be gone by.
    public func store(of source: ExternalSource) async throws -> any ObjectStore {
        switch source.settings.kind {
        case .folder:
            return try await Blocking.perform { [sourceFolder] in
                try FolderStore(source.settings.folder, within: sourceFolder)
            }
        case .s3:
            let addresses = try await guarding.addresses(of: source)
            let known = try kept.bucket(of: source, at: addresses) { try bucket(of: source, at: addresses) }
            return BucketStore(bucket: known, source: source)
        }
    }

    /// Tests an external data source, and has the catalog remember how that went.
    public func test(_ source: ExternalSource, notingIn catalog: any Catalog) async throws -> [TestStep] {
        let steps = await test(source)
        let failed = steps.first { !$0.isGood }
        try await catalog.noteTest(
            ofExternalSource: source.id, error: failed.map { "\($0.name): \($0.finding)" } ?? "")
        return steps
    }

    /// Looks whether files could be fetched, step by step; ends with the first step that fails.
    func test(_ source: ExternalSource) async -> [TestStep] {
        do {
            return try await store(of: source).test()
        } catch {
            return [TestStep(name: "Find the service", finding: "\(error)", isGood: false)]
        }
    }

    private func bucket(of source: ExternalSource, at addresses: [String: String]) throws -> S3Bucket {
        let settings = source.settings
        var bucket = S3Settings(bucket: settings.bucket)
        bucket.environment = environment
        bucket.log = log
        bucket.addresses = addresses
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

    /// The server's own name at AWS, which the trust policy of a role has to name; nil when it has none, or it isn't known yet.
    public func serverIdentity() async -> String? { await identity.name() }

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
        // Keys belong into their own fields: an address is shown, also in scripts.
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"@\"'`$\\<>;|&(){}?#".utf8.contains($0) }
        guard isPlain, WebAddress(parsing: text) != nil else {
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
            && parts[4].utf8.allSatisfy(\.isDigit) && parts[5].hasPrefix("role/")
            && (6...600).contains(parts[5].utf8.count)
            && parts[5].utf8.allSatisfy { $0.isDigit || $0.isLetter || "+=,.@_/-".utf8.contains($0) }
        guard isRole else {
            throw CatalogError(
                .invalidArgument, "Role ARN: is written like arn:aws:iam::123456789012:role/LanternIntegration.")
        }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    fileprivate var isLetter: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
    }

    fileprivate var isRegionLetter: Bool {
        isDigit || self == UInt8(ascii: "-") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
    }
}
