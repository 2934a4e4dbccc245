import AccessModel

extension SQLiteWriter {
    func sessionValue(_ key: ByteKey) throws -> [UInt8]? {
        let rows = try database.prepare("SELECT value FROM v1_connector_sessions WHERE sync_id = ? AND key = ?")
        try rows.bind([.text(try currentSync()), .bytes(key.bytes)])
        defer { rows.reset() }
        return try rows.step() ? Array(rows.bytes(0)) : nil
    }

    func putSession(_ key: ByteKey, _ value: [UInt8]) throws {
        let sync = try currentSync()
        try beginTransaction()
        try database.run(
            """
            INSERT INTO v1_connector_sessions (sync_id, key, value) VALUES (?, ?, ?)
            ON CONFLICT (sync_id, key) DO UPDATE SET value = excluded.value
            """, .text(sync), .bytes(key.bytes), .blob(value))
    }

    func removeSession(_ key: ByteKey) throws {
        let sync = try currentSync()
        try beginTransaction()
        try database.run(
            "DELETE FROM v1_connector_sessions WHERE sync_id = ? AND key = ?", .text(sync), .bytes(key.bytes))
    }

    func removeSessions(under prefix: ByteKey) throws {
        let sync = try currentSync()
        try beginTransaction()
        try database.run(
            """
            DELETE FROM v1_connector_sessions
            WHERE sync_id = ? AND substr(CAST(key AS BLOB), 1, ?) = CAST(? AS BLOB)
            """, .text(sync), .int(Int64(prefix.bytes.count)), .bytes(prefix.bytes))
    }

    func readSession(
        from first: ByteKey, _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        let rows = try database.prepare(
            "SELECT key, value FROM v1_connector_sessions WHERE sync_id = ? AND key >= ? ORDER BY key")
        try rows.bind([.text(try currentSync()), .bytes(first.bytes)])
        defer { rows.reset() }
        while try rows.step() {
            guard try body(rows.bytes(0), rows.bytes(1)) else { return }
        }
    }
}
