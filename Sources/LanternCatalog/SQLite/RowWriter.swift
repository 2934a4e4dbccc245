import CSQLite
import GRDB

/// A statement that writes many rows, without an object for each value.
struct RowWriter {
    private let statement: Statement

    init(_ sql: String, _ database: Database) throws {
        statement = try database.makeStatement(sql: sql)
    }

    /// Binds the values of a row in their order, and writes it.
    func write(_ bind: (inout Values) -> Void) throws {
        let handle = statement.sqliteStatement
        sqlite3_reset(handle)
        var values = Values(handle)
        bind(&values)
        let code = sqlite3_step(handle)
        guard code == SQLITE_DONE || code == SQLITE_ROW else { throw Self.failure(code, handle) }
        sqlite3_reset(handle)
    }

    static func failure(_ code: Int32, _ handle: OpaquePointer) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code),
            message: String(cString: sqlite3_errmsg(sqlite3_db_handle(handle))))
    }

    /// The values of a row, from the first column on.
    struct Values {
        private let handle: OpaquePointer
        private var column: Int32 = 0

        init(_ handle: OpaquePointer) {
            self.handle = handle
        }

        mutating func bind(_ number: Int64?) {
            column += 1
            if let number { sqlite3_bind_int64(handle, column, number) } else { sqlite3_bind_null(handle, column) }
        }

        mutating func bind(_ text: String?) {
            guard var text else { return bind(Int64?.none) }
            text.withUTF8 { bind(text: UnsafeRawBufferPointer($0)) }
        }

        mutating func bind(text: [UInt8]) { text.withUnsafeBytes { bind(text: $0) } }

        mutating func bind(text: UnsafeRawBufferPointer) {
            column += 1
            // Without an address it would be NULL.
            guard let start = text.baseAddress?.assumingMemoryBound(to: CChar.self) else {
                sqlite3_bind_text(handle, column, "", 0, Self.copied)
                return
            }
            sqlite3_bind_text64(
                handle, column, start, sqlite3_uint64(text.count), Self.copied, UInt8(SQLITE_UTF8))
        }

        mutating func bind(_ bytes: [UInt8]) {
            column += 1
            _ = bytes.withUnsafeBytes {
                sqlite3_bind_blob64(handle, column, $0.baseAddress, sqlite3_uint64($0.count), Self.copied)
            }
        }

        /// SQLITE_TRANSIENT, which Swift doesn't import: SQLite copies the bytes at once.
        private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
    }
}

/// A statement that looks up one number by its key, many times.
struct RowFinder {
    private let statement: Statement

    init(_ sql: String, _ database: Database) throws {
        statement = try database.makeStatement(sql: sql)
    }

    func find(_ bind: (inout RowWriter.Values) -> Void) throws -> Int64? {
        let handle = statement.sqliteStatement
        sqlite3_reset(handle)
        var values = RowWriter.Values(handle)
        bind(&values)
        let code = sqlite3_step(handle)
        defer { sqlite3_reset(handle) }
        switch code {
        case SQLITE_ROW: return sqlite3_column_int64(handle, 0)
        case SQLITE_DONE: return nil
        default: throw RowWriter.failure(code, handle)
        }
    }

    func find(_ text: String) throws -> Int64? { try find { $0.bind(text) } }
    func find(_ text: UnsafeRawBufferPointer) throws -> Int64? { try find { $0.bind(text: text) } }

    func find(_ number: Int64, _ text: String) throws -> Int64? {
        try find {
            $0.bind(number)
            $0.bind(text)
        }
    }

    func find(_ number: Int64, _ text: UnsafeRawBufferPointer) throws -> Int64? {
        try find {
            $0.bind(number)
            $0.bind(text: text)
        }
    }
}
