import C1Z
import CommandLineKit

extension BatonProgram {
    /// Counts the records of finished syncs anew.
    var recalculateStats: Command {
        let flag = Flag(
            "sync-id", help: "Only recalculate stats for this sync ID. Defaults to all finished syncs.")
        return command("recalculate-stats", "Recalculate the stats stored in the C1Z", flags: [flag]) { call in
            try call.change { writer in
                let asked = call.flags.string("sync-id")
                let syncs = try asked.isEmpty ? writer.syncRuns().filter(\.isFinished) : [writer.sync(asked)]
                guard !syncs.isEmpty else {
                    call.screen.inform("No finished syncs found to recalculate")
                    return false
                }
                for sync in syncs {
                    let took = try ContinuousClock().measure { try writer.recalculateStats(of: sync.id) }
                    call.screen.succeed("Recalculated stats for sync \(sync.id) duration: \(took.short)")
                }
                call.screen.inform("Recalculated stats for \(syncs.count) sync(s)")
                return true
            }
        }
    }

    /// Writes the file anew, without what deleted syncs left behind.
    var optimize: Command {
        var optimize = command(
            "optimize", "Optimize the c1z file. This may result in a reduction in filesize.", writes: true
        ) { call in
            guard try C1ZFile.open(call.file, environment: call.environment).engine == .sqlite else {
                return call.screen.output.print(
                    "Optimize is not applicable for pebble-backed C1Z; no changes made.")
            }
            try call.change { _ in true }
            call.screen.output.print("Optimized C1Z successfully.")
        }
        optimize.hidden = true
        return optimize
    }

    /// Takes the database out of the file.
    var dumpDatabase: Command {
        let flag = Flag("out", help: "The path to write the database to", default: "./sync.db")
        var dump = command("dump-db", "Dump the underlying database for the C1Z provided", flags: [flag]) { call in
            let out = call.flags.string("out")
            guard !out.isEmpty else { throw UsageError("an output path is required") }
            guard try C1ZFile.open(call.file, environment: call.environment).engine == .sqlite else {
                try C1ZFile.extract(call.file, to: out, environment: call.environment)
                return call.screen.output.print("Extracted Pebble payload directory to \(out)\n")
            }
            let target = try ReplacementFile(out)
            try C1ZFile.unpack(call.file, environment: call.environment) { piece in
                target.output.raw(piece)
                try target.output.settle()
            }
            try target.commit()
        }
        dump.hidden = true
        return dump
    }
}

extension Call {
    /// Changes the file, which has to be there; it is saved when `change` says so.
    fileprivate func change(_ change: (any C1ZWriter) throws -> Bool) throws {
        // A writer would begin a new file.
        _ = try C1ZFile.open(file, environment: environment)
        let writer = try C1ZFile.write(file, options: C1ZWriterOptions(environment: environment))
        do {
            if try change(writer) {
                _ = try writer.save()
            } else if !writer.isContinuation {
                writer.discard()
            }
        } catch {
            // The working copy of an interrupted sync is not ours to throw away.
            if !writer.isContinuation { writer.discard() }
            throw error
        }
    }
}

extension Duration {
    /// As Go prints it: `17µs`, `1.5ms`, `2.25s`.
    fileprivate var short: String {
        let units: [(Duration, String)] = [(.seconds(1), "s"), (.milliseconds(1), "ms"), (.microseconds(1), "µs")]
        let (unit, name) = units.first { self >= $0.0 } ?? (.microseconds(1), "µs")
        let number = ((self / unit) * 1000).rounded() / 1000
        return (number == number.rounded() ? String(Int(number)) : String(number)) + name
    }
}

extension Screen {
    /// Prints that something is done.
    func succeed(_ text: String) {
        output.print("\(coloured(.success, " SUCCESS ")) \(coloured(.brightCyan, text))\n")
    }
}
