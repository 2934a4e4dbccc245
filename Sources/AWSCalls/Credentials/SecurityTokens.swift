import AccessModel
import ConnectorHTTP
package import ConnectorKit
import WireForm

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Takes on roles (AWS Security Token Service, version 2011-06-15).
package struct SecurityTokens: Sendable {
    private let environment: AWSEnvironment

    /// The token service of that environment.
    package init(_ environment: AWSEnvironment) { self.environment = environment }

    /// Takes on a role with other credentials.
    ///
    /// - Parameters:
    ///   - externalID: what the role asks for besides; empty when it asks for nothing.
    ///   - seconds: for how long; an hour when nil.
    package func assume(
        _ role: String, externalID: String, session: String?, seconds: Int?, with credentials: AWSCredentials
    ) async throws -> AWSCredentials {
        var form = [
            (name: "RoleArn", value: role), (name: "RoleSessionName", value: session ?? Self.sessionName),
            (name: "DurationSeconds", value: String(seconds ?? 3600)),
        ]
        if !externalID.isEmpty { form.append((name: "ExternalId", value: externalID)) }
        let answer = try await ask(
            "AssumeRole", form, about: "role \(role): can't be taken on", signedWith: credentials)
        return try Self.credentials(answer.first("AssumeRoleResult/Credentials"), role: role)
    }

    /// Takes on a role with a token that somebody else vouches for.
    func assume(_ role: String, webIdentityIn path: String, session: String?) async throws -> AWSCredentials {
        guard let token = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw AWSError(.invalidArgument, "AWS_WEB_IDENTITY_TOKEN_FILE: \(path) can't be read.")
        }
        return try await assume(role, webIdentity: Secret(token.trimmed), session: session).credentials
    }

    /// Takes on a role with a token that somebody else vouches for.
    ///
    /// - Parameters:
    ///   - seconds: for how long; what is usual for the role when nil.
    ///   - policy: what the session may do at most, as JSON; nil for all that the role may.
    package func assume(
        _ role: String, webIdentity token: Secret, session: String?, seconds: Int? = nil, policy: String? = nil
    ) async throws -> (credentials: AWSCredentials, sessionARN: String?) {
        var form = [
            (name: "RoleArn", value: role), (name: "RoleSessionName", value: session ?? Self.sessionName),
            (name: "WebIdentityToken", value: token.reveal()),
        ]
        if let seconds { form.append((name: "DurationSeconds", value: String(seconds))) }
        if let policy { form.append((name: "Policy", value: policy)) }
        let answer = try await ask(
            "AssumeRoleWithWebIdentity", form, about: "role \(role): can't be taken on", signedWith: nil)
        let result = answer.first("AssumeRoleWithWebIdentityResult")
        return (
            try Self.credentials(result?.first("Credentials"), role: role), result?["AssumedRoleUser/Arn"]
        )
    }

    /// Whose credentials these are (GetCallerIdentity): the user, or the role that was taken on.
    func identity(of credentials: AWSCredentials) async throws -> String {
        let answer = try await ask(
            "GetCallerIdentity", [], about: "\(credentials.origin): its name can't be told", signedWith: credentials)
        guard let arn = answer["GetCallerIdentityResult/Arn"] else {
            throw AWSError(.unavailable, "\(credentials.origin): the token service answered without a name.")
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
        _ action: String, _ parameters: [(name: String, value: String)], about subject: String,
        signedWith credentials: AWSCredentials?
    ) async throws -> XMLElement {
        let clock = environment.clock
        let service = AWSService(
            .sts, in: environment.region ?? "us-east-1", environment,
            credentials: credentials.map { CredentialCache(FixedCredentials(fixed: $0), clock: { clock.now }) },
            timeout: .seconds(60))
        do {
            return try await service.query(action, parameters).body
        } catch let error as AWSError {
            let cure =
                error.code == "AccessDenied"
                ? " Check that the role's trust policy names who asks, and the external ID." : ""
            throw AWSError(error.statusCode, "\(subject): \(error.description)\(cure)", code: error.code)
        }
    }

    private static func credentials(_ xml: XMLElement?, role: String) throws(AWSError) -> AWSCredentials {
        guard let xml, let id = xml["AccessKeyId"], let secret = xml["SecretAccessKey"], let token = xml["SessionToken"]
        else { throw AWSError(.unavailable, "role \(role): the token service answered without credentials.") }
        let end = xml["Expiration"].flatMap { CivilTime(rfc3339: $0)?.unixSeconds }
        return AWSCredentials(
            accessKeyID: id, secretAccessKey: Secret(secret), sessionToken: Secret(token),
            expiresAt: end.map { Date(timeIntervalSince1970: Double($0)) }, from: "role \(role)")
    }
}
