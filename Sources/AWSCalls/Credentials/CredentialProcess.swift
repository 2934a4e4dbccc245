import AccessModel
import ChildProcesses
import ConnectorKit
import WireForm

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A program that tells credentials on its standard output, as JSON (`credential_process` of a profile).
struct CredentialProcess: CredentialSource {
    let command: String
    let profile: String
    let variables: [String: String]

    private static let secondsAllowed = 60
    private static let outputLimit = 1 << 16

    func credentials() async throws -> AWSCredentials? {
        let (command, environment) = (command, variables.map { "\($0.key)=\($0.value)" })
        let output: CommandOutput
        do {
            output = try await Task.detached {
                try RunningCommand("sh", at: "/bin/sh", ["-c", command], environment: environment)
                    .finish(within: Self.secondsAllowed, outputLimit: Self.outputLimit)
            }.value
        } catch let error as CommandError {
            throw failure("\(error)")
        }
        guard output.status == 0 else {
            throw failure("ended with status \(output.status)")
        }
        let answer: JSONValue
        do { answer = try JSONValue(parsing: output.output) } catch { throw failure("wrote no JSON") }
        guard answer["Version"]?.integer == 1 else { throw failure("wrote no credentials of Version 1") }
        return try AWSCredentials(answer, token: "SessionToken", from: "credential_process of profile \(profile)")
    }

    private func failure(_ reason: String) -> AWSError {
        AWSError(.unauthenticated, "profile \(profile): its credential_process \(reason).")
    }
}

extension AWSCredentials {
    /// Reads `AccessKeyId`, `SecretAccessKey`, `Expiration` and the token, as all services of this kind tell them.
    ///
    /// - Throws: ``AWSError`` when one is missing; never with what the others are.
    init(_ answer: JSONValue, token: String, from origin: String) throws(AWSError) {
        guard let id = answer["AccessKeyId"]?.string, let secret = answer["SecretAccessKey"]?.string else {
            throw AWSError(.unauthenticated, "\(origin): told no AccessKeyId and SecretAccessKey.")
        }
        let end = answer["Expiration"]?.string.flatMap { CivilTime(rfc3339: $0)?.unixSeconds }
        self.init(
            accessKeyID: id, secretAccessKey: Secret(secret), sessionToken: answer[token]?.string.map(Secret.init),
            expiresAt: end.map { Date(timeIntervalSince1970: Double($0)) }, from: origin)
    }
}
