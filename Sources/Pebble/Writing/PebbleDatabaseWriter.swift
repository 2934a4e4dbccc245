/// Takes the files of a new database, one after the other.
public protocol StoredFilesSink: AnyObject {
    /// Begins a file.
    func begin(_ name: String) throws

    /// Adds bytes to the file that was begun last.
    func write(_ bytes: UnsafeRawBufferPointer) throws

    /// Ends the file.
    func end() throws
}

/// Writes a database whose keys are known in order: tables that follow each other on the lowest level, and nothing else
/// (c1z-v3 §14.1).
public final class PebbleDatabaseWriter {
    /// About how many bytes of keys and values a table has.
    ///
    /// A reader decodes whole tables: small ones let it leave out what it doesn't need.
    public static let tableSize = 8 << 20

    private let sink: any StoredFilesSink
    private let tableSize: Int
    private var table: TableWriter?
    private var tables: [(number: UInt64, size: Int, first: [UInt8], last: [UInt8])] = []
    private var last: [UInt8] = []

    private static let firstTable: UInt64 = 2
    private static let manifest = "MANIFEST-000001"
    private static let format = "024"
    private static let level: UInt64 = 6

    /// A database whose files go to `sink`.
    public init(to sink: any StoredFilesSink, tableSize: Int = tableSize) {
        self.sink = sink
        self.tableSize = tableSize
    }

    /// Adds a key, which must come after those before.
    ///
    /// - Throws: ``PebbleError`` when it doesn't, and what the sink throws.
    public func add(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws {
        let isInOrder = last.withUnsafeBytes { $0.order(to: key) < 0 }
        guard isInOrder || (table == nil && tables.isEmpty) else {
            throw PebbleError(.corrupt, "a new database", "its keys don't come in order")
        }
        if let table, table.contentSize >= tableSize { try finishTable() }
        if table == nil {
            try sink.begin(LiveTable.fileName(nextNumber))
            table = TableWriter { [sink] in try sink.write($0) }
        }
        try table?.add(key, value)
        last.removeAll(keepingCapacity: true)
        last.append(contentsOf: key)
    }

    private var nextNumber: UInt64 { Self.firstTable + UInt64(tables.count) }

    private func finishTable() throws {
        guard var finished = table else { return }
        table = nil
        let size = try finished.finish()
        try sink.end()
        tables.append((nextNumber, size, finished.first, finished.last))
    }

    /// Writes what makes the tables a database.
    public func finish() throws {
        try finishTable()
        try store(Self.manifest, RecordLog.holding(version))
        try store("marker.format-version.000001.\(Self.format)", [])
        try store("marker.manifest.000001.\(Self.manifest)", [])
    }

    private func store(_ name: String, _ bytes: [UInt8]) throws {
        try sink.begin(name)
        try bytes.withUnsafeBytes { try sink.write($0) }
        try sink.end()
    }

    /// The only record of the MANIFEST.
    private var version: [UInt8] {
        var edit = ByteWriter()
        edit.number(1)
        edit.size(Manifest.comparer.utf8.count)
        edit.append(Manifest.comparer.utf8)
        // No log that could hold more, the number after all that are used, and the last sequence number.
        for (tag, value) in [(2, nextNumber), (3, nextNumber + 1), (4, 0)] as [(UInt64, UInt64)] {
            edit.number(tag)
            edit.number(value)
        }
        for table in tables {
            for number in [100, Self.level, table.number, UInt64(table.size)] { edit.number(number) }
            for key in [table.first, table.last] {
                edit.size(key.count + TableWriter.trailer.count)
                edit.append(key)
                edit.append(TableWriter.trailer)
            }
            edit.number(0)
            edit.number(0)
        }
        return edit.bytes
    }
}
