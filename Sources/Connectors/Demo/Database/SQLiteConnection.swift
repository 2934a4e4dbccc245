import AccessModel
import CSQLite

/// One open SQLite file.
///
/// Its calls block, so it lives inside an actor with a thread of its own.
final class SQLiteConnection {
    /// Longest text or row taken from a file, which may be anybody's.
    private static let longestValue: Int32 = 16 << 20

    let path: String
    private let handle: OpaquePointer

    /// Opens a file that exists.
    init(path: String) throws(ServiceError) {
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let handle else {
            let error = ServiceError(sqlite: code, reason: String(cString: sqlite3_errstr(code)), path: path)
            sqlite3_close(handle)
            throw error
        }
        self.path = path
        self.handle = handle
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, 5000)
        sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, Self.longestValue)
        // Nothing that a stranger wrote into a schema may call functions with side effects.
        try run("PRAGMA trusted_schema = OFF")
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    /// Runs statements that give no rows.
    func run(_ script: String) throws(ServiceError) {
        let code = sqlite3_exec(handle, script, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code) }
    }

    /// Does `work` as one transaction: all of it or nothing.
    func inTransaction<Value>(_ work: () throws -> Value) throws -> Value {
        try run("BEGIN IMMEDIATE")
        do {
            let value = try work()
            try run("COMMIT")
            return value
        } catch {
            // The first error tells the cause; a failed rollback leaves the same state, since closing rolls back too.
            try? run("ROLLBACK")
            throw error
        }
    }

    /// Runs one statement that changes rows and returns how many it changed.
    @discardableResult
    func change(_ statement: String, _ parameters: SQLiteValue...) throws -> Int {
        _ = try rows(statement, parameters) { _ in }
        return Int(sqlite3_changes(handle))
    }

    /// The number of the row that was added last.
    var lastRow: Int64 { sqlite3_last_insert_rowid(handle) }

    /// The rows that `query` finds, each read by `read`.
    func rows<Value>(
        _ query: String, _ parameters: [SQLiteValue] = [], read: (SQLiteRow) throws -> Value
    ) throws -> [Value] {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v2(handle, query, -1, &statement, nil)
        guard code == SQLITE_OK, let statement else { throw error(code) }
        defer { sqlite3_finalize(statement) }
        for (index, parameter) in parameters.enumerated() {
            try bind(parameter, at: Int32(index + 1), of: statement)
        }
        var values: [Value] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: values.append(try read(SQLiteRow(statement: statement, path: path)))
            case SQLITE_DONE: return values
            case let code: throw error(code)
            }
        }
    }

    private func bind(_ value: SQLiteValue, at place: Int32, of statement: OpaquePointer) throws(ServiceError) {
        let code =
            switch value {
            case .integer(let number): sqlite3_bind_int64(statement, place, number)
            case .text(let text): csqlite_bind_text(statement, place, text, sqlite3_uint64(text.utf8.count))
            }
        guard code == SQLITE_OK else { throw error(code) }
    }

    private func error(_ code: Int32) -> ServiceError {
        ServiceError(sqlite: code, reason: String(cString: sqlite3_errmsg(handle)), path: path)
    }
}

/// A value put into a query.
enum SQLiteValue {
    case integer(Int64)
    case text(String)
}

/// The row a query stands at; only good until the next one.
struct SQLiteRow {
    fileprivate let statement: OpaquePointer
    let path: String

    /// The number in a column; 0 when there is none.
    func integer(_ column: Int) -> Int64 {
        sqlite3_column_int64(statement, Int32(column))
    }

    /// The text in a column; empty when there is none.
    func text(_ column: Int) throws(ServiceError) -> String {
        guard let bytes = sqlite3_column_text(statement, Int32(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, Int32(column)))
        guard let text = String(validating: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self) else {
            let name = sqlite3_column_name(statement, Int32(column)).map { String(cString: $0) } ?? "\(column)"
            throw ServiceError(
                .dataLoss, "\(path): column \(name) holds text that isn't UTF-8. Correct the row, or add --init-db.")
        }
        return text
    }
}

extension ServiceError {
    fileprivate init(sqlite code: Int32, reason: String, path: String) {
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED:
            self.init(.unavailable, "\(path): in use by another program (\(reason)). Try again when it is done.")
        case SQLITE_NOTADB, SQLITE_CORRUPT:
            self.init(
                .dataLoss,
                "\(path): not a usable SQLite database (\(reason)). Name another with --db-file, or remove this one and add --init-db."
            )
        case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
            self.init(
                .permissionDenied,
                "\(path): can't be opened (\(reason)). Check its folder and permissions, or --db-file.")
        default:
            self.init(
                .failedPrecondition,
                "\(path): not a database of this connector (\(reason)). Name another with --db-file.")
        }
    }
}
