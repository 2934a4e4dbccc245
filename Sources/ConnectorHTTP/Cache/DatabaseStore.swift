import AccessModel
import CSQLite
import ConnectorKit
import Logging

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Keeps answers in a database on disk, for caches larger than memory should hold.
///
/// SQLite makes the file where the system puts temporary ones (`TMPDIR`), readable by its owner only, and unlinks it as soon as it is
/// open: nothing of it outlives the process, however that ends.
actor DatabaseStore: AnswerStore {
    private let executor = QueueExecutor(label: "http-cache")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let maximumBytes: Int
    private let log: Logger
    /// Nil before the first use, and after a failure: a cache that can't be kept is none.
    private var database: TemporaryDatabase?
    private var hasFailed = false
    private(set) var generation = 0
    private var bytes = 0
    /// Counts uses, so that the row with the least is the one not used for the longest time.
    private var uses: Int64 = 0

    init(maximumBytes: Int, log: Logger) {
        self.maximumBytes = maximumBytes
        self.log = log
    }

    func answer(_ key: ByteKey) -> KeptAnswer? {
        trying { database -> KeptAnswer? in
            let found = try database.rows(
                "SELECT address, fresh_until, fields, body FROM answers WHERE key = ?", [.blob(key.bytes)]
            ) { row -> KeptAnswer? in
                let fields = try JSONDecoder().decode([[String]].self, from: Data(row.blob(2)))
                return WebAddress(parsing: String(decoding: row.blob(0), as: UTF8.self)).map {
                    KeptAnswer(
                        answer: WireAnswer(status: 200, fields: HeaderFields(fields), body: Data(row.blob(3))),
                        address: $0, freshUntil: .milliseconds(row.integer(1)))
                }
            }
            guard let answer = found.first ?? nil else { return nil }
            uses += 1
            try database.run("UPDATE answers SET last_use = ? WHERE key = ?", [.integer(uses), .blob(key.bytes)])
            return answer
        } ?? nil
    }

    func put(_ answer: KeptAnswer, _ key: ByteKey, since generation: Int) {
        trying { database in
            try drop(key, from: database)
            guard self.generation == generation, answer.size <= maximumBytes / 2 else { return }
            while bytes + answer.size > maximumBytes,
                let oldest = try database.rows(
                    "SELECT key FROM answers ORDER BY last_use LIMIT 1", read: { ByteKey($0.blob(0)) }
                ).first
            {
                try drop(oldest, from: database)
            }
            uses += 1
            let fields = try JSONEncoder().encode(answer.answer.fields.map { [$0.name, $0.value] })
            try database.run(
                "INSERT INTO answers (key, address, fresh_until, fields, body, size, last_use) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    .blob(key.bytes), .blob(Array(answer.address.text.utf8)),
                    .integer(Int64(answer.freshUntil / Duration.milliseconds(1))), .blob(Array(fields)),
                    .blob(Array(answer.answer.body)), .integer(Int64(answer.size)), .integer(uses),
                ])
            bytes += answer.size
        }
    }

    func remove(_ key: ByteKey) {
        trying { try drop(key, from: $0) }
    }

    func clear() {
        generation += 1
        bytes = 0
        // With its connection the file goes, too.
        database = nil
    }

    private func drop(_ key: ByteKey, from database: TemporaryDatabase) throws {
        let sizes = try database.rows("SELECT size FROM answers WHERE key = ?", [.blob(key.bytes)]) { $0.integer(0) }
        guard let size = sizes.first else { return }
        try database.run("DELETE FROM answers WHERE key = ?", [.blob(key.bytes)])
        bytes -= Int(size)
    }

    /// What `work` gives; nil when the database doesn't work, which costs questions but no call.
    @discardableResult
    private func trying<Value>(_ work: (TemporaryDatabase) throws -> Value) -> Value? {
        guard !hasFailed else { return nil }
        do {
            let database = try database ?? TemporaryDatabase(schema: Self.schema)
            self.database = database
            return try work(database)
        } catch {
            log.warning(
                "the cache for answers is off: its database can't be used. Check the temporary folder (TMPDIR)",
                metadata: ["because": "\(error)"])
            hasFailed = true
            clear()
            return nil
        }
    }

    private static let schema = """
        CREATE TABLE answers (
            key BLOB PRIMARY KEY, address BLOB NOT NULL, fresh_until INTEGER NOT NULL, fields BLOB NOT NULL,
            body BLOB NOT NULL, size INTEGER NOT NULL, last_use INTEGER NOT NULL);
        CREATE INDEX answers_by_last_use ON answers (last_use);
        """
}
