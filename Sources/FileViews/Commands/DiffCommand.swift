import AccessModel
import C1Z
import CommandLineKit

extension BatonProgram {
    var diff: Command {
        command("diff", "Perform a diff between sync runs") { call in
            let reader = try C1ZFile.open(call.file, environment: call.environment)
            let runs = try reader.finishedSyncs(of: .full)
            guard let new = runs.first else {
                throw ServiceError(
                    .unknown, "\(call.file): no syncs found - cannot diff. It takes two finished full syncs.")
            }
            guard runs.count > 1 else {
                throw ServiceError(
                    .unknown, "\(call.file): cannot diff single sync run. It takes two finished full syncs.")
            }
            let shapes = RecordShapes()
            let output = call.screen.output
            output.raw("{")
            for (place, (key, kind)) in Self.comparedKinds.enumerated() {
                output.print("\(place > 0 ? "," : "")\"\(key)\":")
                let difference = try RecordDifference(
                    of: kind, from: OpenedSync(reader, run: runs[1]), to: OpenedSync(reader, run: new), shapes)
                try difference.write(to: output)
            }
            output.raw("}")
        }
    }

    private static let comparedKinds: [(key: String, kind: RecordKind)] = [
        ("resources", .resource), ("entitlements", .entitlement), ("grants", .grant),
    ]
}
