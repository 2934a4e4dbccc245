import AccessModel
import ConnectorHTTP
import ConnectorKit
import Crypto
import WireForm

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Takes on roles (AWS Security Token Service, version 2011-06-15).
struct SecurityTokens: Sendable {
    let environment: AWSEnvironment

    init(_ environment: AWSEnvironment) { self.environment = environment }

    private static let answerLimit = 1 << 18

    /// Takes on a role with other credentials.
    ///
    /// - Parameters:
    ///   - externalID: what the role asks for besides; empty when it asks for nothing.
    ///   - seconds: for how long; an hour when nil.
    func assume(
        _ role: String, externalID: String, session: String?, seconds: Int?, with credentials: AWSCredentials
    ) async throws -> AWSCredentials {
        var form = [
            ("Action", "AssumeRole"), ("Version", "2011-06-15"), ("RoleArn", role),
            ("RoleSessionName", session ?? Self.sessionName), ("DurationSeconds", String(seconds ?? 3600)),
        ]
        if !externalID.isEmpty { form.append(("ExternalId", externalID)) }
        return try Self.credentials(
            try await ask(form, about: "role \(role): can't be taken on", signedWith: credentials), role: role)
    }

    /// Takes on a role with a token that somebody else vouches for.
    func assume(_ role: String, webIdentityIn path: String, session: String?) async throws -> AWSCredentials {
        guard let token = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw StorageError(.invalidArgument, "AWS_WEB_IDENTITY_TOKEN_FILE: \(path) can't be read.")
        }
        let xml = try await ask(
            [
                ("Action", "AssumeRoleWithWebIdentity"), ("Version", "2011-06-15"), ("RoleArn", role),
                ("RoleSessionName", session ?? Self.sessionName), ("WebIdentityToken", token.trimmed),
            ], about: "role \(role): can't be taken on", signedWith: nil)
        return try Self.credentials(xml, role: role)
    }

    /// Whose credentials these are (GetCallerIdentity): the user, or the role that was taken on.
    func identity(of credentials: AWSCredentials) async throws -> String {
        let xml = try await ask(
            [("Action", "GetCallerIdentity"), ("Version", "2011-06-15")],
            about: "\(credentials.origin): its name can't be told",
            signedWith: credentials)
        guard let arn = xml["GetCallerIdentityResult/Arn"] ?? xml["Arn"] else {
            throw StorageError(.unavailable, "\(credentials.origin): the token service answered without a name.")
        }
        return Self.principal(arn)
    }

    /// What a policy names: a role, and not the session in which it is taken on.
    static func principal(_ arn: String) -> String {
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[2] == "sts", parts[5].hasPrefix("assumed-role/") else { return arn }
        let names = parts[5].split(separator: "/")
        guard names.count >= 2 else { return arn }
        return "\(parts[0]):\(parts[1]):iam::\(parts[4]):role/\(names[1])"
    }

    private static let sessionName = "lantern"

    private func ask(
        _ form: [(String, String)], about subject: String, signedWith credentials: AWSCredentials?
    ) async throws -> XMLValues {
        let region = environment.region ?? "us-east-1"
        let address = try address(region)
        let body = form.map { "\($0)=\(PercentEncoding.strict($1))" }.joined(separator: "&")
        var attempt = 0
        var skew: TimeInterval = 0
        while true {
            attempt += 1
            var fields: HeaderFields = ["Content-Type": "application/x-www-form-urlencoded"]
            if let credentials {
                fields = SignatureV4(
                    credentials: credentials, region: region, service: "sts",
                    date: environment.clock.now.addingTimeInterval(skew)
                ).fields(
                    "POST", host: address.origin.authority, path: address.path, query: [], fields,
                    hash: SignatureV4.hex(SHA256.hash(data: Array(body.utf8))))
            }
            do {
                let answer = try await environment.wire.send(
                    WireRequest(.post, address, fields: fields, body: Data(body.utf8)),
                    into: .memory(limit: Self.answerLimit), by: Deadline(in: .seconds(30), by: environment.clock))
                let xml = XMLValues(answer.body)
                if answer.isSuccess { return xml }
                let failure = ServiceFailure(answer, xml)
                if failure.isSkewed, attempt == 1, let date = failure.date(now: environment.clock.now) {
                    skew = date.timeIntervalSince(environment.clock.now)
                    continue
                }
                guard failure.isPassing, attempt < 4 else { throw Self.error(failure, subject) }
            } catch let failure as TransportFailure {
                guard failure.isPassing, attempt < 4 else {
                    throw StorageError(failure.code, "\(subject): \(address.origin.text): \(failure.text).")
                }
            }
            try await environment.clock.sleep(for: Backoff.wait(after: attempt))
        }
    }

    private func address(_ region: String) throws(StorageError) -> WebAddress {
        let isChina = region.hasPrefix("cn-")
        let text =
            environment.endpoint(of: "STS") ?? "https://sts.\(region).amazonaws.com\(isChina ? ".cn" : "")"
        guard let address = WebAddress(parsing: text) else {
            throw StorageError(.invalidArgument, "AWS_ENDPOINT_URL_STS: is no http or https address.")
        }
        return address
    }

    private static func credentials(_ xml: XMLValues, role: String) throws(StorageError) -> AWSCredentials {
        guard let id = xml["Credentials/AccessKeyId"], let secret = xml["Credentials/SecretAccessKey"],
            let token = xml["Credentials/SessionToken"]
        else { throw StorageError(.unavailable, "role \(role): the token service answered without credentials.") }
        let end = xml["Credentials/Expiration"].flatMap { CivilTime(rfc3339: $0)?.unixSeconds }
        return AWSCredentials(
            accessKeyID: id, secretAccessKey: Secret(secret), sessionToken: Secret(token),
            expiresAt: end.map { Date(timeIntervalSince1970: Double($0)) }, from: "role \(role)")
    }

    private static func error(_ failure: ServiceFailure, _ subject: String) -> StorageError {
        let cure =
            failure.code == "AccessDenied"
            ? " Check that the role's trust policy names who asks, and the external ID." : ""
        return StorageError(
            failure.statusCode, "\(subject): \(failure.text).\(cure)", code: failure.code)
    }
}
