import CommandLineKit
import LanternCatalog
import LanternSignIn
import LanternWeb

/// The commands of `lantern`.
struct LanternProgram: Sendable {
    let environment: [String: String]

    var program: CommandLineProgram {
        let root = Command(
            "lantern", summary: "Shows who has access to what",
            details:
                "Lantern takes the files that connectors write, and shows who has access to what in each application.",
            example: "lantern serve", persistentFlags: [Settings.dataFolder, Settings.file],
            subcommands: [serve, importFile, export, explore, user, backup, restore, doctor])
        var program = CommandLineProgram(root, version: "0.1.0")
        program.outsideValues = { _, given in try Settings.values(fromFileIn: given) }
        return program
    }

    private var serve: Command {
        Command(
            "serve", summary: "Run the server",
            details: """
                Runs the server. The first start prints a link with which the first administrator is made.

                A setting is taken from its flag, or else its LANTERN_ variable, or else the file of --config.
                """,
            example: "lantern serve --listen 127.0.0.1:8443 --data-dir /var/lib/lantern", flags: Settings.serving
        ) { call in try await Serving(call.flags, environment: environment).run() }
    }

    private var importFile: Command {
        Command(
            "import", summary: "Import a file into an application",
            details:
                "Imports a file into an application, which is made when it isn't there. The server may be running.",
            example: "lantern import sync.c1z --app Okta",
            flags: [
                Flag("app", help: "The application, by name or id", required: true, variable: "LANTERN_APP"),
                Flag(
                    "source",
                    help: "The data source, by name or id; by default the one that the file fits, or a new one"),
                Flag("replace-everything", .bool, help: "Apply it even if it takes away half of what is there"),
            ]
        ) { call in
            guard call.arguments.count == 1, let file = call.arguments.first else {
                throw UsageError("name one file to import")
            }
            try await Importing(call.flags, environment: environment).run(file)
        }
    }

    private var export: Command {
        Command(
            "export", summary: "Write a table of an application",
            details: """
                Writes a whole table, in the columns of the file that its page offers. The server may be running.

                The tables: \(Exporting.tables.joined(separator: ", "))
                """,
            example: "lantern export grants --app Okta --out grants.csv",
            flags: [
                Flag("app", help: "The application, by name or id; people are those of all applications"),
                Flag("format", help: "The form: csv or json", default: ListFormat.csv.rawValue),
                Flag("out", help: "The file, which appears when it is complete; by default standard output"),
                Flag("at", help: "The day (its end, UTC) or time to look at, such as 2026-11-24; by default now"),
            ]
        ) { call in
            guard call.arguments.count == 1, let table = call.arguments.first else {
                throw UsageError("name one table: \(Exporting.tables.joined(separator: ", "))")
            }
            try await Exporting(call.flags).run(table)
        }
    }

    private var user: Command {
        let role = Flag(
            "role", help: "What they may do: administrator, owner or auditor", default: User.Role.auditor.rawValue)
        return Command(
            "user", summary: "People who may sign in",
            subcommands: [
                Command(
                    "add", summary: "Let somebody sign in", example: "lantern user add ann@example.com --role auditor",
                    flags: [role, Flag("name", help: "What they are called")]
                ) { call in try await People(call.flags).add(try Self.address(call)) },
                Command(
                    "reset-password", summary: "Make a link for a new password",
                    example: "lantern user reset-password ann@example.com"
                ) { call in try await People(call.flags).resetPassword(try Self.address(call)) },
                Command(
                    "sign-in-link", summary: "Make a link that signs somebody in, once",
                    example: "lantern user sign-in-link ann@example.com"
                ) { call in try await People(call.flags).signInLink(try Self.address(call)) },
                Command(
                    "token", summary: "Make an API token", example: "lantern user token ann@example.com --scope read",
                    flags: [
                        Flag("scope", help: "What it may do: full or read", default: Credential.Scope.read.rawValue),
                        Flag("days", .int, help: "How long it works, in days", default: "90"),
                        Flag("label", help: "What it is for", default: "command line"),
                    ]
                ) { call in try await People(call.flags).token(try Self.address(call)) },
            ])
    }

    private var explore: Command {
        var explore = Command(
            "explore", summary: "Show one file in a browser",
            details:
                "Shows what is in one file in a browser, on this machine only. Nobody signs in and nothing is kept.",
            example: "lantern explore sync.c1z",
            flags: [
                Flag("port", shorthand: "p", .int, help: "The port to listen on; 0 takes a free one", default: "8080"),
                Flag("host", help: "The host to listen on, a loopback address", default: "127.0.0.1"),
                Flag("resource-type", shorthand: "t", help: "The resource type whose list is opened first"),
                Flag("sync-id", help: "The sync to show; by default the newest finished full one"),
                Flag("no-browser", .bool, help: "Open no browser"),
            ]
        ) { call in
            guard call.arguments.count == 1, let file = call.arguments.first else {
                throw UsageError("name one file to show")
            }
            try await Exploring(call.flags, environment: environment).run(file)
        }
        // What a server is told concerns nothing here.
        explore.ignoresConfiguration = true
        return explore
    }

    private var backup: Command {
        Command(
            "backup", summary: "Copy everything into a new folder",
            details: "Copies databases and uploaded files into a new folder. The server may be running.",
            example: "lantern backup /backups/monday --data-dir /var/lib/lantern"
        ) { call in try await Keeping(call.flags).backup(to: try Self.folder(call)) }
    }

    private var restore: Command {
        Command(
            "restore", summary: "Put a backup into an empty data folder",
            example: "lantern restore /backups/monday --data-dir /var/lib/lantern"
        ) { call in try await Keeping(call.flags).restore(from: try Self.folder(call)) }
    }

    private var doctor: Command {
        Command(
            "doctor", summary: "Look whether the data is sound", example: "lantern doctor --data-dir /var/lib/lantern"
        ) {
            call in try await Keeping(call.flags).examine()
        }
    }

    private static func folder(_ call: Invocation) throws -> String {
        guard call.arguments.count == 1, let folder = call.arguments.first else { throw UsageError("name one folder") }
        return folder
    }

    private static func address(_ call: Invocation) throws -> String {
        guard call.arguments.count == 1, let address = call.arguments.first else {
            throw UsageError("name one address")
        }
        return address
    }
}
