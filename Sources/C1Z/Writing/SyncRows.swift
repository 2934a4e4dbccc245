import AccessModel

/// Puts what another file holds into a sync of a database, as it is there.
final class SyncRows {
    private let sync: String
    private let database: Database
    private let mode: Insertion.Mode
    private var destinations: [RecordKind: Destination] = [:]
    private var count = 0

    /// Rows of `sync`.
    init(of sync: String, in database: Database, mode: Insertion.Mode = .copy) {
        self.sync = sync
        self.database = database
        self.mode = mode
    }

    /// Where the records of one kind go.
    private struct Destination {
        let insertion: Insertion
        /// The present one; its room is used again.
        var row: RecordBatch
    }

    /// Puts a record, with the time it was discovered at.
    ///
    /// - Throws: `WireError` when the bytes are no such message.
    func put(
        _ kind: RecordKind, _ data: UnsafeRawBufferPointer, expansion: UnsafeRawBufferPointer?, needsExpansion: Bool,
        discoveredAt: DiscoveryTime
    ) throws {
        count += 1
        if count % 1000 == 0 {
            try Task.checkCancellation()
            database.workLimit.restart()
        }
        var destination =
            try destinations.removeValue(forKey: kind)
            ?? Destination(insertion: Insertion(kind, mode, into: sync, of: database), row: RecordBatch(kind))
        destination.row.removeAll()
        try destination.row.append(data, expansion: expansion)
        try destination.insertion.copy(
            destination.row, discoveredAt: discoveredAt, needsExpansion: needsExpansion)
        destinations[kind] = destination
    }

    /// Puts all records of a kind of a sync of another file.
    ///
    /// - Returns: how many there were.
    func putRecords(_ kind: RecordKind, of sync: String, from source: any C1ZReader) throws -> Int {
        let before = count
        try source.readNamingDamage(kind, of: sync) { record in
            try put(
                kind, record.data, expansion: record.expansion, needsExpansion: record.needsExpansion,
                discoveredAt: record.discoveredAt)
        }
        return count - before
    }

    /// Puts an asset.
    func putAsset(_ id: [UInt8], contentType: [UInt8], data: [UInt8], discoveredAt: DiscoveryTime) throws {
        try database.run(
            """
            INSERT OR REPLACE INTO v1_assets (external_id, content_type, data, sync_id, discovered_at)
            VALUES (?, ?, ?, ?, ?)
            """, .bytes(id), .bytes(contentType), .blob(data), .text(sync),
            .bytes(discoveredAt.withText { Array($0) }))
    }

    /// Puts the assets of a sync of another file, and what its connector kept for itself.
    func putAttachments(of other: String, from source: any C1ZReader) throws {
        try source.readAssets(of: other) { asset in
            try putAsset(
                Array(asset.id), contentType: Array(asset.contentType), data: Array(asset.data),
                discoveredAt: asset.discoveredAt)
        }
        try source.readSessions(of: other) { session in
            try database.run(
                "INSERT INTO v1_connector_sessions (sync_id, key, value) VALUES (?, ?, ?)", .text(sync),
                .bytes(Array(session.key)), .blob(Array(session.value)))
        }
    }
}
