import AccessModel
import CSQLite
import Foundation
import Testing

/// A c1z file of the reference, unpacked with the zstd tool and read as the SQLite database it is.
struct GoldenFile {
    struct Row {
        let id: ByteKey
        let data: [UInt8]
        let extra: [UInt8]
    }

    /// Where the golden files are: the folder in `LANTERN_FIXTURES`, or beside the repository.
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["LANTERN_FIXTURES"] { return URL(filePath: path) }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return root.deletingLastPathComponent().appending(path: "shared/fixtures")
    }()

    static let isAvailable: Bool =
        FileManager.default.fileExists(atPath: folder.appending(path: "c1z").path) && tool("zstd") != nil

    static let absence: Comment =
        "NOT COMPARED with the reference: its files (LANTERN_FIXTURES) or the zstd tool are missing"

    static func model(_ name: String) -> String {
        folder.appending(path: "c1z/models/\(name).json").path
    }

    private let database: URL

    init(_ name: String) throws {
        let packed = try Data(contentsOf: Self.folder.appending(path: "c1z/\(name)/sync.c1z"))
        let compressed = try Temporary.file(named: "\(name).zst")
        try packed.dropFirst(5).write(to: compressed)
        database = compressed.deletingLastPathComponent().appending(path: "\(name).db")
        let process = Process()
        let zstd: URL = try #require(Self.tool("zstd"))
        process.executableURL = zstd
        process.arguments = ["-q", "-d", "-f", compressed.path, "-o", database.path]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    /// The ids of the syncs in it, oldest first.
    func syncs() throws -> [String] {
        try query("SELECT sync_id, '', '' FROM v1_sync_runs ORDER BY id").map(\.id.text)
    }

    /// The rows of a table, in the order they were written.
    func rows(of table: String, sync: String? = nil, extra: String = "''", where condition: String = "1") throws
        -> [Row]
    {
        let sync = try sync ?? #require(try syncs().last)
        return try query(
            "SELECT external_id, data, \(extra) FROM \(table) WHERE sync_id = '\(sync)' AND \(condition) ORDER BY id")
    }

    private func query(_ text: String) throws -> [Row] {
        var handle: OpaquePointer?
        try #require(sqlite3_open_v2(database.path, &handle, SQLITE_OPEN_READONLY, nil) == SQLITE_OK)
        defer { sqlite3_close(handle) }
        var statement: OpaquePointer?
        try #require(sqlite3_prepare_v2(handle, text, -1, &statement, nil) == SQLITE_OK)
        defer { sqlite3_finalize(statement) }
        var rows: [Row] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            rows.append(
                Row(
                    id: ByteKey(Self.bytes(statement, 0)), data: Self.bytes(statement, 1),
                    extra: Self.bytes(statement, 2)))
        }
        return rows
    }

    private static func bytes(_ statement: OpaquePointer?, _ column: Int32) -> [UInt8] {
        let start = sqlite3_column_blob(statement, column)
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
    }

    private static func tool(_ name: String) -> URL? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":")
            .map { URL(filePath: String($0)).appending(path: name) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
}

/// Files that live as long as the test process.
enum Temporary {
    private static let root: URL = {
        atexit { try? FileManager.default.removeItem(at: Temporary.root) }
        return FileManager.default.temporaryDirectory.appending(path: "demo-tests-\(UUID().uuidString)")
    }()

    /// A place for a file in a folder of its own.
    static func file(named name: String) throws -> URL {
        let folder = root.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder.appending(path: name)
    }
}
