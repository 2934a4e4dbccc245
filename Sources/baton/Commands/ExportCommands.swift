import AccessModel
import C1Z
import CommandLineKit

extension BatonProgram {
    var export: Command {
        Command(
            "export", summary: "Export data from the C1Z for upload", subcommands: [exportC1Z])
    }

    private var exportC1Z: Command {
        command(
            "c1z", "Export latest generation to its own C1Z",
            flags: [
                Flag("out", help: "The path to export the C1Z to", default: "./latest.c1z"),
                Flag("sync-id", help: "The sync ID the export"),
            ]
        ) { call in
            let reader = try C1ZFile.open(call.file, environment: call.environment)
            let asked = call.flags.string("sync-id")
            guard let run = asked.isEmpty ? try reader.latestFinishedSync(of: .full) : try reader.sync(asked) else {
                throw C1ZError(.noSuchSync, call.file, "has no finished full sync to export")
            }
            try SyncExport.write(run, from: reader, to: call.flags.string("out"), environment: call.environment)
        }
    }
}
