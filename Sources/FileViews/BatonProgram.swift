import AccessModel
public import CommandLineKit

/// The commands and flags of `baton`.
public struct BatonProgram: Sendable {
    let environment: [String: String]
    let expansion: ExpansionSteps
    let elsewhere: FilesElsewhere

    /// `baton` in this environment, which expands syncs with `expansion`, and fetches files that are elsewhere.
    public init(environment: [String: String], expansion: ExpansionSteps, elsewhere: FilesElsewhere) {
        self.environment = environment
        self.expansion = expansion
        self.elsewhere = elsewhere
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
            resourceTypes, resources, rollbackExpansion, sanitize, stats, syncs, toPebble, upload,
        ]
        var program = CommandLineProgram(root, version: "dev")
        program.exitStatus = { Int32(StatusCode(of: $0).rawValue) }
        return program
    }

    /// A command whose action is handed the call with everything it needs.
    ///
    /// - Parameter writes: whether a file that is elsewhere goes back there afterwards.
    func command(
        _ name: String, _ summary: String, flags: [Flag] = [], writes: Bool = false,
        _ action: @escaping @Sendable (Call) throws -> Void
    ) -> Command {
        Command(name, summary: summary, flags: flags) { [environment, elsewhere] invocation in
            let file = invocation.flags.string("file")
            guard elsewhere.matches(file) else {
                return try Call(invocation, environment: environment).perform(action)
            }
            try await elsewhere.work(on: file, writes) { copy in
                try Call(invocation, environment: environment, copy: copy).perform(action)
            }
        }
    }

    /// Stores a file where others fetch it.
    private var upload: Command {
        Command(
            "upload", summary: "Store a c1z file in a bucket",
            details:
                "Stores a c1z file in a bucket, in place of what is there: baton upload sync.c1z s3://my-bucket/sync.c1z",
            example: "baton upload sync.c1z s3://my-bucket/sync.c1z"
        ) { [elsewhere] invocation in
            guard invocation.arguments.count == 2 else {
                throw UsageError(
                    "name the file and where it goes, as in: baton upload sync.c1z s3://my-bucket/sync.c1z")
            }
            try await elsewhere.store(invocation.arguments[0], invocation.arguments[1])
        }
    }

    static let syncFlag = Flag(
        "sync-id", help: "The sync ID to view data for. Will use the latest completed sync if not set.")
    static let typeFlag = Flag("resource-type", shorthand: "t", help: "The resource type to filter output by")
    static let resourceFlag = Flag("resource", shorthand: "r", help: "The resource to filter output by")
    static let entitlementFlag = Flag("entitlement", shorthand: "e", help: "The entitlement to filter output by")
}
