import C1Z
import CommandLineKit
import WireForm

extension BatonProgram {
    var syncs: Command {
        command("syncs", "List the information for the various sync data stored in the C1Z") { call in
            let runs = try C1ZFile.open(call.file, environment: call.environment).syncRuns()
            if call.wantsJSON {
                var list = JSONList("syncs", to: call.screen.output)
                for run in runs { try list.add { $0.raw(run.json(stats: nil).text.utf8) } }
                list.end()
            } else {
                try Table(["ID", "Started At", "Ended At", "Type", "Parent ID", "Token"]).print(
                    to: call.screen,
                    rows: runs.map { run in
                        [
                            run.id, run.startedAt?.rfc3339 ?? "", run.endedAt?.rfc3339 ?? "", run.typeName,
                            run.parentID,
                            run.token,
                        ]
                    })
            }
        }
    }

    var stats: Command {
        command("stats", "Simple stats about the c1z") { call in
            let reader = try C1ZFile.open(call.file, environment: call.environment)
            guard let run = try reader.latestFinishedSync() else {
                return call.screen.inform("No finished sync found in the c1z")
            }
            let stats = try reader.stats(of: run)
            if call.wantsJSON {
                call.screen.output.print(run.json(stats: stats).text)
            } else {
                try StatsTables(run: run, stats: stats, engine: reader.engine).print(to: call.screen)
            }
        }
    }
}

extension Screen {
    /// Prints a remark in place of results.
    func inform(_ text: String) {
        output.print("\(coloured(.info, " INFO ")) \(coloured(.brightCyan, text))\n")
    }
}
