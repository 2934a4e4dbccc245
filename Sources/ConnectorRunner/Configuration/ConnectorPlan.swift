/// One connector that is to be run.
struct ConnectorPlan: Sendable {
    /// How long it runs.
    enum Mode: Sendable {
        /// Until it is stopped; when it ends with an error, it is started again.
        case service
        /// One sync.
        case once
    }

    let name: String
    /// The path of its program.
    let program: String
    /// The variables it is given by the configuration, secrets among them.
    let variables: [String: String]

    /// A connector that signs in to a platform serves it; without, it does its sync and ends.
    var mode: Mode { variables["BATON_CLIENT_ID", default: ""].isEmpty ? .once : .service }
}

/// What the configuration asks for.
struct RunnerConfiguration: Sendable {
    var level: RunnerLog.Level?
    var connectors: [ConnectorPlan] = []
    /// What should be told to the person though it stops nothing.
    var warnings: [String] = []
}
