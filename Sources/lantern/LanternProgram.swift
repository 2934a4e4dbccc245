import CommandLineKit
import ExternalSources
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
            subcommands: [serve, importFile, datasource, export, explore, user, backup, restore, doctor])
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
            let file = try Self.only(call, "name one file to import")
            try await Importing(call.flags, environment: environment).run(file)
        }
    }

    private var datasource: Command {
        Command(
            "datasource", summary: "Buckets and folders from which files are fetched",
            subcommands: [
                Command(
                    "create", summary: "Add a bucket, or a folder of this machine",
                    example: "lantern datasource create production --bucket my-bucket --access ambient",
                    flags: Settings.sources + [
                        Flag("bucket", help: "The bucket"),
                        Flag("region", help: "Its region; by default it is found out"),
                        Flag("endpoint", help: "Another service than AWS, such as https://s3.example.com"),
                        Flag(
                            "access", help: "As whom it is asked: role, keys, ambient or anonymous",
                            default: ExternalSource.Access.ambient.rawValue),
                        Flag("role-arn", help: "The role to take on"),
                        Flag("access-key-id", help: "The access key"),
                        Flag("secret-key-file", help: "The file with the access key's secret"),
                        Flag("folder", help: "A folder, in place of a bucket"),
                    ]
                ) { call in
                    try await DataSources(call.flags, environment: environment).create(
                        Self.only(call, "name one external data source"))
                },
                Command("list", summary: "Show them", example: "lantern datasource list", flags: Settings.sources) {
                    call in try await DataSources(call.flags, environment: environment).list()
                },
                Command(
                    "test", summary: "Look step by step whether files could be fetched",
                    example: "lantern datasource test production", flags: Settings.sources
                ) { call in
                    try await DataSources(call.flags, environment: environment).test(
                        Self.only(call, "name one external data source"))
                },
                Command(
                    "import", summary: "Have a file fetched into an application, now and by a schedule",
                    example: "lantern datasource import production --file-name baton-sync.c1z --app Okta",
                    flags: Settings.sources + [
                        Flag("file-name", help: "The key of the object", required: true),
                        Flag("app", help: "The application, by name or id", required: true, variable: "LANTERN_APP"),
                        Flag(
                            "schedule",
                            help: "When it is fetched, such as 15m or TZ=Europe/Berlin 0 6 * * *; by default every hour"
                        ),
                    ]
                ) { call in
                    try await DataSources(call.flags, environment: environment).fetch(
                        from: Self.only(call, "name one external data source"))
                },
                Command(
                    "remove", summary: "Remove one that nothing is fetched from",
                    example: "lantern datasource remove production", flags: Settings.sources
                ) { call in
                    try await DataSources(call.flags, environment: environment).remove(
                        Self.only(call, "name one external data source"))
                },
            ])
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
            let table = try Self.only(call, "name one table: \(Exporting.tables.joined(separator: ", "))")
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
                ) { call in try await People(call.flags).add(try Self.only(call, "name one address")) },
                Command(
                    "reset-password", summary: "Make a link for a new password",
                    example: "lantern user reset-password ann@example.com"
                ) { call in try await People(call.flags).resetPassword(try Self.only(call, "name one address")) },
                Command(
                    "sign-in-link", summary: "Make a link that signs somebody in, once",
                    example: "lantern user sign-in-link ann@example.com"
                ) { call in try await People(call.flags).signInLink(try Self.only(call, "name one address")) },
                Command(
                    "token", summary: "Make an API token", example: "lantern user token ann@example.com --scope read",
                    flags: [
                        Flag("scope", help: "What it may do: full or read", default: Credential.Scope.read.rawValue),
                        Flag("days", .int, help: "How long it works, in days", default: "90"),
                        Flag("label", help: "What it is for", default: "command line"),
                    ]
                ) { call in try await People(call.flags).token(try Self.only(call, "name one address")) },
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
            let file = try Self.only(call, "name one file to show")
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
        ) { call in try await Keeping(call.flags).backup(to: try Self.only(call, "name one folder")) }
    }

    private var restore: Command {
        Command(
            "restore", summary: "Put a backup into an empty data folder",
            example: "lantern restore /backups/monday --data-dir /var/lib/lantern"
        ) { call in try await Keeping(call.flags).restore(from: try Self.only(call, "name one folder")) }
    }

    private var doctor: Command {
        Command(
            "doctor", summary: "Look whether the data is sound", example: "lantern doctor --data-dir /var/lib/lantern"
        ) {
            call in try await Keeping(call.flags).examine()
        }
    }

    /// The one argument of a call.
    private static func only(_ call: Invocation, _ advice: String) throws -> String {
        guard call.arguments.count == 1, let argument = call.arguments.first else { throw UsageError(advice) }
        return argument
    }
}
