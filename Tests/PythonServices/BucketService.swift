/// A bucket service in a process of its own, with one bucket called `bucket`.
public final class BucketService: Sendable {
    /// What a service was asked.
    public struct Seen: Decodable {
        /// How many requests were signed.
        public let signed: Int
        /// How many were not.
        public let anonymous: Int
        /// All of them.
        public let requests: [String]
    }

    private let service: PythonService
    /// Where it listens.
    public let port: Int
    /// Where a way to it begins that can be cut.
    public let cutPort: Int

    /// Whether it can be started.
    public static let isThere = PythonService.hasPackage("moto")
    /// What a test says that can't start it.
    public static let absenceText = PythonService.absence(of: "moto")

    /// Starts it.
    public init() throws {
        service = try PythonService(
            "bucket-service.py", besides: #filePath,
            environment: ["AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"])
        let ports = service.greeting.split(separator: " ").compactMap { Int($0) }
        (port, cutPort) = (ports.first ?? 0, ports.last ?? 0)
    }

    /// Makes faults from now on, in place of others; returns what was asked since the last time.
    @discardableResult
    public func fault(_ faults: [String: Any] = [:]) throws -> Seen {
        try service.tell(faults, Seen.self)
    }

    /// The variables of somebody who may do everything.
    public var environment: [String: String] {
        [
            "AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "secret/key+with=signs",
            "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:\(port)", "HOME": "/nowhere",
            "AWS_EC2_METADATA_DISABLED": "true",
        ]
    }
}
