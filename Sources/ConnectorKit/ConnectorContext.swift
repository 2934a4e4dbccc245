public import Logging

/// What the runtime gives a connector.
public struct ConnectorContext: Sendable {
    /// Where remarks go: `info` for what a user wants to know, `warning` for data left out, `debug` for the rest.
    ///
    /// Never a secret.
    public let log: Logger

    /// How long a call to the application may take: `--http-timeout-seconds`.
    public let httpTimeout: Duration

    /// What a client calls itself towards the application.
    public let userAgent: String

    /// A context with this logger.
    public init(
        log: Logger, httpTimeout: Duration = .seconds(300), userAgent: String = "baton-connector baton-sdk/v0.25.0"
    ) {
        self.log = log
        self.httpTimeout = httpTimeout
        self.userAgent = userAgent
    }
}
