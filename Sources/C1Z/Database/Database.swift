import CSQLite

/// One SQLite connection, used by one task at a time.
final class Database {
    let handle: OpaquePointer
    let workLimit = WorkLimit()
    /// The c1z file it came from, for error texts.
    let file: String

    /// Opens a database file.
    ///
    /// - Parameters:
    ///   - path: the database; a `file:` URI when `flags` say so.
    ///   - flags: `SQLITE_OPEN_…`.
    ///   - file: the c1z file to name in errors.
    init(_ path: String, flags: Int32, of file: String) throws(C1ZError) {
        var handle: OpaquePointer?
        let status = sqlite3_open_v2(path, &handle, flags | SQLITE_OPEN_NOMUTEX, nil)
        guard let handle else { throw C1ZError(.failed, file, "there is no memory to open it") }
        self.handle = handle
        self.file = file
        guard status == SQLITE_OK else { throw failure(status) }
        sqlite3_extended_result_codes(handle, 1)
        // The file comes from elsewhere: its triggers and views stay idle.
        let distrusted = csqlite_distrust_schema(handle)
        guard distrusted == SQLITE_OK else { throw failure(distrusted) }
        try run("PRAGMA cell_size_check = ON")
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    /// Ends a statement that does more than a database of the present size can ask for.
    func limitWork() throws(C1ZError) {
        limitWork(toDatabaseOf: try number("PRAGMA page_count") * number("PRAGMA page_size"))
    }

    /// Ends a statement that runs on and on without a row: one over pages that go round in circles.
    ///
    /// - Parameter size: of the database, in bytes.
    func limitWork(toDatabaseOf size: Int64) {
        let (product, isTooLarge) = size.multipliedReportingOverflow(by: WorkLimit.stepsPerByte)
        workLimit.steps = isTooLarge ? .max : max(product, WorkLimit.least)
        sqlite3_progress_handler(
            handle, Int32(WorkLimit.interval),
            { context in
                guard let context else { return 0 }
                return Unmanaged<WorkLimit>.fromOpaque(context).takeUnretainedValue().isReached() ? 1 : 0
            }, Unmanaged.passUnretained(workLimit).toOpaque())
    }

    /// Runs one or more statements without results.
    func run(_ sql: String) throws(C1ZError) {
        workLimit.restart()
        let status = sqlite3_exec(handle, sql, nil, nil, nil)
        guard status == SQLITE_OK else { throw failure(status) }
    }

    /// Goes back to where the transaction began, which SQLite does by itself on a full or broken disk.
    func rollBack() throws(C1ZError) {
        if sqlite3_get_autocommit(handle) == 0 { try run("ROLLBACK") }
    }

    /// Prepares a statement to be run many times.
    func prepare(_ sql: String) throws(C1ZError) -> Statement {
        var statement: OpaquePointer?
        let status = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard status == SQLITE_OK, let statement else { throw failure(status) }
        return Statement(statement, of: self)
    }

    /// The first column of the first row as a number; 0 when there is no row.
    func number(_ sql: String, _ values: BoundValue...) throws(C1ZError) -> Int64 {
        let statement = try prepare(sql)
        try statement.bind(values)
        return try statement.step() ? statement.int(0) : 0
    }

    /// Runs one statement with values.
    func run(_ sql: String, _ values: BoundValue...) throws(C1ZError) {
        let statement = try prepare(sql)
        try statement.bind(values)
        while try statement.step() {}
    }

    /// Fails when texts are stored in UTF-16: every id would read as something else.
    func requireUTF8() throws(C1ZError) {
        let row = try prepare("PRAGMA encoding")
        defer { row.reset() }
        guard try row.step() else { return }
        let encoding = row.converted(0)
        guard encoding == "UTF-8" else {
            throw C1ZError(
                .unsupported, file, "its database is in \(encoding), which no c1z file is. Write it again in UTF-8.")
        }
    }

    /// How many rows the last statement changed.
    var changes: Int { Int(sqlite3_changes64(handle)) }

    /// The error behind a status, in words for a person.
    func failure(_ status: Int32) -> C1ZError {
        let reason = String(cString: sqlite3_errmsg(handle))
        switch status & 0xFF {
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            return C1ZError(.corrupt, file, "its database is damaged (\(reason)). Fetch it again, or sync again.")
        case SQLITE_FULL: return C1ZError(.noSpace, file, "no space left on the disk. Free some and run it again.")
        case SQLITE_BUSY, SQLITE_LOCKED: return C1ZError(.busy, file, "another process is using it (\(reason))")
        case SQLITE_INTERRUPT:
            return C1ZError(
                .corrupt, file, "its database has no end. It is damaged: fetch it again, or sync again.")
        case SQLITE_NOMEM: return C1ZError(.failed, file, "there is not enough memory")
        case SQLITE_IOERR: return ioFailure(reason)
        // The system's error is that of SQLite's last attempt, not of the one that mattered.
        case SQLITE_CANTOPEN: return C1ZError(.failed, file, "\(reason). Check its folder and the disk.")
        default: return C1ZError(.failed, file, reason)
        }
    }

    private func ioFailure(_ reason: String) -> C1ZError {
        let number = sqlite3_system_errno(handle)
        guard number == 0 else { return C1ZError.system(file, "its database", number) }
        return C1ZError(
            .failed, file, "its database can't be read or written (\(reason)). Check the disk and run it again.")
    }
}

/// How much work of SQLite's a row may take.
final class WorkLimit {
    static let interval: Int64 = 1_000_000
    /// A row of the smallest kind takes some 40 bytes and a few dozen steps, sorting included.
    static let stepsPerByte: Int64 = 64
    static let least: Int64 = 100_000_000

    var steps = Int64.max
    private var done: Int64 = 0

    /// Counts another interval; whether it was one too many.
    func isReached() -> Bool {
        done += Self.interval
        return done > steps
    }

    func restart() {
        done = 0
    }
}

/// A value for a placeholder of a statement.
enum BoundValue {
    case text(String)
    /// A text given as bytes.
    case bytes([UInt8])
    case int(Int64)
    case blob([UInt8])
    case null
}
