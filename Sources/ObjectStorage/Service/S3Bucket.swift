import AWSCalls
import AccessModel
import ConnectorHTTP
import Logging
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A bucket, and what can be asked of it (Amazon S3 API, version 2006-03-01).
///
/// Copies share connections, credentials, and what was learnt of the bucket's region and the service's clock.
public struct S3Bucket: Sendable {
    /// Its name.
    public let name: String
    let environment: AWSEnvironment
    private let credentials: CredentialCache
    private let place: Place
    private let known: Known

    /// A bucket, of which nothing is asked yet.
    ///
    /// - Throws: ``StorageError`` for a setting, variable or file that can't be gone by.
    public init(_ settings: S3Settings) throws {
        try BucketName.check(settings.bucket)
        name = settings.bucket
        let environment = try AWSEnvironment(
            settings.environment, addresses: settings.addresses, clock: settings.clock, log: settings.log)
        self.environment = environment
        place = try Place(settings, environment)
        known = Known(region: settings.region ?? environment.region)
        let source: (any CredentialSource)? =
            switch settings.access {
            case .ambient: CredentialChain(environment: environment)
            case .keys(let keys): FixedCredentials(fixed: keys)
            case .role(let arn, let externalID):
                RoleCredentials(
                    arn: arn, externalID: externalID, base: CredentialChain(environment: environment),
                    tokens: SecurityTokens(environment))
            case .anonymous: nil
            }
        credentials = CredentialCache(source, clock: { environment.clock.now })
    }

    /// The region that the bucket is known to be in.
    public var region: String? { known.state.withLock { $0.region } }

    /// As whom the bucket is asked, for a person.
    ///
    /// - Throws: ``StorageError`` when credentials can't be had, such as those of a role that may not be taken on.
    public func whoAsks() async throws -> String {
        guard let keys = try await credentials.credentials() else { return "nobody" }
        return "\(keys.accessKeyID) (\(keys.origin))"
    }

    func learn(region: String) { known.state.withLock { $0.region = region } }

    /// What is found out while asking.
    private final class Known: Sendable {
        struct State {
            var region: String?
            /// How far the service's clock is ahead of this one.
            var skew: TimeInterval = 0
        }

        let state: Mutex<State>
        init(region: String?) { state = Mutex(State(region: region)) }
    }

    /// Where requests go.
    private struct Place: Sendable {
        let endpoint: WebAddress?
        let usesPaths: Bool?
        let bucket: String

        init(_ settings: S3Settings, _ environment: AWSEnvironment) throws(StorageError) {
            bucket = settings.bucket
            usesPaths = settings.usesPaths
            guard let text = settings.endpoint ?? environment.endpoint(of: "S3") else {
                endpoint = nil
                return
            }
            guard let address = WebAddress(parsing: text) else {
                throw StorageError(
                    .invalidArgument,
                    "endpoint \(OneLine.text(text, limit: 100)): endpointURL scheme must be set(http, https), as in https://s3.example.com."
                )
            }
            endpoint = address
        }

        /// The origin and the path of an object, or of the bucket when the key is empty.
        func address(of key: String, region: String) throws(StorageError) -> (origin: Origin, path: String) {
            let tail = key.isEmpty ? "" : "/\(SignatureV4.encoded(path: key))"
            if let endpoint, usesPaths != false {
                let base = endpoint.path.hasSuffix("/") ? String(endpoint.path.dropLast()) : endpoint.path
                return (endpoint.origin, "\(base)/\(bucket)\(tail)")
            }
            let host =
                endpoint.map { $0.origin.authority }
                ?? "s3.\(region).amazonaws.com\(region.hasPrefix("cn-") ? ".cn" : "")"
            let scheme = endpoint?.origin.scheme ?? "https"
            let isVirtual = usesPaths != true && BucketName.fitsHost(bucket, isSecure: scheme == "https")
            guard let address = WebAddress(parsing: "\(scheme)://\(isVirtual ? "\(bucket)." : "")\(host)") else {
                throw StorageError(
                    .invalidArgument, "region \(OneLine.text(region, limit: 40)): was not a valid DNS name.")
            }
            return (address.origin, isVirtual ? (tail.isEmpty ? "/" : tail) : "/\(bucket)\(tail)")
        }
    }

    // MARK: Asking

    /// One request, as often as it takes.
    struct Call: Sendable {
        var method: HTTPRequest.Method
        var key = ""
        var query: [(name: String, value: String)] = []
        var fields: HeaderFields = [:]
        var body = Data()
        var part: FilePart?
        /// The SHA-256 of what is sent, in hexadecimal.
        var hash = SignatureV4.emptyHash
        var sink = BodySink.memory(limit: 8 << 20)
        var acceptedStatuses: Set<Int> = []
        /// Whether it may be sent again after it may have arrived.
        var isRepeatable = true
        var seconds = 300
    }

    private static let attempts = 8

