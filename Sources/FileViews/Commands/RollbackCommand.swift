import AccessModel
import C1Z
import CommandLineKit

extension BatonProgram {
    /// Takes back what expansion added to a sync.
    var rollbackExpansion: Command {
        command(
            "rollback-expansion", "Roll back grant expansion in a c1z so it can be replayed", flags: Self.rollbackFlags
        ) { [expansion] call in
            let flags = call.flags
            let (isDry, replays, out) = (flags.bool("dry-run"), flags.bool("replay"), flags.string("out"))
            if flags.bool("validate"), !replays {
                throw UsageError(
                    "--validate requires --replay (without re-deriving, deleted grants cannot be compared)")
            }
            if !isDry, out.isEmpty {
                throw UsageError(
                    "--out is required to write a rolled-back c1z; the input is never modified — pass --dry-run to preview"
                )
            }
            let source = try C1ZFile.open(call.file, environment: call.environment)
            let run = try call.finishedSync(of: source)
            let rollback = try ExpansionRollback(
                of: run, in: source, suspects: flags.bool("preserve-suspect-grants") ? .preserve : .delete)
            let replayed = replays ? "; replayed expansion" : ""
            if isDry {
                let report = try rollback.preview()
                return call.screen.output.print(
                    "dry-run: sync \(run.id) — would delete \(report.deleted) expansion-derived grant(s) and clear sources on "
                        + "\(report.cleared) direct grant(s)\(report.remark)\(replayed)\n")
            }
            let report = try rollback.write(
                to: out, options: C1ZWriterOptions(environment: call.environment, engine: source.engine),
                preparing: { try expansion.prepare($0, call.file) },
                finishing: { writer in
                    guard replays else { return StandardError.write(Self.withoutReplay) }
                    try expansion.expand(run.id, writer)
                    guard flags.bool("validate") else { return }
                    let count = try SourceComparison(of: run.id, before: source, after: writer).run()
                    StandardError.write(
                        "validation: \(count) grant source set(s) identical before and after replay\n")
                })
            call.screen.output.print(
                "sync \(run.id) rolled back: deleted \(report.deleted) expansion-derived grant(s), cleared sources on "
                    + "\(report.cleared) direct grant(s)\(report.remark); wrote \(out)\(replayed)\n")
        }
    }

    private static let rollbackFlags = [
        Flag("sync-id", help: "Sync to roll back. Defaults to the latest finished sync."),
        Flag(
            "out",
            help: "Path to write the rolled-back c1z to (required for a write; the input file is never modified)."),
        Flag("dry-run", .bool, help: "Report what would change without modifying anything."),
        Flag(
            "replay", .bool,
            help: "Re-run grant expansion over the rolled-back c1z (recommended; without it the output is missing its "
                + "expanded grants)."),
        Flag(
            "preserve-suspect-grants", .bool,
            help: "Keep suspect connector-sourced grants instead of deleting them; avoids dropping real connector data "
                + "(default: delete)."),
        Flag(
            "validate", .bool,
            help: "After --replay, fail if any grant's Sources differ before vs after. Requires --replay; default off "
                + "(default rollback clears connector-set Sources)."),
    ]

    private static let withoutReplay =
        "warning: --replay not set; the output c1z has its expansion rolled back and is NOT re-expanded — its expanded "
        + "grants are absent until expansion runs again\n"
}

extension Call {
    fileprivate func finishedSync(of source: any C1ZReader) throws -> SyncRun {
        let asked = flags.string("sync-id")
        guard asked.isEmpty else { return try source.sync(asked) }
        guard let run = try source.latestFinishedSync() else {
            throw C1ZError(.failed, file, "no finished sync found in it; pass --sync-id")
        }
        return run
    }
}

extension ExpansionRollback.Report {
    fileprivate var remark: String {
        guard suspects > 0 else { return "" }
        guard preserved == 0 else {
            return " [\(preserved) grant(s) had Sources but no self-source and no expander marker — PRESERVED (not "
                + "deleted); verify whether they are connector-set]"
        }
        return
            " [\(suspects) deleted grant(s) carried Sources but no self-source and no expander marker — verify they are "
            + "not connector-set; pass --preserve-suspect-grants to keep them]"
    }
}
