import AccessModel
import BatonWire
import C1Z
import CommandLineKit
import FoundationEssentials
import SwiftProtobuf

/// The table that `resources` prints after its sync.
enum ResourceList {
    /// Prints the resources of the latest finished sync in `file`.
    static func print(_ file: String) async throws {
        let reader = try C1ZFile.open(file, environment: ProcessInfo.processInfo.environment)
        let sync = try reader.latestFinishedSync()
        try reader.read(.resource, of: sync?.id, where: .all) { record in
            let resource = try Resource(serializedBytes: Array(record.data))
            Swift.print("\(resource.identity)  \(resource.displayName)")
        }
    }
}
