import AccessModel
import WireForm

/// A new file that syncs of other files are copied into, perhaps changed on the way.
///
/// It never replaces a file. Until it is saved there is nothing to be seen of it, however the process ends.
public final class SyncCopy {
    /// The file to be.
    public let file: String

    private let copy: SQLiteWriter
    private var rows: [RecordKind: RowCopy] = [:]
    private var run: SyncRun?
    private var count = 0

    /// Begins a file.
    ///
    /// - Throws: ``C1ZError`` when there is one of that name, or its folder can't be written.
    public init(to path: String, options: C1ZWriterOptions = C1ZWriterOptions()) throws {
        guard try fileState(of: path) == "none" else { throw C1ZError.isTaken(path) }
        file = path
        copy = try SQLiteWriter(path, options: options, isResumable: false)
    }

    /// The file as a writer, to go on working on what was copied.
    public var writer: any C1ZWriter { copy }

    /// Begins the copy of a sync: its row as it is given, into which records are put from now on.
    public func begin(_ run: SyncRun) throws {
        try copy.insert(run)
        try copy.begin(run.id)
        rows = [:]
        self.run = run
    }

    /// Puts a record into the present sync, unless it holds one that was discovered as late or later.
    ///
    /// - Throws: `WireError` when the bytes are no such message.
    public func put(
        _ kind: RecordKind, _ data: UnsafeRawBufferPointer, expansion: UnsafeRawBufferPointer? = nil,
        needsExpansion: Bool = false, discoveredAt: UnsafeRawBufferPointer
    ) throws {
        count += 1
        if count % 1000 == 0 { try Task.checkCancellation() }
        if rows[kind] == nil {
            rows[kind] = try RowCopy(kind, into: try copy.currentSync(), of: copy.database)
        }
        try rows[kind]?.put(
            data, expansion: expansion, needsExpansion: needsExpansion, discoveredAt: discoveredAt)
    }

    /// Puts an asset into the present sync.
    public func putAsset(
        _ id: [UInt8], contentType: [UInt8], data: [UInt8], discoveredAt: [UInt8]
    ) throws {
        try copy.database.run(
            """
            INSERT OR REPLACE INTO v1_assets (external_id, content_type, data, sync_id, discovered_at)
            VALUES (?, ?, ?, ?, ?)
            """, .bytes(id), .bytes(contentType), .blob(data), .text(try copy.currentSync()), .bytes(discoveredAt))
    }

    /// Copies the assets of a sync of another file, and what its connector kept for itself.
    func putAttachments(of sync: String, from source: any C1ZReader) throws {
        try source.readAssets(of: sync) { asset in
            try putAsset(
                Array(asset.id), contentType: Array(asset.contentType), data: Array(asset.data),
                discoveredAt: Array(asset.discoveredAt))
        }
        try source.readSessions(of: sync) { session in
            try copy.database.run(
                "INSERT INTO v1_connector_sessions (sync_id, key, value) VALUES (?, ?, ?)",
                .text(try copy.currentSync()), .bytes(Array(session.key)), .blob(Array(session.value)))
        }
    }

    /// Changes the row of the present sync.
    func update(_ run: SyncRun) throws {
        try copy.update(run)
        self.run = run
    }

    /// Ends the copy of the present sync, and counts what is in it unless its row says so already.
    public func end() throws {
        guard let run else { return }
        if run.storedStats == nil { try copy.storeStats(of: run) }
        try copy.commitTransaction()
    }

    /// Writes the file.
    public func save() throws {
        try copy.commitTransaction()
        rows = [:]
        _ = try copy.save()
    }

    /// Gives the file up.
    public func discard() {
        copy.discard()
    }
}

extension C1ZReader {
    /// Reads records; damaged bytes among them are an error that names this file.
    func readNamingDamage(_ kind: RecordKind, of sync: String, _ body: (StoredRecord) throws -> Void) throws {
        do {
            try read(kind, of: sync, where: .all, body)
        } catch let error as WireError {
            throw C1ZError(
                .corrupt, file, "one of its records is damaged (\(error)). Fetch it again, or sync again.")
        }
    }
}