    /// Sends a request until there is an answer to keep.
    ///
    /// A wrong region, a clock that is wrong and credentials that have expired are mended on the way.
    /// - Throws: ``StorageError``; whatever the caller's own sink throws.
    func send(_ call: Call) async throws -> WireAnswer {
        var attempt = 0
        var mended: Set<String> = []
        while true {
            attempt += 1
            let keys = try await credentials.credentials()
            do {
                let answer = try await sendOnce(call, keys)
                if answer.isSuccess || call.acceptedStatuses.contains(answer.status) { return answer }
                let failure = ServiceFailure(answer, XMLValues(answer.body))
                if let mend = await mend(failure, call, keys), mended.insert(mend).inserted { continue }
                guard failure.isPassing, attempt < Self.attempts else { throw error(failure, call) }
                environment.log.debug("asking again", metadata: ["because": "\(failure.text)"])
            } catch let failure as TransportFailure {
                let mayRepeat = failure.isPassing || failure.code == .deadlineExceeded
                guard mayRepeat, call.isRepeatable || failure.moment == .unsent, attempt < Self.attempts else {
                    throw StorageError(failure.code, "\(describe(call)): \(failure.text).")
                }
                environment.log.debug("asking again", metadata: ["because": "\(failure.text)"])
            } catch let failure as SinkFailure {
                throw failure.cause
            }
            try await environment.clock.sleep(for: Backoff.wait(after: attempt))
        }
    }

    private func sendOnce(_ call: Call, _ keys: AWSCredentials?) async throws -> WireAnswer {
        let (region, skew) = known.state.withLock { ($0.region ?? "us-east-1", $0.skew) }
        let (origin, path) = try place.address(of: call.key, region: region)
        var fields = call.fields
        if let keys {
            fields = SignatureV4(
                credentials: keys, region: region, service: "s3",
                date: environment.clock.now.addingTimeInterval(skew)
            ).fields(
                call.method.rawValue, host: origin.authority, path: path, query: call.query, fields, hash: call.hash)
        }
        let query = SignatureV4.canonical(call.query)
        let address = WebAddress(origin: origin, path: path, query: query.isEmpty ? nil : query)
        let request = WireRequest(
            call.method, address, fields: fields, body: call.body.isEmpty ? nil : call.body, filePart: call.part)
        return try await environment.wire.send(
            request, into: call.sink, by: Deadline(in: .seconds(call.seconds), by: environment.clock))
    }

    /// Does something about an error, and says what; nil when there is nothing to be done.
    private func mend(_ failure: ServiceFailure, _ call: Call, _ keys: AWSCredentials?) async -> String? {
        // An answer to HEAD has no body that says what is wrong; the region is what is most often.
        if failure.status == 400, failure.code.isEmpty, call.method == .head {
            let before = region
            do { if try await locate() != before { return "region unseen" } } catch {
                environment.log.debug("the bucket can't be located", metadata: ["because": "\(error)"])
            }
        }
        if failure.isElsewhere, let region = failure.region, region != self.region {
            known.state.withLock { $0.region = region }
            return "region \(region)"
        }
        if failure.status == 403 || failure.isSkewed, let date = failure.date(now: environment.clock.now) {
            let skew = date.timeIntervalSince(environment.clock.now)
            let known = known.state.withLock { state in
                defer { state.skew = skew }
                return state.skew
            }
            // An answer without a body doesn't say that it is about the time, but its date does.
            if failure.isSkewed || abs(known - skew) > 300 { return "clock" }
        }
        if failure.isExpired, let keys {
            await credentials.forget(keys)
            return "credentials"
        }
        return nil
    }

    // MARK: Saying what went wrong

    func describe(_ call: Call) -> String { call.key.isEmpty ? "s3://\(name)" : "s3://\(name)/\(call.key)" }

    func error(_ failure: ServiceFailure, _ call: Call) -> StorageError {
        let cure: String
        switch (failure.status, failure.code) {
        case (_, "NoSuchBucket"): cure = "Check the name of the bucket."
        case (404, _): cure = call.key.isEmpty ? "Check the name of the bucket." : "There is no such object."
        case (_, "InvalidAccessKeyId"), (_, "SignatureDoesNotMatch"): cure = "Check the access key and its secret."
        case _ where failure.isExpired: cure = "Get new credentials."
        case (_, "InvalidObjectState"):
            cure = "It is archived. Restore it, or keep it in a class that can be read at once."
        case (403, _): cure = "Its policy has to allow \(failure.missingPermission ?? Self.permission(for: call))."
        case _ where failure.isElsewhere: cure = "Name the bucket's region."
        case (412, _), (409, _): cure = "Somebody else has written it meanwhile."
        case _ where failure.isPassing: cure = "Try again later."
        default: cure = ""
        }
        return StorageError(
            failure.statusCode, "\(describe(call)): \(failure.text)." + (cure.isEmpty ? "" : " \(cure)"),
            code: failure.code)
    }

    /// What a policy has to allow for a request.
    private static func permission(for call: Call) -> String {
        switch call.method {
        case .get, .head:
            if call.key.isEmpty {
                return call.query.contains { $0.name == "location" } ? "s3:GetBucketLocation" : "s3:ListBucket"
            }
            return "s3:GetObject, and s3:ListBucket where the object may be missing"
        case .put, .post: return "s3:PutObject"
        case .delete:
            return call.query.contains { $0.name == "uploadId" } ? "s3:AbortMultipartUpload" : "s3:DeleteObject"
        case .patch: return "it"
        }
    }
}
