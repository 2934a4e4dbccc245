import AccessModel
import BatonWire
import C1Z
import SwiftProtobuf

@testable import SyncEngine

/// The grants of a directory after its expansion.
struct Expanded {
    /// What expansion says of a grant.
    struct Row: Equatable {
        /// Whether the connector said it; otherwise it follows from others.
        let isGiven: Bool
        let sources: [ByteKey: Bool]

        static func direct(_ sources: [String: Bool]) -> Row { Row(isGiven: true, sources: keyed(sources)) }
        static func derived(_ sources: [String: Bool]) -> Row { Row(isGiven: false, sources: keyed(sources)) }

        private static func keyed(_ sources: [String: Bool]) -> [ByteKey: Bool] {
            Dictionary(uniqueKeysWithValues: sources.map { (ByteKey($0.key), $0.value) })
        }
    }

    let rows: [ByteKey: Row]
    let log: LogBook

    var count: Int { rows.count }

    subscript(id: String) -> Row? { rows[ByteKey(id)] }

    /// Syncs the directory.
    init(_ directory: SmallDirectory) async throws {
        let sync = try TestSync()
        try self.init(try await sync.contents(of: directory.client).grants, sync.log)
    }

    init(_ grants: [Grant], _ log: LogBook = LogBook()) throws {
        var rows: [ByteKey: Row] = [:]
        for grant in grants {
            let sources = grant.sources.sources.map { (ByteKey($0.key), $0.value.isDirect) }
            rows[ByteKey(grant.id)] = Row(
                isGiven: !grant.annotations.contains(GrantImmutable.self),
                sources: Dictionary(uniqueKeysWithValues: sources))
        }
        self.rows = rows
        self.log = log
    }
}

/// Expands a directory's grants without the walk that brings them in.
///
/// - Parameter times: how often.
func expandedDirectly(_ directory: SmallDirectory, times: Int = 1) throws -> Expanded {
    let writer = try C1ZFile.write(try Temporary.path())
    defer { writer.discard() }
    let run = try writer.startSync(.full, parent: "")
    var entitlements = RecordBatch(.entitlement)
    for entitlement in directory.entitlements { try entitlements.append(entitlement) }
    try writer.put(entitlements)
    var grants = RecordBatch(.grant)
    for grant in directory.grants { try grants.append(grant) }
    try writer.put(grants)
    for _ in 0..<times {
        var expansion = GrantExpansion(in: writer, sync: run.id) { _ in }
        try expansion.run(expansion.loadGraph().collapsed())
        try writer.commit(reaching: "{}")
    }
    var found: [Grant] = []
    try writer.read(.grant, of: run.id, where: .all) { record in
        found.append(try Grant(serializedBytes: Array(record.data)))
    }
    return try Expanded(found)
}
