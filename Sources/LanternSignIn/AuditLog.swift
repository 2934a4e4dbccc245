import GRDB

/// Something that somebody did.
public struct AuditEvent: Sendable {
    /// Its number; later ones are higher.
    public let number: Int64
    /// When, in seconds since 1970.
    public let at: Int64
    /// The address of whoever did it.
    public let actor: String
    /// What was done.
    public let action: String
    /// What it was done to.
    public let subject: String
    /// What else is worth knowing.
    public let detail: String
    /// Where it was done from.
    public let address: String
}

extension SignIn {
    /// Notes what somebody did; it can't be changed afterwards.
    public func record(
        _ action: String, by actor: String, on subject: String = "", detail: String = "", address: String
    ) async throws {
        let time = now()
        try await pool.write { db in
            try db.execute(
                sql: "INSERT INTO events (at, actor, action, subject, detail, address) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [time, actor, action, subject, detail, address])
        }
    }

    /// What was done, the newest first.
    ///
    /// - Parameter before: only events with lower numbers.
    public func events(before: Int64? = nil, limit: Int) async throws -> [AuditEvent] {
        try await pool.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM events WHERE id < ? ORDER BY id DESC LIMIT ?",
                arguments: [before ?? .max, limit]
            ).map {
                AuditEvent(
                    number: $0["id"], at: $0["at"], actor: $0["actor"], action: $0["action"], subject: $0["subject"],
                    detail: $0["detail"], address: $0["address"])
            }
        }
    }
}
