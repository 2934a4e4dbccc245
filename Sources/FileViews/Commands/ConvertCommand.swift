import AccessModel
import C1Z
import CommandLineKit

extension BatonProgram {
    /// Writes a file of version 1 anew as one of version 3, as the ecosystem's own command does.
    var toPebble: Command {
        command(
            "to-pebble", "Convert a SQLite c1z file to Pebble",
            flags: [
                Flag("out", help: "Path to write the Pebble c1z to", default: "./sync.pebble.c1z"),
                Flag("sync-id", help: "The sync to convert. Defaults to the latest finished full sync."),
                Flag("batch-size", .int, help: "How many records to convert at a time", default: "10000"),
                Flag("tmp-dir", help: "Folder for temporary files"),
            ]
        ) { call in
            guard call.flags.int("batch-size") > 0 else { throw UsageError("batch-size must be greater than zero") }
            let source = try C1ZFile.open(call.file, environment: call.environment)
            guard source.engine == .sqlite else {
                throw C1ZError(.unsupported, call.file, "is a version 3 (Pebble) file already.")
            }
            let asked = call.flags.string("sync-id")
            let run = try asked.isEmpty ? source.latestFinishedSync(of: .full) : source.sync(asked)
            if run == nil, try !source.syncRuns().isEmpty {
                throw C1ZError(
                    .noSuchSync, call.file, "has no finished full sync. Name another with --sync-id.")
            }
            let conversion = Conversion(of: run, from: source, to: .pebble, call)
            let clock = ContinuousClock()
            var report = SyncExport.Report()
            let took = try clock.measure { report = try conversion.write() }
            call.screen.output.print(conversion.summary(of: report, took: took))
        }
    }

    /// Writes a file anew in either version.
    var convert: Command {
        var convert = command(
            "convert", "Write a sync to a new file of the version that is asked for",
            flags: [
                Flag("engine", help: "How the new file stores its records: sqlite (version 1) or pebble (version 3)"),
                Flag("out", help: "Path to write the new file to; sync.<engine>.c1z when nothing is said"),
                Flag("sync-id", help: "The sync to convert. Defaults to the latest finished one."),
                Flag("tmp-dir", help: "Folder for temporary files"),
            ]
        ) { call in
            guard let engine = StorageEngine(rawValue: call.flags.string("engine")) else {
                throw UsageError(
                    "--engine must be \"sqlite\" or \"pebble\", got \"\(call.flags.string("engine"))\"")
            }
            let source = try C1ZFile.open(call.file, environment: call.environment)
            let asked = call.flags.string("sync-id")
            let runs = try source.syncRuns()
            let run = try asked.isEmpty ? source.latestFinishedSync() ?? runs.last : source.sync(asked)
            if runs.count > 1, let run {
                StandardError.write(
                    "the file has \(runs.count) syncs; only \(run.id) is converted. --sync-id names another.\n")
            }
            let conversion = Conversion(of: run, from: source, to: engine, call)
            let report = try conversion.write()
            call.screen.succeed("Wrote \(conversion.path): \(conversion.counts(of: report))")
        }
        convert.details = """
            Write a sync to a new file of the version that is asked for.

            Version 1 files (SQLite) are opened by every tool of the ecosystem and hold several syncs. Version 3 files (Pebble) are
            opened by its tools since SDK v0.25 and hold one sync. The file itself is not changed.
            """
        convert.example = "  baton convert -f sync.c1z --engine sqlite --out sync.v1.c1z"
        return convert
    }
}

/// One sync on its way into a file of another version.
private struct Conversion {
    let path: String
    private let run: SyncRun?
    private let source: any C1ZReader
    private let options: C1ZWriterOptions

    init(of run: SyncRun?, from source: any C1ZReader, to engine: StorageEngine, _ call: Call) {
        self.run = run
        self.source = source
        let out = call.flags.string("out")
        path = out.isEmpty ? "./sync.\(engine.rawValue).c1z" : out
        var environment = call.environment
        let folder = call.flags.string("tmp-dir")
        if !folder.isEmpty { environment["TMPDIR"] = folder }
        options = C1ZWriterOptions(environment: environment, engine: engine)
    }

    func write() throws -> SyncExport.Report {
        let report = try SyncExport(of: run, from: source, options: options).write(to: path)
        if report.dropped > 0 {
            StandardError.write(
                "\(report.dropped) record(s) don't say what they are about and can't be kept in such a file; they were left out.\n"
            )
        }
        return report
    }

    private static let kinds: [(kind: RecordKind, name: String)] = [
        (.resourceType, "Resource types"), (.resource, "Resources"), (.entitlement, "Entitlements"),
        (.grant, "Grants"),
    ]

    func counts(of report: SyncExport.Report) -> String {
        let counts = Self.kinds.map { "\(report.records[$0.kind]?.count ?? 0) \($0.name.lowercased())" }
        return (run.map { ["\($0.typeName) sync \($0.id)"] } ?? ["no sync"]).joined() + ", "
            + counts.joined(separator: ", ")
    }

    /// What the ecosystem's command prints.
    func summary(of report: SyncExport.Report, took: Duration) -> String {
        var lines = ["Converted C1Z to Pebble successfully.", "Output: \(path)"]
        if let run {
            lines += ["Source sync ID: \(run.id)", "Destination sync ID: \(run.id)"]
        } else {
            lines.append("Source had no sync runs; wrote an empty c1z.")
        }
        for (kind, name) in Self.kinds {
            let part = report.records[kind] ?? SyncExport.Part()
            lines.append("\(name): \(part.count) (\(part.duration.milliseconds))")
        }
        let assets = report.assets
        lines.append("Assets: \(assets.count) (\(assets.bytes) bytes, \(assets.duration.milliseconds))")
        lines.append("Total: \(took.milliseconds)")
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Duration {
    /// In whole milliseconds, as `310ms`; `0s` when there are none.
    fileprivate var milliseconds: String {
        let whole = Int((self / .milliseconds(1)).rounded())
        return whole == 0 ? "0s" : "\(whole)ms"
    }
}
