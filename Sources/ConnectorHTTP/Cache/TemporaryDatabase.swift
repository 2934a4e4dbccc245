import CSQLite

/// A SQLite database without a name, gone with its connection; used by one task at a time.
final class TemporaryDatabase {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    enum Value {
        case integer(Int64)
        case blob([UInt8])
    }

    /// The row a query stands at; only good until the next one.
    struct Row {
        fileprivate let statement: OpaquePointer

        func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

        func blob(_ column: Int32) -> [UInt8] {
            guard let bytes = sqlite3_column_blob(statement, column) else { return [] }
            return Array(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, column))))
        }
    }

    private let handle: OpaquePointer

    init(schema: String) throws {
        var handle: OpaquePointer?
        // An empty name is SQLite's word for a private file that is deleted when it is opened.
        let code = sqlite3_open_v2(
            "", &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let handle else {
            sqlite3_close_v2(handle)
            throw Failure(description: String(cString: sqlite3_errstr(code)))
        }
        self.handle = handle
        // What doesn't fit into 1 MiB of memory goes to disk; nothing has to survive a crash there.
        for statement in ["PRAGMA cache_size = -1024", "PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", schema]
        {
            guard sqlite3_exec(handle, statement, nil, nil, nil) == SQLITE_OK else { throw failure }
        }
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    /// Runs one statement without results.
    func run(_ statement: String, _ values: [Value] = []) throws {
        _ = try rows(statement, values) { _ in }
    }

    /// The rows that `query` finds, each read by `read`.
    func rows<Result>(_ query: String, _ values: [Value] = [], read: (Row) throws -> Result) throws -> [Result] {
        var prepared: OpaquePointer?
        guard sqlite3_prepare_v2(handle, query, -1, &prepared, nil) == SQLITE_OK, let statement = prepared else {
            throw failure
        }
        defer { sqlite3_finalize(statement) }
        for (place, value) in zip(Int32(1)..., values) {
            let code =
                switch value {
                case .integer(let number): sqlite3_bind_int64(statement, place, number)
                case .blob(let bytes): csqlite_bind_blob(statement, place, bytes, sqlite3_uint64(bytes.count))
                }
            guard code == SQLITE_OK else { throw failure }
        }
        var results: [Result] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: results.append(try read(Row(statement: statement)))
            case SQLITE_DONE: return results
            default: throw failure
            }
        }
    }

    private var failure: Failure { Failure(description: String(cString: sqlite3_errmsg(handle))) }
}
