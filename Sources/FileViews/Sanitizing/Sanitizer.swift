import AccessModel
import BatonWire
import C1Z
import SwiftProtobuf
import WireForm

/// Copies a file so that it identifies nobody: every sync of it, with as many records put together in the same way
/// (c1z-v1 §13.7).
struct Sanitizer {
    /// How many records are held at a time, to be written in order of their new ids.
    private static let page = 10_000
    /// What stands in for an image: one transparent pixel as PNG.
    private static let pixel: [UInt8] = [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00,
        0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00, 0x1F, 0x15, 0xC4, 0x89, 0x00, 0x00, 0x00,
        0x0D, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x62, 0x00, 0x01, 0x00, 0x00, 0x05, 0x00, 0x01, 0x0D, 0x0A, 0x2D,
        0xB4, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
    ]

    private let source: any C1ZReader
    private let copy: SyncCopy
    private let runs: [SyncRun]
    private(set) var records: Sanitization
    /// The new ids of the syncs.
    private var ids: [ByteKey: String] = [:]

    /// Prepares the copying of `source`.
    ///
    /// - Parameter anchor: where the newest sync is moved to in time.
    init(
        of source: any C1ZReader, to copy: SyncCopy, secret: [UInt8], anchor: StoredTime,
        unknown: Sanitization.UnknownAnnotations
    ) throws {
        self.source = source
        self.copy = copy
        runs = Self.parentsFirst(try source.syncRuns())
        let shift = TimeShift(to: anchor, of: runs)
        var names = Pseudonyms(secret: secret)
        for run in runs {
            try source.readNamingDamage(.resourceType, of: run.id) {
                names.keep(type: try ResourceType(serializedBytes: Array($0.data)).id)
            }
            let begun = shift(run.startedAt ?? anchor).seconds
            let payload = names.mac(Array("sync \(run.id)".utf8)).prefix(16)
            ids[ByteKey(run.id)] = KSUID(at: begun, payload: Array(payload)).description
        }
        records = Sanitization(names: names, shift: shift, unknown: unknown)
    }

    /// Copies every sync; saving the copy is left to the caller.
    mutating func run() throws {
        for run in runs {
            try copy.begin(sanitized(run))
            for kind in RecordKind.allCases { try copyRecords(kind, of: run) }
            try copyAssets(of: run)
            try copy.end()
        }
    }

    private func sanitized(_ run: SyncRun) -> SyncRun {
        var new = run
        new.id = ids[ByteKey(run.id)] ?? ""
        new.typeName = (run.type ?? .full).rawValue
        new.startedAt = run.startedAt.map { records.shift($0) }
        new.endedAt = run.endedAt.map { records.shift($0) }
        new.token = ""
        // A parent in another file is named so that two files with one secret still fit together.
        new.parentID = ids[ByteKey(run.parentID)] ?? records.names.of(run.parentID)
        new.linkedID = ids[ByteKey(run.linkedID)] ?? ""
        new.storedStats = nil
        new.verification = SyncVerification()
        return new
    }

    private struct Row {
        let key: [UInt8]
        let data: [UInt8]
        var expansion: [UInt8]?
        let needsExpansion: Bool
        let discoveredAt: StoredTime?
    }

    private mutating func copyRecords(_ kind: RecordKind, of run: SyncRun) throws {
        var rows: [Row] = []
        try source.readNamingDamage(kind, of: run.id) { record in
            rows.append(try row(kind, record, of: run))
            if rows.count == Self.page { try flush(&rows, kind) }
        }
        try flush(&rows, kind)
    }

    private mutating func row(_ kind: RecordKind, _ record: StoredRecord, of run: SyncRun) throws -> Row {
        let (key, data) = try sanitized(kind, record.data)
        let expansion = try record.expansion.map {
            records.expandable(try GrantExpandable(serializedBytes: Array($0))).serializedInOrder()
        }
        let found = record.discoveredAt.time ?? run.startedAt
        return Row(
            key: key, data: data, expansion: expansion, needsExpansion: record.needsExpansion,
            discoveredAt: found.map { records.shift($0) })
    }

    private mutating func sanitized(
        _ kind: RecordKind, _ data: UnsafeRawBufferPointer
    ) throws -> (key: [UInt8], data: [UInt8]) {
        switch kind {
        case .resourceType:
            let type = try records.type(ResourceType(serializedBytes: Array(data)))
            return (Array(type.id.utf8), type.serializedInOrder())
        case .resource:
            let resource = try records.resource(Resource(serializedBytes: Array(data)))
            return (
                Array(resource.id.resourceType.utf8) + [0] + Array(resource.id.resource.utf8),
                resource.serializedInOrder()
            )
        case .entitlement:
            let entitlement = try records.entitlement(Entitlement(serializedBytes: Array(data)))
            return (Array(entitlement.id.utf8), entitlement.serializedInOrder())
        case .grant:
            let grant = try records.grant(data)
            return (Array(grant.id.utf8), grant.data)
        }
    }

    private func flush(_ rows: inout [Row], _ kind: RecordKind) throws {
        rows.sort { $0.key.lexicographicallyPrecedes($1.key) }
        for row in rows { try put(row, kind) }
        rows.removeAll(keepingCapacity: true)
    }

    private func put(_ row: Row, _ kind: RecordKind) throws {
        try row.data.withUnsafeBytes { data in
            let time = DiscoveryTime(row.discoveredAt)
            guard let expansion = row.expansion else { return try copy.put(kind, data, discoveredAt: time) }
            try expansion.withUnsafeBytes {
                try copy.put(kind, data, expansion: $0, needsExpansion: row.needsExpansion, discoveredAt: time)
            }
        }
    }

    private func copyAssets(of run: SyncRun) throws {
        try source.readAssets(of: run.id) { asset in
            let found = asset.discoveredAt.time ?? run.startedAt
            let isImage = String(decoding: asset.contentType, as: UTF8.self).lowercased().hasPrefix("image/")
            try copy.putAsset(
                Array(records.names.of(Array(asset.id)).utf8), contentType: Array(asset.contentType),
                data: isImage ? Self.pixel : [0],
                discoveredAt: DiscoveryTime(found.map { records.shift($0) }))
        }
    }

    /// The syncs as they are stored, but none before the one it adds to.
    private static func parentsFirst(_ runs: [SyncRun]) -> [SyncRun] {
        let known = Set(runs.map { ByteKey($0.id) })
        var (sorted, placed, rest) = ([SyncRun](), Set<ByteKey>(), runs)
        while !rest.isEmpty {
            var later: [SyncRun] = []
            for run in rest {
                let parent = ByteKey(run.parentID)
                guard run.parentID.isEmpty || !known.contains(parent) || placed.contains(parent) else {
                    later.append(run)
                    continue
                }
                sorted.append(run)
                placed.insert(ByteKey(run.id))
            }
            // What adds to itself in a circle is taken as it comes.
            if later.count == rest.count { return sorted + later }
            rest = later
        }
        return sorted
    }
}
