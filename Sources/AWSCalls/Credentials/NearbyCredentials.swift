import AccessModel
import ConnectorHTTP
import ConnectorKit
import WireForm

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a container is given: the address in `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
struct ContainerCredentials: CredentialSource {
    let environment: AWSEnvironment

    private static let service = "http://169.254.170.2"
    /// Where credentials may be asked for without TLS: the machine itself, and the agents of ECS and EKS.
    private static let nearHosts: Set = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"]

    init(_ environment: AWSEnvironment) { self.environment = environment }

    func credentials() async throws -> AWSCredentials? {
        let text: String
        if let relative = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
            text = Self.service + (relative.hasPrefix("/") ? relative : "/\(relative)")
        } else if let full = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
            text = full
        } else {
            return nil
        }
        guard let address = WebAddress(parsing: text), Self.isNear(address.origin) else {
            throw AWSError(
                .invalidArgument,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI: credentials come over https, or from this machine or its container service."
            )
        }
        var fields: HeaderFields = [:]
        if let token = try token() { fields["Authorization"] = token.reveal() }
        let answer = try await NearbyService(environment).ask(.get, address, fields, who: "container service")
        guard answer.isSuccess else {
            throw AWSError(.unavailable, "container service: answers \(answer.status) instead of credentials.")
        }
        return try NearbyService.credentials(answer, from: "container service")
    }

    private static func isNear(_ origin: Origin) -> Bool {
        origin.scheme == "https" || nearHosts.contains(origin.host) || origin.isThisMachine
    }

    /// What the service wants to see, read anew each time, since it changes.
    private func token() throws(AWSError) -> Secret? {
        guard let path = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] else {
            return environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"].map(Secret.init)
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw AWSError(.invalidArgument, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: \(path) can't be read.")
        }
        return Secret(text.trimmed)
    }
}

/// What the machine is given: the role of an EC2 instance, from its metadata service (IMDSv2).
struct MachineCredentials: CredentialSource {
    let environment: AWSEnvironment

    init(_ environment: AWSEnvironment) { self.environment = environment }

    func credentials() async throws -> AWSCredentials? {
        guard environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" else { return nil }
        let isIPv6 = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]?.lowercased() == "ipv6"
        let base =
            environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"]
            ?? (isIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254")
        guard let root = WebAddress(parsing: base) else {
            throw AWSError(.invalidArgument, "AWS_EC2_METADATA_SERVICE_ENDPOINT: is no http address.")
        }
        func address(_ path: String) -> WebAddress { WebAddress(origin: root.origin, path: path, query: nil) }
        let service = NearbyService(environment)
        // Elsewhere than on such a machine nobody answers, and that is no error: there is nothing to be had here.
        guard
            let token = try await service.askIfThere(
                .put, address("/latest/api/token"), ["X-aws-ec2-metadata-token-ttl-seconds": "21600"]), token.isSuccess
        else { return nil }
        let fields: HeaderFields = ["X-aws-ec2-metadata-token": String(decoding: token.body, as: UTF8.self).trimmed]
        let list = "/latest/meta-data/iam/security-credentials/"
        let roles = try await service.ask(.get, address(list), fields, who: "instance metadata")
        let role = String(decoding: roles.body, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init)
        guard roles.isSuccess, let role else { return nil }
        let answer = try await service.ask(
            .get, address(list + PercentEncoding.strict(role)), fields, who: "instance metadata")
        guard answer.isSuccess else {
            throw AWSError(.unavailable, "instance metadata: answers \(answer.status) instead of credentials.")
        }
        return try NearbyService.credentials(answer, from: "the machine's role \(role)")
    }
}

/// Asks services on this machine or beside it, never through a proxy.
private struct NearbyService {
    let environment: AWSEnvironment

    init(_ environment: AWSEnvironment) { self.environment = environment }

    private static let answerLimit = 1 << 16

    func ask(
        _ method: HTTPRequest.Method, _ address: WebAddress, _ fields: HeaderFields, who: String
    ) async throws -> WireAnswer {
        var attempt = 0
        while true {
            attempt += 1
            do {
                let answer = try await send(method, address, fields, seconds: 5)
                guard answer.status >= 500, attempt < 4 else { return answer }
            } catch let failure as TransportFailure {
                guard failure.isPassing, attempt < 4 else {
                    throw AWSError(.unavailable, "\(who): \(failure.text).")
                }
            }
            try await environment.clock.sleep(for: .milliseconds(200 << attempt))
        }
    }

    /// The answer; nil when nobody answers within a second.
    func askIfThere(
        _ method: HTTPRequest.Method, _ address: WebAddress, _ fields: HeaderFields
    ) async throws -> WireAnswer? {
        do { return try await send(method, address, fields, seconds: 1) } catch is TransportFailure { return nil }
    }

    private func send(
        _ method: HTTPRequest.Method, _ address: WebAddress, _ fields: HeaderFields, seconds: Int
    ) async throws -> WireAnswer {
        try await environment.nearWire.send(
            WireRequest(method, address, fields: fields), into: .memory(limit: Self.answerLimit),
            by: Deadline(in: .seconds(seconds), by: environment.clock))
    }

    static func credentials(_ answer: WireAnswer, from origin: String) throws(AWSError) -> AWSCredentials {
        let json: JSONValue
        do { json = try JSONValue(parsing: Array(answer.body)) } catch {
            throw AWSError(.unavailable, "\(origin): answered with something else than credentials.")
        }
        return try AWSCredentials(json, token: "Token", from: origin)
    }
}
