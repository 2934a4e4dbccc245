import CSQLite

/// A prepared statement.
final class Statement {
    private let handle: OpaquePointer
    private let database: Database

    init(_ handle: OpaquePointer, of database: Database) {
        self.handle = handle
        self.database = database
    }

    deinit {
        sqlite3_finalize(handle)
    }

    /// Binds values from the first placeholder on.
    func bind(_ values: [BoundValue]) throws(C1ZError) {
        for (index, value) in values.enumerated() {
            let place = Int32(index + 1)
            switch value {
            case .text(let text): try bind(text, at: place)
            case .bytes(let bytes): try bind(text: bytes, at: place)
            case .int(let number): try check(sqlite3_bind_int64(handle, place, number))
            case .blob(let bytes):
                try check(bytes.withUnsafeBytes { csqlite_bind_blob(handle, place, $0.baseAddress, UInt64($0.count)) })
            case .null: try check(sqlite3_bind_null(handle, place))
            }
        }
    }

    /// Binds a text; it is copied.
    func bind(_ text: String, at place: Int32) throws(C1ZError) {
        var text = text
        try check(text.withUTF8 { csqlite_bind_text(handle, place, $0.baseAddress, UInt64($0.count)) })
    }

    /// Binds a text given as bytes; it is copied.
    func bind(text: [UInt8], at place: Int32) throws(C1ZError) {
        try check(text.withUnsafeBytes { csqlite_bind_text(handle, place, $0.baseAddress, UInt64($0.count)) })
    }

    /// Binds a text that stays where it is until the statement is reset.
    @inline(__always)
    func bind(staticText text: UnsafeRawBufferPointer, at place: Int32) throws(C1ZError) {
        try check(csqlite_bind_static_text(handle, place, text.baseAddress, UInt64(text.count)))
    }

    /// Binds a blob that stays where it is until the statement is reset.
    @inline(__always)
    func bind(staticBlob blob: UnsafeRawBufferPointer, at place: Int32) throws(C1ZError) {
        try check(csqlite_bind_static_blob(handle, place, blob.baseAddress, UInt64(blob.count)))
    }

    /// Binds a number.
    @inline(__always)
    func bind(_ number: Int64, at place: Int32) throws(C1ZError) {
        try check(sqlite3_bind_int64(handle, place, number))
    }

    /// Binds NULL.
    @inline(__always)
    func bindNull(at place: Int32) throws(C1ZError) {
        try check(sqlite3_bind_null(handle, place))
    }

    /// Goes to the next row; false after the last one, and the statement is ready to run again.
    @inline(__always)
    func step() throws(C1ZError) -> Bool {
        database.workLimit.restart()
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(handle)
            return false
        case let status:
            let failure = database.failure(status)
            sqlite3_reset(handle)
            throw failure
        }
    }

    /// Ends the run before its last row.
    func reset() {
        sqlite3_reset(handle)
    }

    /// A number of the present row.
    @inline(__always)
    func int(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    /// Whether a column of the present row is NULL.
    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    /// A text or blob of the present row, valid until the next step.
    @inline(__always)
    func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(handle, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }

    /// A text of the present row, whatever the encoding of the database.
    func converted(_ column: Int32) -> String { sqlite3_column_text(handle, column).map { String(cString: $0) } ?? "" }

    /// A text of the present row; empty when NULL.
    func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }

    @inline(__always)
    private func check(_ status: Int32) throws(C1ZError) {
        guard status == SQLITE_OK else { throw database.failure(status) }
    }
}
