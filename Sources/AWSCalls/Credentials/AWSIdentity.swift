import ConnectorHTTP
public import Logging

/// Who a program is at AWS.
public enum AWSIdentity {
    /// The ARN of the user or role whose credentials the environment has; nil when it has none.
    ///
    /// - Throws: ``AWSError`` when they can't be had, or the token service doesn't know them.
    public static func principal(_ variables: [String: String], log: Logger) async throws -> String? {
        let environment = try AWSEnvironment(variables, clock: SystemClock(), log: log)
        guard let keys = try await CredentialChain(environment: environment).credentials() else { return nil }
        return try await SecurityTokens(environment).identity(of: keys)
    }
}
