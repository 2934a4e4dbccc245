import AccessModel
import CommandLineKit

/// The flags of operations other than a sync.
enum OperationFlags {
    /// All of them; most are hidden, as everywhere.
    static var all: [Flag] { Operations.all.flatMap { $0.flags } + ofResults }

    /// Those that say what becomes of an operation's result.
    static let ofResults =
        (CredentialOrder.flags + [
            SharedFlags.flag(
                "output", "What an operation prints on standard output: json, or nothing beside the log", default: "")
        ]).map { flag in
            var flag = flag
            flag.group = "Operation"
            return flag
        }

    /// Complains about flags that say how to show what a sync doesn't bring.
    static func refuseResults(_ flags: ParsedFlags) throws {
        guard let flag = ofResults.first(where: { !flags[$0.name].isZero }) else { return }
        throw UsageError("\(flag.name): a sync brings nothing of the kind. Leave it out, or say which operation.")
    }

    /// Complains about flags of service mode, which isn't there.
    ///
    /// Silently syncing once instead would be worse.
    static func refuseServiceMode(_ flags: ParsedFlags) throws {
        guard let name = ["client-id", "client-secret"].first(where: { !flags.string($0).isEmpty }) else { return }
        throw ServiceError(.unimplemented, "--\(name): service mode is not available in this version")
    }
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
