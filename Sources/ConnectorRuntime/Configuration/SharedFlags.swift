import CommandLineKit
import ConnectorKit

/// The flags that every connector of the ecosystem has.
///
/// Names, shorthands, kinds and defaults are a public interface: scripts and documentation use them, hidden ones too.
enum SharedFlags {
    /// All of them, for a program whose log looks like `logFormat` unless told otherwise.
    static func all(logFormat: String) -> [Flag] {
        sync + logging(logFormat) + operation + service + OperationFlags.all
    }

    private static let sync: [Flag] = [
        flag("file", shorthand: "f", "The path to the c1z file to sync with", default: "sync.c1z"),
        flag("c1z-temp-dir", "An existing folder for temporary files", hidden: true),
        flag("sync-resource-types", .strings, "Sync only these resource types"),
        flag("sync-resources", .strings, "Sync only these resources, given as bid:r:type/id"),
        flag("skip-entitlements-and-grants", .bool, "Sync resources only"),
        flag("skip-grants", .bool, "In a targeted sync, leave grants out", hidden: true),
        flag("workers", .int, "How many calls may run at once; -1 takes as many as there are cores, 4 at most"),
        flag("parallel-sync", .bool, "Deprecated: the same as --workers=-1"),
        flag("storage-engine", "How the c1z file is stored: sqlite or pebble"),
        flag("external-resource-c1z", "A c1z file with the identities that grants are matched to"),
        flag("external-resource-entitlement-id-filter", "Match only holders of this entitlement of that file"),
        flag("external-resource-traits", .strings, "Match only identities with these traits of that file"),
        flag("keep-previous-sync-c1z", .bool, "Accepted and without effect"),
    ].map(grouped("Sync"))

    private static func logging(_ format: String) -> [Flag] {
        [
            flag("log-format", "How the log looks: json or console", default: format),
            flag("log-level", "How much is logged: debug, info, warn or error", default: "info"),
            flag("log-level-debug-expires-at", "When the debug level ends (RFC 3339)"),
            flag("log-path", .strings, "Files the log goes to instead of standard error"),
        ].map(grouped("Logging"))
    }

    private static let operation: [Flag] = [
        flag("auth-method", "Which way to sign in, when there are several"),
        flag("http-timeout-seconds", .int, "How long an answer may take, 1 to 1800 seconds", default: "300"),
        flag("session-store-maximum-size", .int, "Bytes of the session cache", default: "15728640", hidden: true),
        flag(
            "otel-collector-endpoint",
            "The address of an OpenTelemetry collector, such as localhost:4317, for traces and logs"),
        flag("otel-collector-endpoint-tls-cert", "Its certificate, a PEM in base64url", hidden: true),
        flag("otel-collector-endpoint-tls-cert-path", "Its certificate, a PEM file", hidden: true),
        flag("otel-collector-endpoint-tls-insecure", .bool, "Send telemetry unencrypted", hidden: true),
        flag("otel-logging-disabled", .bool, "Send no logs", hidden: true),
        flag("otel-tracing-disabled", .bool, "Send no traces", hidden: true),
        flag("health-check", .bool, "Tell over HTTP whether the connector is well, as long as it runs"),
        flag("health-check-bind-address", "Where it listens for that", default: "127.0.0.1", hidden: true),
        flag("health-check-port", .int, "The port it listens on for that", default: "8081"),
    ].map(grouped("Operation"))

    private static let service: [Flag] = [
        flag("client-id", "The id this connector signs in to its platform with"),
        flag("client-secret", "The secret this connector signs in to its platform with"),
        flag("task-concurrency", .int, "How many tasks may run at once, 1 to 100", default: "3"),
        flag("skip-full-sync", .bool, "Refuse full syncs"),
        flag("provisioning", shorthand: "p", .bool, "Let the platform change access"),
        flag("ticketing", .bool, "Let the platform create tickets"),
    ].map(grouped("Service mode (not in this version)"))

    /// What must hold between these flags.
    static let rules: [FlagRule] = [
        .requiredTogether(["grant-entitlement", "grant-principal"]),
        .requiredTogether(["client-id", "client-secret"]),
        .requiredTogether(["create-ticket", "ticket-template-path"]),
        .requiredTogether(["bulk-create-ticket", "bulk-ticket-template-path"]),
        .requiredTogether(["get-ticket", "ticket-id"]),
        .requiredTogether(["diff-syncs", "base-sync-id", "applied-sync-id"]),
        .requiredTogether(["compact-syncs", "compact-sync-ids", "compact-file-paths", "compact-output-path"]),
        .mutuallyExclusive([
            "grant-entitlement", "revoke-grant", "create-account-login", "delete-resource", "rotate-credentials",
            "event-feed", "create-ticket", "get-ticket", "list-ticket-schemas", "bulk-create-ticket",
        ]),
        .mutuallyExclusive([
            "grant-entitlement", "revoke-grant", "create-account-email", "delete-resource-type",
            "rotate-credentials-type", "event-feed", "diff-syncs", "compact-syncs", "list-ticket-schemas",
        ]),
    ]

    /// Those that a connector may declare as a setting of its own, with its own choices and default.
    static let left: Set = ["create-account-resource-type"]

    /// Those that a platform's form may set too, in its order.
    static let published = [
        "log-level", "log-level-debug-expires-at", "session-store-maximum-size", "otel-collector-endpoint",
        "otel-collector-endpoint-tls-cert-path", "otel-collector-endpoint-tls-cert",
        "otel-collector-endpoint-tls-insecure", "otel-tracing-disabled", "otel-logging-disabled", "health-check",
        "health-check-port", "health-check-bind-address", "http-timeout-seconds",
    ]

    /// What their values must satisfy, beyond their kind.
    static let valueRules: [String: SettingDeclaration.Rule] = [
        "storage-engine": .oneOf(["", "sqlite", "pebble"]), "task-concurrency": .range(1...100),
        "http-timeout-seconds": .range(1...1800),
        "output": .oneOf(["", "console", "json"]),
    ]

    /// The environment variable that stands in for a flag.
    static func variable(of name: String) -> String {
        SettingDeclaration(name, "", kind: .string).variable
    }

    static func flag(
        _ name: String, shorthand: Character? = nil, _ help: String, default: String? = nil, hidden: Bool = false
    ) -> Flag {
        flag(name, shorthand: shorthand, .string, help, default: `default`, hidden: hidden)
    }

    static func flag(
        _ name: String, shorthand: Character? = nil, _ kind: Flag.Kind, _ help: String,
        default: String? = nil, hidden: Bool = false
    ) -> Flag {
        Flag(
            name, shorthand: shorthand, kind, help: help, default: `default`, hidden: hidden,
            variable: variable(of: name))
    }

    private static func grouped(_ group: String) -> (Flag) -> Flag {
        { flag in
            var flag = flag
            flag.group = group
            return flag
        }
    }
}
