import AccessModel
import Pebble
import WireForm

/// Writes one sync as a version 3 file (c1z-v3 §14.1).
///
/// The records may come in any order. Their keys are sorted within bounded memory, so that the tables are written one behind the
/// other.
struct PebbleFile {
    /// Nil makes a file without a sync.
    private let run: SyncRun?
    private let source: any C1ZReader
    private let environment: [String: String]
    private let rows: KeySorter
    private let digests: GrantDigests
    private var encoding = RecordEncoding()
    /// What was written.
    private(set) var report = SyncExport.Report()

    /// How much memory the sorting may take, in bytes.
    private static let memory = 8 << 20
    private static let layout: UInt64 = 2

    /// The file that is to hold `run`.
    init(of run: SyncRun?, from source: any C1ZReader, environment: [String: String]) {
        self.run = run
        self.source = source
        self.environment = environment
        rows = KeySorter(for: source.file, environment: environment, limit: Self.memory)
        digests = GrantDigests(for: source.file, environment: environment)
    }

    /// Writes the file.
    ///
    /// - Returns: the bytes of the database and of the file.
    mutating func write(to file: NewFile) throws -> (decoded: Int64, compressed: Int64) {
        var stats = try run.flatMap { $0.isFinished ? try source.stats(of: $0) : nil }
        try addStamps()
        var root: GrantDigests.Root?
        if let run {
            let clock = ContinuousClock()
            for kind in RecordKind.allCases {
                let took = try clock.measure { try addRecords(kind, of: run) }
                report.records[kind, default: SyncExport.Part()].duration = took
            }
            report.assets.duration = try clock.measure { try addAssets(of: run) }
            try addSessions(of: run)
            try add(TupleKey.syncRun, run.record)
            // What is exact only at the end is left out before: that means "unknown".
            if run.isFinished { root = try digests.addNodes(to: rows) }
            if let root {
                // Two grants of one entitlement to one principal are one here.
                stats?.grants = Int64(root.count)
                stats?.grantsByType = root.countsByType
                report.records[.grant]?.count = Int(root.count)
            }
            if let stats { try add(TupleKey.meta("stats\0"), stats.record(of: run)) }
        }
        let manifest = PebbleManifest.bytes(run: run, stats: stats, digest: root)
        try Envelope.v3Magic.withUnsafeBytes { try file.write($0) }
        try BigEndian.bytes(UInt64(manifest.count), 4).withUnsafeBytes { try file.write($0) }
        try manifest.withUnsafeBytes { try file.write($0) }
        let payload = try PayloadWriter(to: file)
        try writeTables(to: payload, withDigests: root != nil)
        try payload.finish(after: manifest)
        return (payload.rawSize, file.size)
    }

    /// How the keys are made.
    private func addStamps() throws {
        for name in ["keyspace_version", "grant_entitlement_id_format"] {
            try add(TupleKey.meta(name), BigEndian.bytes(Self.layout, 4))
        }
    }

    private func writeTables(to payload: PayloadWriter, withDigests: Bool) throws {
        let database = PebbleDatabaseWriter(to: payload)
        var hashesAreDue = withDigests
        func add(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws {
            // A sync that is stopped still saves what it has, so this goes on when it is cancelled.
            try database.add(key, value)
        }
        try rows.forEach { key, value in
            if hashesAreDue, GrantDigests.hashesPrecede(key) {
                hashesAreDue = false
                try digests.forEachHash(add)
            }
            try add(key, value)
        }
        try database.finish()
    }

    // MARK: Rows

    private func add(_ key: [UInt8], _ value: [UInt8]) throws {
        try key.withUnsafeBytes { key in try value.withUnsafeBytes { try rows.add(key, $0) } }
    }

    private mutating func addRecords(_ kind: RecordKind, of run: SyncRun) throws {
        var keys = RecordKeys()
        try source.readNamingDamage(kind, of: run.id) { record in
            guard let identity = try encoding.encode(kind, record) else {
                report.dropped += 1
                return
            }
            report.records[kind, default: SyncExport.Part()].count += 1
            keys.set(identity, needsExpansion: record.expansion != nil && record.needsExpansion)
            try encoding.bytes.withUnsafeBytes { value in
                try keys.primary.withUnsafeBytes { try rows.add($0, value) }
            }
            try keys.forEachIndex { key in try key.withUnsafeBytes { try rows.add($0, .nothing) } }
            switch kind {
            case .grant where run.isFinished:
                try digests.add(grant: keys.primary, sources: encoding.sources)
            case .entitlement where run.isFinished:
                try GrantDigests.addEmptyRoot(ofEntitlement: keys.primary, to: rows)
            default: return
            }
        }
    }

    private mutating func addAssets(of run: SyncRun) throws {
        try source.readAssets(of: run.id) { asset in
            report.assets.count += 1
            report.assets.bytes += asset.data.count
            var record = WireWriter()
            record.field(1, run.id)
            record.field(2, asset.id)
            if !asset.contentType.isEmpty { record.field(3, asset.contentType) }
            if !asset.data.isEmpty { record.field(4, asset.data) }
            if let time = asset.discoveredAt.time { record.field(5, time.timestamp) }
            try add(TupleKey(.asset, [ByteKey(asset.id)]).bytes, record.bytes)
        }
    }

    /// What the connector keeps for itself matters only while the sync runs.
    private func addSessions(of run: SyncRun) throws {
        guard !run.isFinished else { return }
        try source.readSessions(of: run.id) { session in
            var record = WireWriter()
            record.field(1, run.id)
            record.field(2, session.key)
            if !session.value.isEmpty { record.field(3, session.value) }
            try add(TupleKey(.session, [ByteKey(run.id), ByteKey(session.key)]).bytes, record.bytes)
        }
    }
}
