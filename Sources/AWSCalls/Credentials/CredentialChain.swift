import AccessModel
import ConnectorHTTP
import ConnectorKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Asks one place after the other, in the order that AWS programs have: variables, web identity, profile, container, machine.
package struct CredentialChain: CredentialSource {
    private let environment: AWSEnvironment

    /// The chain in that environment.
    package init(environment: AWSEnvironment) { self.environment = environment }

    package func credentials() async throws -> AWSCredentials? {
        if let keys = try await VariableCredentials(environment).credentials() { return keys }
        if let token = environment["AWS_WEB_IDENTITY_TOKEN_FILE"], let role = environment["AWS_ROLE_ARN"] {
            return try await SecurityTokens(environment).assume(
                role, webIdentityIn: token, session: environment["AWS_ROLE_SESSION_NAME"])
        }
        if let keys = try await ProfileCredentials(environment).credentials() { return keys }
        if let keys = try await ContainerCredentials(environment).credentials() { return keys }
        return try await MachineCredentials(environment).credentials()
    }
}

/// The variables `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
struct VariableCredentials: CredentialSource {
    let environment: AWSEnvironment

    init(_ environment: AWSEnvironment) { self.environment = environment }

    func credentials() async throws -> AWSCredentials? {
        let id = environment["AWS_ACCESS_KEY_ID"] ?? environment["AWS_ACCESS_KEY"]
        let secret = environment["AWS_SECRET_ACCESS_KEY"] ?? environment["AWS_SECRET_KEY"]
        guard id != nil || secret != nil else { return nil }
        guard let id, let secret else {
            throw AWSError(
                .unauthenticated,
                "\(id == nil ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY"): isn't set, but its other half is. Set both."
            )
        }
        return AWSCredentials(
            accessKeyID: id, secretAccessKey: Secret(secret),
            sessionToken: environment["AWS_SESSION_TOKEN"].map(Secret.init),
            from: "AWS_ACCESS_KEY_ID")
    }
}

/// What a profile of the shared files says: keys, a role that another profile takes on, or a program that tells.
struct ProfileCredentials: CredentialSource {
    let environment: AWSEnvironment

    init(_ environment: AWSEnvironment) { self.environment = environment }

    func credentials() async throws -> AWSCredentials? {
        let files = environment.files
        guard files.profile(files.profileName) != nil else {
            guard files.isProfileNamed else { return nil }
            throw AWSError(
                .invalidArgument,
                "AWS_PROFILE: there is no profile \(files.profileName) in the AWS configuration or credentials file.")
        }
        return try await credentials(of: files.profileName, after: [])
    }

    /// - Parameter others: the profiles that led here.
    private func credentials(of name: String, after others: [String]) async throws -> AWSCredentials? {
        guard let profile = environment.files.profile(name) else {
            throw AWSError(
                .invalidArgument, "profile \(others.last ?? name): its source_profile \(name) isn't there.")
        }
        if let role = profile["role_arn"] {
            // A profile may name itself as the source of its role: then its own keys are meant.
            if others.last != name || others.count < 1 {
                return try await assume(role, profile, named: name, after: others)
            }
        }
        if let id = profile["aws_access_key_id"] {
            guard let secret = profile["aws_secret_access_key"] else {
                throw AWSError(
                    .unauthenticated, "profile \(name): has aws_access_key_id, but no aws_secret_access_key.")
            }
            return AWSCredentials(
                accessKeyID: id, secretAccessKey: Secret(secret),
                sessionToken: profile["aws_session_token"].map(Secret.init), from: "profile \(name)")
        }
        if let command = profile["credential_process"] {
            return try await CredentialProcess(command: command, profile: name, variables: environment.variables)
                .credentials()
        }
        guard profile["sso_session"] == nil, profile["sso_start_url"] == nil else {
            throw AWSError(
                .unimplemented,
                "profile \(name): signs in through IAM Identity Center, which isn't supported. Use a credential_process that runs aws configure export-credentials --format process."
            )
        }
        return nil
    }

    private func assume(
        _ role: String, _ profile: [String: String], named name: String, after others: [String]
    ) async throws -> AWSCredentials {
        guard !others.dropLast().contains(name), others.count < 10 else {
            throw AWSError(.invalidArgument, "profile \(name): its source_profile leads round in a circle.")
        }
        let tokens = SecurityTokens(environment)
        let session = profile["role_session_name"]
        if let token = profile["web_identity_token_file"] {
            return try await tokens.assume(role, webIdentityIn: token, session: session)
        }
        let base: AWSCredentials?
        if let source = profile["source_profile"] {
            base = try await credentials(of: source, after: others + [name])
        } else {
            switch profile["credential_source"] {
            case "Environment":
                base = try await VariableCredentials(environment).credentials()
            case "Ec2InstanceMetadata": base = try await MachineCredentials(environment).credentials()
            case "EcsContainer": base = try await ContainerCredentials(environment).credentials()
            default:
                throw AWSError(
                    .invalidArgument,
                    "profile \(name): has role_arn, and needs source_profile or credential_source (Environment, Ec2InstanceMetadata, EcsContainer) beside it."
                )
            }
        }
        guard let base else {
            throw AWSError(.unauthenticated, "profile \(name): no credentials to take on the role \(role) with.")
        }
        return try await tokens.assume(
            role, externalID: profile["external_id"] ?? "", session: session,
            seconds: profile["duration_seconds"].flatMap { Int($0) }, with: base)
    }
}

/// A role that is taken on with what another source has.
package struct RoleCredentials: CredentialSource {
    private let arn: String
    private let externalID: String
    private let session: String?
    private let base: any CredentialSource
    private let tokens: SecurityTokens

    /// A role.
    ///
    /// - Parameters:
    ///   - externalID: what the role asks for besides; empty when it asks for nothing.
    ///   - session: what the session is called in the role's account; nil for the usual name.
    package init(
        arn: String, externalID: String, session: String? = nil, base: any CredentialSource, tokens: SecurityTokens
    ) {
        self.arn = arn
        self.externalID = externalID
        self.session = session
        self.base = base
        self.tokens = tokens
    }

    package func credentials() async throws -> AWSCredentials? {
        guard let credentials = try await base.credentials() else { return nil }
        return try await tokens.assume(arn, externalID: externalID, session: session, seconds: nil, with: credentials)
    }
}

/// The same credentials always.
package struct FixedCredentials: CredentialSource {
    private let fixed: AWSCredentials

    /// Those.
    package init(fixed: AWSCredentials) { self.fixed = fixed }

    package func credentials() async throws -> AWSCredentials? { fixed }
}
