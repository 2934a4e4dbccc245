import AccessModel
import CommandLineKit

/// The flags of operations other than a sync.
enum OperationFlags {
    /// All of them; most are hidden, as everywhere.
    static var all: [Flag] {
        OneShotOperations.all.flatMap { $0.flags } + missing.flatMap(\.flags) + difference + compaction
            + (CredentialOrder.flags + [output]).map(grouped)
    }

    private static let output = SharedFlags.flag(
        "output", "What an operation prints on standard output: json, or nothing beside the log", default: "")

    private static let difference = [mark("diff-syncs"), text("base-sync-id"), text("applied-sync-id")]
    private static let compaction = [
        mark("compact-syncs"), list("compact-file-paths"), list("compact-sync-ids"), text("compact-output-path"),
    ]

    /// Complains about the first flag that asks for an operation that isn't there.
    ///
    /// Silently syncing instead, as if the flag weren't there, would be worse.
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

    private static func grouped(_ flag: Flag) -> Flag {
        var flag = flag
        flag.group = "Operation"
        return flag
    }

    private static func text(_ name: String) -> Flag {
        SharedFlags.flag(name, "", hidden: true)
    }

    private static func list(_ name: String) -> Flag {
        SharedFlags.flag(name, .strings, "", hidden: true)
    }

    private static func mark(_ name: String) -> Flag {
        SharedFlags.flag(name, .bool, "", hidden: true)
    }

    private static let missing: [Missing] = [
        Missing(name: "service mode is", flags: [], visibleFlags: ["client-id", "client-secret"])
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
