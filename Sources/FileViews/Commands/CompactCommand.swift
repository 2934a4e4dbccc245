import C1Z
import CommandLineKit
import WireForm

extension BatonProgram {
    /// Makes one file of several.
    var compact: Command {
        var compact = command(
            "compact", "Make one file of what the latest syncs of several hold",
            flags: [Flag("out", help: "The folder to write the new file into, compacted-<sync ID>.c1z", default: ".")]
        ) { [expansion] call in
            var inputs: [Compaction.Input] = []
            let compaction = Compaction(
                of: call.arguments, into: call.flags.string("out"),
                options: C1ZWriterOptions(environment: call.environment))
            let result = try compaction.run {
                inputs.append($0)
            } expanding: {
                try expansion.expand($0, $1)
            }
            inputs.reverse()
            if call.wantsJSON {
                call.screen.output.print(JSONValue(result, of: inputs).text)
            } else {
                for input in inputs {
                    call.screen.inform("\(input.file): \(input.sync.typeName) sync \(input.sync.id)")
                }
                call.screen.succeed(result.summary)
            }
        }
        compact.details = """
            Make one file of what the latest syncs of several hold.

            Name the files oldest first. Of a record that several have, the one discovered last is taken. What only an older file
            has stays: a sync that lacks something may not have looked for it. Unless all of them are partial syncs, grants are
            expanded anew. The files themselves are not changed.
            """
        compact.example = "  baton compact full.c1z monday.c1z tuesday.c1z --out ./merged"
        return compact
    }
}

extension Compaction.Result {
    fileprivate var summary: String {
        let counts = [
            (stats.resourceTypes, "resource types"), (stats.resources, "resources"),
            (stats.entitlements, "entitlements"), (stats.grants, "grants"),
        ]
        return "Wrote \(file): \(sync.typeName) sync \(sync.id), "
            + counts.map { "\($0) \($1)" }.joined(separator: ", ")
    }
}

extension JSONValue {
    fileprivate init(_ result: Compaction.Result, of inputs: [Compaction.Input]) {
        func sync(_ file: String, _ run: SyncRun) -> [(name: String, value: JSONValue)] {
            [("file", .string(file)), ("syncId", .string(run.id)), ("syncType", .string(run.typeName))]
        }
        let counts: [(name: String, value: Int64)] = [
            ("resourceTypes", result.stats.resourceTypes), ("resources", result.stats.resources),
            ("entitlements", result.stats.entitlements), ("grants", result.stats.grants),
        ]
        self = .object(
            sync(result.file, result.sync) + counts.map { ($0.name, .string(String($0.value))) } + [
                ("inputs", .array(inputs.map { .object(sync($0.file, $0.sync)) }))
            ])
    }
}
