import AccessModel
import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a link that works once is for.
public enum LinkPurpose: String, Sendable {
    /// The first administrator is made.
    case setUp = "set-up"
    /// Somebody chooses a password.
    case password
    /// Somebody is signed in.
    case signIn = "sign-in"
}

extension SignIn {
    private static let linkSeconds: Int64 = 24 * 3600

    /// Whether nobody can sign in yet.
    public func isNew() async throws -> Bool {
        try await pool.read { try Int64.fetchOne($0, sql: "SELECT count(*) FROM users") == 0 }
    }

    /// The secret of a link that makes the first administrator; those that were handed out before are void.
    public func setUpLink() async throws -> String {
        let secret = OneTimeSecret()
        let expires = now() + Self.linkSeconds
        try await pool.write { db in
            try db.execute(sql: "DELETE FROM links WHERE kind = 'set-up'")
            try db.execute(
                sql: "INSERT INTO links (token, kind, expires_at) VALUES (?, 'set-up', ?)",
                arguments: [Data(secret.hash), expires])
        }
        return secret.text
    }

    /// The secret of a link with which somebody chooses a password, or is signed in.
    public func link(for user: User, to purpose: LinkPurpose) async throws -> String {
        let secret = OneTimeSecret()
        let expires = now() + Self.linkSeconds
        try await pool.write { db in
            try db.execute(
                sql: "DELETE FROM links WHERE kind = ? AND user_id = ?", arguments: [purpose.rawValue, user.key])
            try db.execute(
                sql: "INSERT INTO links (token, user_id, kind, expires_at) VALUES (?, ?, ?, ?)",
                arguments: [Data(secret.hash), user.key, purpose.rawValue, expires])
        }
        return secret.text
    }

    /// Whether a link still works, and whose it is.
    public func isValid(_ secret: String, for purpose: LinkPurpose) async throws -> Bool {
        let hash = Data(OneTimeSecret(secret).hash)
        let time = now()
        return try await pool.read { db in
            try Row.fetchOne(
                db, sql: "SELECT 1 FROM links WHERE token = ? AND kind = ? AND expires_at > ?",
                arguments: [hash, purpose.rawValue, time]) != nil
        }
    }

    /// Hashing a password takes a while on purpose, which nobody without a link may ask for.
    private func requireValid(_ link: String, for purpose: LinkPurpose) async throws {
        guard try await isValid(link, for: purpose) else { throw Self.usedLink }
    }

    private static let usedLink = SignInError(.notFound, "This link doesn't work any more. Ask for a new one.")

    /// Makes the first administrator, who is then signed in.
    ///
    /// - Returns: the secret for their cookie.
    public func setUp(
        _ link: String, email: String, name: String, password: String, address: String
    ) async throws -> String {
        try Self.check(password: password)
        let email = try Self.checked(email: email)
        try await requireValid(link, for: .setUp)
        let kept = try await hasher.hash(password)
        let id = KSUID(at: now()).description
        let time = now()
        let hash = Data(OneTimeSecret(link).hash)
        let key = try await pool.write { db in
            try Self.use(hash, .setUp, at: time, db)
            try db.execute(
                sql: """
                    INSERT INTO users (public_id, email, name, role, password, created_at)
                    VALUES (?, ?, ?, 'administrator', ?, ?)
                    """, arguments: [id, email, name.isEmpty ? email : name, kept, time])
            return db.lastInsertedRowID
        }
        try await record("set up", by: email, address: address)
        return try await begin(key, address)
    }

    /// Sets a password with a link, and ends all sessions of whoever it is.
    public func choosePassword(_ link: String, _ password: String, address: String) async throws {
        try Self.check(password: password)
        try await requireValid(link, for: .password)
        let kept = try await hasher.hash(password)
        let time = now()
        let hash = Data(OneTimeSecret(link).hash)
        let email = try await pool.write { db in
            let key = try Self.use(hash, .password, at: time, db)
            try db.execute(sql: "UPDATE users SET password = ? WHERE id = ?", arguments: [kept, key])
            try db.execute(sql: "DELETE FROM sessions WHERE user_id = ?", arguments: [key])
            return try String.fetchOne(db, sql: "SELECT email FROM users WHERE id = ?", arguments: [key]) ?? ""
        }
        try await record("chose a password", by: email, address: address)
    }

    /// Signs somebody in with a link.
    ///
    /// - Returns: the secret for their cookie.
    public func signIn(_ link: String, address: String) async throws -> String {
        let time = now()
        let hash = Data(OneTimeSecret(link).hash)
        let key = try await pool.write { try Self.use(hash, .signIn, at: time, $0) }
        guard let key else { throw Self.usedLink }
        return try await begin(key, address)
    }

    @discardableResult
    private static func use(_ hash: Data, _ purpose: LinkPurpose, at time: Int64, _ db: Database) throws -> Int64? {
        let row = try Row.fetchOne(
            db, sql: "SELECT user_id FROM links WHERE token = ? AND kind = ? AND expires_at > ?",
            arguments: [hash, purpose.rawValue, time])
        guard let row else { throw usedLink }
        try db.execute(sql: "DELETE FROM links WHERE token = ?", arguments: [hash])
        return row["user_id"]
    }

    private static func check(password: String) throws(SignInError) {
        guard (12...256).contains(password.count) else {
            throw SignInError(
                .invalidArgument, "password: must have 12 to 256 characters. A sentence is easy to remember.")
        }
    }
}
