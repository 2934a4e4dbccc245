import AccessModel
import ConnectorHTTP
import ConnectorKit
import Crypto
import Logging
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One service of AWS in one region, asked as one identity.
///
/// Copies share what was learnt of the service's clock.
package struct AWSService: Sendable {
    private let api: AWSAPI
    private let region: String
    private let environment: AWSEnvironment
    private let credentials: CredentialCache?
    private let timeout: Duration
    private let clock = ServiceClock()

    /// A service, of which nothing is asked yet.
    ///
    /// - Parameters:
    ///   - region: where, unless it is one service for all regions.
    ///   - credentials: who asks; nil for calls that nobody signs.
    ///   - timeout: how long one call may take, with all its attempts.
    package init(
        _ api: AWSAPI, in region: String, _ environment: AWSEnvironment, credentials: CredentialCache?,
        timeout: Duration = .seconds(300)
    ) {
        self.api = api
        self.region = region
        self.environment = environment
        self.credentials = credentials
        self.timeout = timeout
    }

    /// What was answered, and the id under which the service knows the call.
    package struct Answer<Body: Sendable>: Sendable {
        package let body: Body
        package let requestID: String?
    }

    /// Asks a service that takes forms.
    ///
    /// - Throws: ``AWSError``; `CancellationError`.
    package func query(
        _ action: String, _ parameters: [(name: String, value: String)] = []
    ) async throws -> Answer<XMLElement> {
        guard case .query(let version) = api.form else { preconditionFailure("\(api.name) takes no forms") }
        let form = [(name: "Action", value: action), (name: "Version", value: version)] + parameters
        let body = form.map { "\($0.name)=\(PercentEncoding.strict($0.value))" }.joined(separator: "&")
        let answer = try await send(
            action, ["Content-Type": "application/x-www-form-urlencoded"], Data(body.utf8))
        guard let xml = XMLElement(answer.body) else {
            throw AWSError(.unavailable, "\(name(action)): answers with something else than XML.")
        }
        let id = xml["ResponseMetadata/RequestId"] ?? answer.fields["x-amzn-RequestId"]
        return Answer(body: xml, requestID: id)
    }

    /// Asks a service that takes JSON.
    ///
    /// - Throws: ``AWSError``; `CancellationError`.
    package func json<Body: Decodable & Sendable>(
        _ action: String, _ body: some Encodable, as type: Body.Type
    ) async throws -> Answer<Body> {
        guard case .json(let target) = api.form else { preconditionFailure("\(api.name) takes no JSON") }
        let fields: HeaderFields = [
            "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "\(target).\(action)",
        ]
        let answer = try await send(action, fields, try JSONEncoder().encode(body))
        do {
            // A call that has nothing to say may say nothing.
            let text = answer.body.isEmpty ? Data("{}".utf8) : answer.body
            return Answer(
                body: try JSONDecoder().decode(type, from: text), requestID: answer.fields["x-amzn-RequestId"])
        } catch {
            throw AWSError(.unavailable, "\(name(action)): answers with something else than the JSON it is known for.")
        }
    }

    private func name(_ action: String) -> String { "\(api.name):\(action)" }

    // MARK: Asking

    private static let answerLimit = 16 << 20
    /// How often a call is tried when it fails, and when the service asks to slow down: then others get their turn meanwhile, and
    /// whatever was asked before on the same page must not be asked again.
    private static let (attempts, patientAttempts) = (3, 10)

    /// Sends a call until there is an answer to keep.
    ///
    /// A clock that is wrong and credentials that have expired are mended on the way.
    private func send(_ action: String, _ fields: HeaderFields, _ body: Data) async throws -> WireAnswer {
        let address = try api.address(in: region, environment)
        let deadline = Deadline(in: timeout, by: environment.clock)
        var mended: Set<String> = []
        var attempt = 0
        while true {
            attempt += 1
            let keys = try await currentCredentials(for: action)
            let reason: String
            do {
                let answer = try await sendOnce(fields, body, to: address, keys, by: deadline)
                environment.log.debug(
                    "asked AWS", metadata: ["call": "\(name(action))", "status_code": "\(answer.status)"])
                if answer.isSuccess { return answer }
                let failure = ServiceFailure(answer)
                if let mend = await mend(failure, keys), mended.insert(mend).inserted { continue }
                guard failure.isPassing, attempt < limit(failure) else { throw error(failure, action, keys) }
                reason = failure.text
                if failure.isThrottled { tellThrottling(action, attempt) }
            } catch let failure as TransportFailure {
                // Every call may be made twice: what was done is found done.
                guard failure.isPassing, attempt < environment.attempts ?? Self.attempts else {
                    throw AWSError(failure.code, "\(name(action)): \(address.origin.text): \(failure.text).")
                }
                reason = failure.text
            }
            let pause = Backoff.wait(after: attempt)
            guard pause < deadline.rest else {
                throw AWSError(.unavailable, "\(name(action)): \(reason). No answer in time; try again later.")
            }
            environment.log.debug("asking AWS again", metadata: ["call": "\(name(action))", "because": "\(reason)"])
            try await environment.clock.sleep(for: pause)
        }
    }

    private func limit(_ failure: ServiceFailure) -> Int {
        environment.attempts ?? (failure.isThrottled ? Self.patientAttempts : Self.attempts)
    }

    private func tellThrottling(_ action: String, _ attempt: Int) {
        guard attempt == 3 else { return }
        environment.log.warning("AWS asks to slow down; waiting", metadata: ["call": "\(name(action))"])
    }

    /// What is wrong with credentials is never taken for an answer to the call.
    private func currentCredentials(for action: String) async throws -> AWSCredentials? {
        do {
            return try await credentials?.credentials()
        } catch let error as AWSError {
            throw AWSError(error.statusCode, error.description)
        }
    }

    private func sendOnce(
        _ fields: HeaderFields, _ body: Data, to address: WebAddress, _ keys: AWSCredentials?, by deadline: Deadline
    ) async throws -> WireAnswer {
        var fields = fields
        if let keys {
            fields = SignatureV4(
                credentials: keys, region: api.region(region), service: api.signingName,
                date: environment.clock.now.addingTimeInterval(clock.skew)
            ).fields(
                "POST", host: address.origin.authority, path: address.path, query: [], fields,
                hash: SignatureV4.hex(SHA256.hash(data: body)))
        }
        return try await environment.wire.send(
            WireRequest(.post, address, fields: fields, body: body), into: .memory(limit: Self.answerLimit),
            by: deadline)
    }

    /// Does something about an error, and says what; nil when there is nothing to be done.
    private func mend(_ failure: ServiceFailure, _ keys: AWSCredentials?) async -> String? {
        if failure.isSkewed, let date = failure.date(now: environment.clock.now) {
            let skew = date.timeIntervalSince(environment.clock.now)
            clock.learn(skew)
            environment.log.warning(
                "this machine's clock is wrong; going by that of AWS", metadata: ["seconds": "\(Int(skew))"])
            return "clock"
        }
        if failure.isExpired, let keys, let credentials {
            await credentials.forget(keys)
            return "credentials"
        }
        return nil
    }

    // MARK: Saying what went wrong

    private func error(_ failure: ServiceFailure, _ action: String, _ keys: AWSCredentials?) -> AWSError {
        AWSError(
            failure.statusCode, "\(name(action)): \(failure.text).\(cure(failure, action, keys))", code: failure.code)
    }

    private func cure(_ failure: ServiceFailure, _ action: String, _ keys: AWSCredentials?) -> String {
        let origin = keys?.origin ?? "nobody"
        switch failure.code {
        case _ where failure.isSkewed:
            return " This machine's clock and that of AWS are too far apart. Set the clock, or have it kept by NTP."
        case _ where failure.isExpired: return " The credentials (\(origin)) have expired. Get new ones."
        case "SignatureDoesNotMatch", "InvalidSignatureException":
            return " Check the secret of the access key (\(origin))."
        case _ where failure.isUnknownKey: return " Check the access key (\(origin))."
        case _ where failure.isDenied:
            return " Allow \(failure.missingPermission ?? name(action)) in a policy of who asks (\(origin))."
        case "AWSOrganizationsNotInUseException": return " The account is in no organization."
        case _ where failure.isPassing: return " Try again later."
        default: return ""
        }
    }
}

/// How far a service's clock is ahead of this machine's.
private final class ServiceClock: Sendable {
    private let seconds = Mutex<TimeInterval>(0)

    var skew: TimeInterval { seconds.withLock { $0 } }

    func learn(_ skew: TimeInterval) { seconds.withLock { $0 = skew } }
}
