import AccessModel
import C1Z
import CommandLineKit

extension BatonProgram {
    var diff: Command {
        let base = Flag(
            "base-file", help: "Another c1z file: its latest full sync is what the one of --file is compared with")
        var diff = command("diff", "Perform a diff between sync runs", flags: [base]) { call in
            let (old, new) = try call.syncsToCompare()
            let shapes = RecordShapes()
            let output = call.screen.output
            output.raw("{")
            for (place, (key, kind)) in Self.comparedKinds.enumerated() {
                output.print("\(place > 0 ? "," : "")\"\(key)\":")
                let difference = try RecordDifference(
                    of: kind, from: old, to: new, shapes)
                try difference.write(to: output)
            }
            output.raw("}")
        }
        diff.details = """
            Perform a diff between sync runs: the two latest full ones of the file, or the latest of two files, which may be of \
            different versions. Of a version 3 file, which holds one sync, only the latter can be asked.
            """
        diff.example = "  baton diff -f today.c1z --base-file yesterday.c1z"
        return diff
    }

    private static let comparedKinds: [(key: String, kind: RecordKind)] = [
        ("resources", .resource), ("entitlements", .entitlement), ("grants", .grant),
    ]
}

extension Call {
    /// The older and the newer sync.
    fileprivate func syncsToCompare() throws -> (old: OpenedSync, new: OpenedSync) {
        let reader = try C1ZFile.open(file, environment: environment)
        let runs = try reader.finishedSyncs(of: .full)
        guard let new = runs.first else {
            throw ServiceError(.unknown, "\(file): no syncs found - cannot diff. It takes two finished full syncs.")
        }
        let base = flags.string("base-file")
        guard base.isEmpty else {
            let other = try C1ZFile.open(base, environment: environment)
            guard let old = try other.latestFinishedSync(of: .full) else {
                throw ServiceError(.unknown, "\(base): no syncs found - cannot diff. It takes a finished full sync.")
            }
            let pair = (OpenedSync(other, run: old), OpenedSync(reader, run: new))
            return other.engine == reader.engine ? pair : (pair.0.inCommonForm, pair.1.inCommonForm)
        }
        guard runs.count > 1 else {
            throw ServiceError(
                .unknown,
                "\(file): cannot diff single sync run. It takes two finished full syncs, or another file named with --base-file."
            )
        }
        return (OpenedSync(reader, run: runs[1]), OpenedSync(reader, run: new))
    }
}
