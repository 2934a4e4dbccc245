import AccessModel
import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Somebody who is signed in with a browser.
public struct Session: Sendable {
    /// Who it is.
    public let user: User
    /// What every form of theirs must send along, so that no other site can send it for them.
    public let formToken: String
}

extension SignIn {
    /// How long a session lasts without being used.
    private static let idleSeconds: Int64 = 12 * 3600
    /// How long a session lasts at all.
    private static let longestSeconds: Int64 = 7 * 24 * 3600
    /// From so many failures in a row on, the next attempt has to wait.
    private static let freeFailures = 5

    /// Signs somebody in.
    ///
    /// - Returns: the secret for their cookie.
    /// - Throws: ``SignInError`` in the same words whoever it is and whatever is wrong, or when there were too many attempts.
    public func signIn(email: String, password: String, address: String) async throws -> String {
        let email = (try? Self.checked(email: email)) ?? ""
        let subjects = ["user \(email)", "address \(address)"]
        try await countAttempt(subjects)
        let found = try await pool.read { db in
            try Row.fetchOne(
                db, sql: "SELECT id, password FROM users WHERE email = ? AND disabled_at IS NULL AND password <> ''",
                arguments: [email]
            ).map { (key: $0["id"] as Int64, password: $0["password"] as String) }
        }
        guard try await hasher.verify(password, found?.password), let found else {
            try await record("sign-in refused", by: email, address: address)
            throw SignInError(.unauthenticated, "The address or the password is wrong.")
        }
        try await forgetFailures(subjects)
        return try await begin(found.key, address)
    }

    /// Begins a session.
    func begin(_ key: Int64, _ address: String) async throws -> String {
        let secret = OneTimeSecret()
        let formToken = RandomBytes.text(RandomBytes.make(18))
        let time = now()
        let user = try await pool.write { db in
            try db.execute(
                sql: "DELETE FROM sessions WHERE used_at < ? OR created_at < ?",
                arguments: [time - Self.idleSeconds, time - Self.longestSeconds])
            try db.execute(
                sql: """
                    INSERT INTO sessions (token, user_id, form_token, created_at, used_at, address)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """, arguments: [Data(secret.hash), key, formToken, time, time, address])
            try db.execute(sql: "UPDATE users SET signed_in_at = ? WHERE id = ?", arguments: [time, key])
            return try Self.user(key: key, db)
        }
        try await record("signed in", by: user.email, address: address)
        return secret.text
    }

    /// The session of a cookie; nil when it has ended.
    public func session(_ secret: String) async throws -> Session? {
        let hash = Data(OneTimeSecret(secret).hash)
        let time = now()
        let found = try await pool.read { db -> (session: Session, usedAt: Int64)? in
            guard
                let row = try Row.fetchOne(
                    db,
                    sql: """
                        SELECT session.* FROM sessions AS session JOIN users ON users.id = session.user_id
                        WHERE session.token = ? AND session.used_at >= ? AND session.created_at >= ?
                            AND users.disabled_at IS NULL
                        """, arguments: [hash, time - Self.idleSeconds, time - Self.longestSeconds])
            else { return nil }
            let user = try Self.user(key: row["user_id"], db)
            return (Session(user: user, formToken: row["form_token"]), row["used_at"])
        }
        guard let found else { return nil }
        // Once a minute is exact enough.
        if time - found.usedAt > 60 {
            try await pool.write { db in
                try db.execute(sql: "UPDATE sessions SET used_at = ? WHERE token = ?", arguments: [time, hash])
            }
        }
        return found.session
    }

    /// Ends a session.
    public func signOut(_ secret: String) async throws {
        let hash = Data(OneTimeSecret(secret).hash)
        try await pool.write { try $0.execute(sql: "DELETE FROM sessions WHERE token = ?", arguments: [hash]) }
    }

    // MARK: Too many attempts

    /// Counts an attempt as one that failed, until it is known that it didn't.
    ///
    /// Counted afterwards, any number that come at once would all be let through.
    private func countAttempt(_ subjects: [String]) async throws {
        let time = now()
        let wait = try await pool.write { db -> Int64 in
            try db.execute(sql: "DELETE FROM failures WHERE last_at < ?", arguments: [time - 3600])
            let wait = try subjects.map { try Self.pause(of: $0, at: time, db) }.max() ?? 0
            guard wait <= 0 else { return wait }
            for subject in subjects {
                try db.execute(
                    sql: """
                        INSERT INTO failures (subject, count, last_at) VALUES (?, 1, ?)
                        ON CONFLICT DO UPDATE SET count = count + 1, last_at = excluded.last_at
                        """, arguments: [subject, time])
            }
            return 0
        }
        guard wait <= 0 else {
            throw SignInError(.resourceExhausted, "Too many attempts. Try again in \(wait) seconds.")
        }
    }

    /// How many seconds are left before the next attempt is let through.
    private static func pause(of subject: String, at time: Int64, _ db: Database) throws -> Int64 {
        let row = try Row.fetchOne(db, sql: "SELECT * FROM failures WHERE subject = ?", arguments: [subject])
        guard let row, row["count"] as Int >= freeFailures else { return 0 }
        // Twice as long after each, up to a quarter of an hour.
        let pause = min(Int64(1) << min(row["count"] as Int - freeFailures, 10), 900)
        return (row["last_at"] as Int64) + pause - time
    }

    private func forgetFailures(_ subjects: [String]) async throws {
        try await pool.write { db in
            for subject in subjects {
                try db.execute(sql: "DELETE FROM failures WHERE subject = ?", arguments: [subject])
            }
        }
    }
}
