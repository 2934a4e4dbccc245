import AccessModel
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

    /// The name of the chosen one of the configuration's ``ConnectorConfiguration/groups``; empty when it has none.
    public let authMethod: String

    /// The only resource types that are synced: `--sync-resource-types`; empty means all.
    public let resourceTypes: [String]

    /// A context with this logger.
    public init(
        log: Logger, httpTimeout: Duration = .seconds(300), userAgent: String = "baton-connector baton-sdk/v0.25.0",
        authMethod: String = "", resourceTypes: [String] = []
    ) {
        self.log = log
        self.httpTimeout = httpTimeout
        self.userAgent = userAgent
        self.authMethod = authMethod
        self.resourceTypes = resourceTypes
    }

    /// Whether resources of a type are synced, for a connector that lists something of one type on the pages of another.
    public func syncs(_ type: String) -> Bool {
        resourceTypes.isEmpty || resourceTypes.contains { $0.hasSameBytes(as: type) }
    }
}
