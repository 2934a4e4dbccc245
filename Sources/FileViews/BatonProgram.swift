import AccessModel
public import CommandLineKit

/// The commands and flags of `baton`.
public struct BatonProgram: Sendable {
    let environment: [String: String]
    let expansion: ExpansionSteps

    /// `baton` in this environment, which expands syncs with `expansion`.
    public init(environment: [String: String], expansion: ExpansionSteps) {
        self.environment = environment
        self.expansion = expansion
    }

    /// The program, ready to run.
    public var program: CommandLineProgram {
        var root = Command(
            "baton", summary: "baton is a utility for working with the output of a baton-based connector",
            persistentFlags: [
                Flag(
                    "file", shorthand: "f", help: "The path to the c1z file to work with.", default: "sync.c1z",
                    variable: "BATON_FILE"),
                Flag(
                    "output-format", shorthand: "o", help: "The format to output results in: (console, json)",
                    default: "console"),
            ])
        root.subcommands = [
            access, compact, convert, diff, dumpDatabase, entitlements, explorer, export, grants, optimize, principals,
            recalculateStats,
            resourceTypes, resources, rollbackExpansion, sanitize, stats, syncs, toPebble,
        ]
        var program = CommandLineProgram(root, version: "dev")
        program.exitStatus = { Int32(StatusCode(of: $0).rawValue) }
        return program
    }

    /// A command whose action is handed the call with everything it needs.
    func command(
        _ name: String, _ summary: String, flags: [Flag] = [], _ action: @escaping @Sendable (Call) throws -> Void
    ) -> Command {
        Command(name, summary: summary, flags: flags) { [environment] invocation in
            try Call(invocation, environment: environment).perform(action)
        }
    }

    static let syncFlag = Flag(
        "sync-id", help: "The sync ID to view data for. Will use the latest completed sync if not set.")
    static let typeFlag = Flag("resource-type", shorthand: "t", help: "The resource type to filter output by")
    static let resourceFlag = Flag("resource", shorthand: "r", help: "The resource to filter output by")
    static let entitlementFlag = Flag("entitlement", shorthand: "e", help: "The entitlement to filter output by")
}
