import AccessModel
import BatonWire
import C1Z
import Foundation
import SwiftProtobuf
import Testing

/// All that a sync in a file holds, in an order that doesn't depend on how it was written.
struct Contents: Equatable {
    /// A record: its identity and the columns that must be equal.
    struct Row: Equatable {
        let id: ByteKey
        let data: [UInt8]
        var expansion: [UInt8]?
        var needsExpansion = false
    }

    private(set) var run: SyncRun
    private(set) var rows: [RecordKind: [Row]] = [:]
    private(set) var assets: [Row] = []
    private(set) var stats: SyncStats

    /// Reads the sync with this id, or the finished one that ended last.
    init(of file: String, sync id: String? = nil) throws {
        try self.init(of: C1ZFile.open(file), sync: id)
    }

    init(of reader: any C1ZReader, sync id: String? = nil) throws {
        let found = try id.map { try reader.sync($0) } ?? reader.latestFinishedSync()
        run = try #require(found)
        stats = try reader.stats(of: run)
        for kind in RecordKind.allCases {
            var found: [Row] = []
            try reader.read(kind, of: run.id, where: .all) { record in
                let data = Array(record.data)
                found.append(
                    Row(
                        id: try Self.identity(of: data, kind), data: data,
                        expansion: record.expansion.map { Array($0) }, needsExpansion: record.needsExpansion))
            }
            rows[kind] = found.sorted { $0.id < $1.id }
        }
        try reader.readAssets(of: run.id) { asset in
            assets.append(Row(id: ByteKey(asset.id), data: Array(asset.contentType) + [0] + Array(asset.data)))
        }
        assets.sort { $0.id < $1.id }
    }

    private static func identity(of data: [UInt8], _ kind: RecordKind) throws -> ByteKey {
        switch kind {
        case .resourceType: ByteKey(try ResourceType(serializedBytes: data).id)
        case .resource: ByteKey(try Resource(serializedBytes: data).identity.description)
        case .entitlement: ByteKey(try Entitlement(serializedBytes: data).id)
        case .grant: ByteKey(try Grant(serializedBytes: data).id)
        }
    }

    func rows(_ kind: RecordKind) -> [Row] { rows[kind] ?? [] }

    func ids(_ kind: RecordKind) -> [String] { rows(kind).map(\.id.text) }

    var grants: [Grant] {
        get throws { try rows(.grant).map { try Grant(serializedBytes: $0.data) } }
    }

    func grant(_ id: String) throws -> Grant? {
        try rows(.grant).first { $0.id == ByteKey(id) }.map { try Grant(serializedBytes: $0.data) }
    }

    func resource(_ id: String) throws -> Resource? {
        try rows(.resource).first { $0.id == ByteKey(id) }.map { try Resource(serializedBytes: $0.data) }
    }

    /// Whether both hold the same records; ids and times of the syncs don't matter.
    static func == (left: Contents, right: Contents) -> Bool {
        left.rows == right.rows && left.assets == right.assets
    }

    /// What is different, for a person; nil when nothing is.
    func difference(from other: Contents) -> String? {
        for kind in RecordKind.allCases {
            if let text = Self.difference(rows(kind), other.rows(kind)) { return "\(kind): \(text)" }
        }
        return Self.difference(assets, other.assets).map { "assets: \($0)" }
    }

    private static func difference(_ ours: [Row], _ others: [Row]) -> String? {
        let (known, wanted) = (Set(ours.map(\.id)), Set(others.map(\.id)))
        guard known == wanted, ours.count == others.count else {
            let missing = wanted.subtracting(known).sorted().prefix(5).map(\.text)
            let surplus = known.subtracting(wanted).sorted().prefix(5).map(\.text)
            return "\(ours.count) against \(others.count); missing \(missing), too many \(surplus)"
        }
        for (one, other) in zip(ours, others) where one != other {
            return "\(one.id.text) differs:\n\(one)\n\(other)"
        }
        return nil
    }
}

/// Checks that two syncs hold the same records, byte for byte.
func expectSame(
    _ ours: Contents, as other: Contents, _ what: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
    guard let difference = ours.difference(from: other) else { return }
    Issue.record("\(what) \(difference)", sourceLocation: sourceLocation)
}
