import AccessModel
import C1Z
import CommandLineKit

extension BatonProgram {
    var export: Command {
        Command(
            "export", summary: "Export data from the C1Z for upload",
            subcommands: [exportC1Z, exportCSV, exportXLSX])
    }

    private var exportCSV: Command {
        command(
            "csv", "Export data from the C1Z to a CSV for upload",
            flags: [Flag("out", help: "The path to export the CSV to", default: "./sync.csv")]
        ) { call in
            let sync = try call.openLatest()
            let file = try ReplacementFile(call.flags.string("out"))
            try AccessExport(of: sync, to: CSVSheet(file)).run()
        }
    }

    private var exportXLSX: Command {
        command(
            "xlsx", "Export data from the C1Z to an Excel file for upload",
            flags: [Flag("out", help: "The path to export the Excel file to", default: "./sync.xlsx")]
        ) { call in
            let sync = try call.openLatest()
            let path = call.flags.string("out")
            try AccessExport(of: sync, to: XLSXSheet(ReplacementFile(path), path: path)).run()
        }
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
