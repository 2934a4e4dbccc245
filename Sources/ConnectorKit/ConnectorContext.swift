public import Logging

/// What the runtime gives a connector.
public struct ConnectorContext: Sendable {
    /// Where remarks go: `info` for what a user wants to know, `warning` for data left out, `debug` for the rest.
    ///
    /// Never a secret.
    public let log: Logger

    /// A context with this logger.
    public init(log: Logger) {
        self.log = log
    }
}
