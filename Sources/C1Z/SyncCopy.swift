import AccessModel
import WireForm

/// A new file that syncs of other files are copied into, perhaps changed on the way.
///
/// It never replaces a file. Until it is saved there is nothing to be seen of it, however the process ends.
public final class SyncCopy {
    /// The file to be.
    public let file: String

    private let copy: SQLiteWriter
    private let mode: Insertion.Mode
    private var rows: SyncRows?
    private var run: SyncRun?

    /// Begins a file.
    ///
    /// - Throws: ``C1ZError`` when there is one of that name, or its folder can't be written.
    public convenience init(to path: String, options: C1ZWriterOptions = C1ZWriterOptions()) throws {
        try self.init(to: path, options: options, mode: .copy)
    }

    /// Begins a file.
    ///
    /// - Parameter mode: what becomes of a record that the present sync has already.
    init(to path: String, options: C1ZWriterOptions, mode: Insertion.Mode) throws {
        guard try fileState(of: path) == "none" else { throw C1ZError.isTaken(path) }
        file = path
        self.mode = mode
        copy = try SQLiteWriter(path, options: options, isResumable: false)
    }

    /// The file as a writer, to go on working on what was copied.
    public var writer: any C1ZWriter { copy }

    /// Begins the copy of a sync: its row as it is given, into which records are put from now on.
    public func begin(_ run: SyncRun) throws {
        try copy.insert(run)
        try copy.begin(run.id)
        rows = nil
        self.run = run
    }

    /// Puts a record into the present sync, with the time it was discovered at.
    ///
    /// - Throws: `WireError` when the bytes are no such message.
    public func put(
        _ kind: RecordKind, _ data: UnsafeRawBufferPointer, expansion: UnsafeRawBufferPointer? = nil,
        needsExpansion: Bool = false, discoveredAt: DiscoveryTime
    ) throws {
        try presentRows().put(
            kind, data, expansion: expansion, needsExpansion: needsExpansion, discoveredAt: discoveredAt)
    }

    /// Puts an asset into the present sync.
    public func putAsset(
        _ id: [UInt8], contentType: [UInt8], data: [UInt8], discoveredAt: DiscoveryTime
    ) throws {
        try presentRows().putAsset(id, contentType: contentType, data: data, discoveredAt: discoveredAt)
    }

    /// Copies the records of a kind of a sync of another file.
    ///
    /// - Returns: how many there were.
    func putRecords(_ kind: RecordKind, of sync: String, from source: any C1ZReader) throws -> Int {
        try presentRows().putRecords(kind, of: sync, from: source)
    }

    /// Copies the assets of a sync of another file, and what its connector kept for itself.
    func putAttachments(of sync: String, from source: any C1ZReader) throws {
        try presentRows().putAttachments(of: sync, from: source)
    }

    private func presentRows() throws -> SyncRows {
        if let rows { return rows }
        let rows = SyncRows(of: try copy.currentSync(), in: copy.database, mode: mode)
        self.rows = rows
        return rows
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
        rows = nil
        _ = try copy.save()
    }

    /// Gives the file up.
    public func discard() {
        copy.discard()
    }
}
