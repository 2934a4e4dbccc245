import AccessModel
import CommandLineKit

/// The flags of operations other than a sync.
///
/// Most of them are not in this version. A flag that asks for one ends with an error: silently syncing instead,
/// as if the flag weren't there, would be worse.
enum OperationFlags {
    /// All of them; they are hidden, as everywhere.
    static var all: [Flag] { missing.flatMap(\.flags) + difference + compaction }

    private static let difference = [mark("diff-syncs"), text("base-sync-id"), text("applied-sync-id")]
    private static let compaction = [
        mark("compact-syncs"), list("compact-file-paths"), list("compact-sync-ids"), text("compact-output-path"),
    ]

    /// Complains about the first flag that asks for an operation that isn't there.
    static func check(_ flags: ParsedFlags) throws {
        for operation in missing {
            let names = operation.flags.map(\.name) + operation.visibleFlags
            guard let name = names.first(where: { flags.isGiven($0) && !flags[$0].isZero }) else { continue }
            throw ServiceError(.unimplemented, "--\(name): \(operation.name) not available in this version")
        }
    }

    private struct Missing: Sendable {
        let name: String
        let flags: [Flag]
        var visibleFlags: [String] = []
    }

    private static func text(_ name: String, default: String? = nil) -> Flag {
        SharedFlags.flag(name, "", default: `default`, hidden: true)
    }

    private static func list(_ name: String) -> Flag {
        SharedFlags.flag(name, .strings, "", hidden: true)
    }

    private static func mark(_ name: String) -> Flag {
        SharedFlags.flag(name, .bool, "", hidden: true)
    }

    private static let missing: [Missing] = [
        Missing(
            name: "provisioning from the command line is",
            flags: [
                text("grant-entitlement"), text("grant-principal"), text("grant-principal-type"),
                text("revoke-grant"), text("create-account-profile"), text("create-account-login"),
                text("create-account-email"), text("create-account-resource-type"), text("delete-resource"),
                text("delete-resource-type"), text("rotate-credentials"), text("rotate-credentials-type"),
            ]),
        Missing(
            name: "the event feed is",
            flags: [
                text("event-feed"), text("event-feed-cursor"), text("event-feed-id"), text("event-feed-start-at"),
            ]),
        Missing(
            name: "running actions is",
            flags: [
                text("invoke-action"), text("invoke-action-args", default: "{}"),
                text("invoke-action-resource-type"), text("invoke-resource-action"),
                text("invoke-resource-action-args", default: "{}"), text("invoke-resource-action-resource-type"),
                text("list-resource-actions"), mark("list-action-schemas"), text("list-action-schemas-resource-type"),
            ]),
        Missing(
            name: "ticketing is",
            flags: [
                mark("create-ticket"), mark("bulk-create-ticket"), mark("list-ticket-schemas"), mark("get-ticket"),
                text("ticket-id"), text("ticket-template-path"), text("bulk-ticket-template-path"),
            ], visibleFlags: ["ticketing"]),
        Missing(name: "service mode is", flags: [], visibleFlags: ["client-id", "client-secret", "provisioning"]),
    ]
}

extension FlagValue {
    /// Whether it is the value that a flag of its kind has when nothing is said.
    var isZero: Bool {
        switch self {
        case .bool(let flag): !flag
        case .string(let text): text.isEmpty
        case .int(let number): number == 0
        case .strings(let items): items.isEmpty
        case .map(let pairs): pairs.isEmpty
        }
    }
}
