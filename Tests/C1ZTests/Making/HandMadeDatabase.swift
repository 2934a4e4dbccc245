import C1Z
import CSQLite

/// A database of any shape, made with SQL.
final class HandMadeDatabase {
    let path: String
    private let handle: OpaquePointer

    init(_ path: String, _ sql: String = "") throws {
        self.path = path
        var handle: OpaquePointer?
        guard sqlite3_open(path, &handle) == SQLITE_OK, let handle else {
            throw C1ZError(.failed, path, "can't be opened by the test")
        }
        self.handle = handle
        try run(sql)
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    func run(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
            throw C1ZError(.failed, path, String(cString: sqlite3_errmsg(handle)))
        }
    }

    /// Every row, its cells as text; NULL is "NULL".
    func rows(_ sql: String) throws -> [[String]] {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else {
            throw C1ZError(.failed, path, String(cString: sqlite3_errmsg(handle)))
        }
        defer { sqlite3_finalize(statement) }
        var rows: [[String]] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            rows.append(
                (0..<sqlite3_column_count(statement)).map { column in
                    sqlite3_column_text(statement, column).map { String(cString: $0) } ?? "NULL"
                })
        }
        return rows
    }

    /// The database as a version 1 file in `folder`.
    func packed(in folder: TemporaryFolder, as name: String = "sync.c1z") throws -> String {
        try folder.file(name, holding: Frames.container(Frames.frame(content(of: path))))
    }
}

/// The database in a version 1 file, for looking at its rows.
func database(in file: String, _ folder: TemporaryFolder) throws -> HandMadeDatabase {
    let name = "decoded-\(UInt32.random(in: 0...UInt32.max)).db"
    return try HandMadeDatabase(folder.file(name, holding: Frames.decoded(file)))
}
