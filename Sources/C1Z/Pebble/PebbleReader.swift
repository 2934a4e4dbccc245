import AccessModel
import WireForm

/// Reads version 3 files.
///
/// They hold one sync. Records come in the order of their keys (c1z-v3 §12.2).
final class PebbleReader: C1ZReader {
    let file: String
    let engine = StorageEngine.pebble

    private let store: PebbleStore
    /// The keys of entitlements and grants, unless they are those of a former release.
    private let index: PebbleIndex
    /// The id of its sync; nil when it has none.
    private let syncID: String?

    init(_ file: String, environment: [String: String]) throws {
        self.file = file
        store = try PebbleStore(of: file, environment: environment)
        index = try PebbleIndex(of: store)
        syncID = try store.withValue(of: TupleKey.syncRun) { try $0.wireBytes(1)?.text ?? "" }
        // The reference refuses a file whose sync has another kind of id.
        if let syncID, KSUID(syncID) == nil {
            throw C1ZError(.corrupt, file, "the id of its sync, \"\(syncID)\", is no KSUID. Sync again.")
        }
    }

    func syncRuns() throws -> [SyncRun] {
        let stats = try store.withValue(of: TupleKey.meta("stats\0")) { try SyncStats(record: $0) }
        let run = try store.withValue(of: TupleKey.syncRun) { try SyncRun(record: $0, stats: stats) }
        return run.map { [$0] } ?? []
    }

    /// Whether the sync with this id is the one in the file.
    private func holds(_ sync: String?) -> Bool {
        guard let sync else { return true }
        return syncID?.hasSameBytes(as: sync) ?? false
    }

    // MARK: Records

    func read(
        _ kind: RecordKind, of sync: String?, where filter: RecordFilter, _ body: (StoredRecord) throws -> Void
    ) throws {
        guard holds(sync) else { return }
        let form = RecordForm()
        var count = 0
        func hand(_ record: UnsafeRawBufferPointer) throws {
            count += 1
            if count % 1000 == 0 { try Task.checkCancellation() }
            try form.read(kind, record)
            try form.withStoredRecord(body)
        }
        switch try index.selection(of: kind, where: filter) {
        case .keys(let ranges):
            for range in ranges {
                try store.read(from: range.from, upTo: range.upTo) { _, record in
                    try hand(record)
                    return true
                }
            }
        case .held(let prefix):
            try index.readGrants(under: prefix, hand)
        case .tested(let family, let test):
            let range = TupleKey.range(family)
            try store.read(from: range.from, upTo: range.upTo) { _, record in
                if try test(record) { try hand(record) }
                return true
            }
        }
    }

    func find(_ identity: RecordIdentity, in sync: String?) throws -> [UInt8]? {
        guard holds(sync), let key = try index.key(of: identity) else { return nil }
        let form = RecordForm()
        return try store.withValue(of: key) { record in
            try form.read(identity.kind, record)
            return form.withStoredRecord { Array($0.data) }
        }
    }

    // MARK: The rest

    func stats(of run: SyncRun) throws -> SyncStats {
        if let stored = run.storedStats.flatMap({ SyncStats(stored: $0) }) { return stored }
        return try PebbleStatsCount(store: store).stats(of: run)
    }

    func readAssets(of sync: String?, _ body: (StoredAsset) throws -> Void) throws {
        try readFields(of: .asset, sync) { fields in
            try body(
                StoredAsset(
                    id: fields[2] ?? .nothing, contentType: fields[3] ?? .nothing, data: fields[4] ?? .nothing,
                    discoveredAt: DiscoveryTime(timestamp: fields[5] ?? .nothing)))
        }
    }

    func readSessions(of sync: String?, _ body: (StoredSession) throws -> Void) throws {
        try readFields(of: .session, sync) { fields in
            try body(StoredSession(key: fields[2] ?? .nothing, value: fields[3] ?? .nothing))
        }
    }

    private func readFields(
        of family: TupleKey.Family, _ sync: String?, _ body: (FieldTable) throws -> Void
    ) throws {
        guard holds(sync) else { return }
        let range = TupleKey.range(family)
        var fields = FieldTable()
        try store.read(from: range.from, upTo: range.upTo) { _, record in
            try fields.read(record)
            try body(fields)
            return true
        }
    }
}
