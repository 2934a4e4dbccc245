/// The environment that a connector starts with.
///
/// It is small on purpose: the runner's own variables may hold the secrets of other connectors.
enum ChildEnvironment {
    /// The variables of the runner that every connector is given.
    static let shared: Set<String> = [
        "PATH", "HOME", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
        "http_proxy", "https_proxy", "no_proxy", "all_proxy",
    ]

    /// The variables of `connector`, whose log is to look like `log` unless its own say otherwise.
    static func variables(
        of connector: ConnectorPlan, from environment: [String: String], log: RunnerLog
    ) -> [String: String] {
        var variables = environment.filter { shared.contains($0.key) }
        variables["BATON_LOG_LEVEL"] = "\(log.level)"
        variables["BATON_LOG_FORMAT"] = log.format.rawValue
        return variables.merging(connector.variables) { $1 }
    }
}
