import AccessModel
import Crypto
import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A token with which a program acts for somebody.
public struct Credential: Sendable {
    /// What a program may do with it.
    public enum Scope: String, Sendable, CaseIterable {
        /// Whatever its owner may.
        case full
        /// Look, and nothing else.
        case read
    }

    /// Its id, a KSUID.
    public let id: String
    /// What its owner calls it.
    public let name: String
    /// What a program calls itself by it (OAuth client credentials); nil when the secret is sent as it is.
    public let clientID: String?
    /// What a program may do with it.
    public let scope: Scope
    /// When it was made, in seconds since 1970.
    public let createdAt: Int64
    /// From when on it no longer works, in seconds since 1970.
    public let expiresAt: Int64?
    /// When it was last used, in seconds since 1970, to the minute.
    public let usedAt: Int64?
}

/// Who is behind a request of a program.
public struct ProgramCaller: Sendable {
    /// Whom it acts for.
    public let user: User
    /// What it may do.
    public let scope: Credential.Scope
}

extension SignIn {
    /// How long an access token works.
    public static let accessTokenSeconds: Int64 = 3600

    /// Makes a token for programs of somebody.
    ///
    /// - Parameter clientHost: with a host, a client id and secret for OAuth are made instead of a token that is sent as it is.
    /// - Returns: what was made, and the secret, which nobody can be told again.
    public func makeCredential(
        for user: User, named name: String, scope: Credential.Scope, days: Int?, clientHost: String? = nil
    ) async throws -> (credential: Credential, secret: String) {
        guard (1...100).contains(name.count) else {
            throw SignInError(.invalidArgument, "name: must have 1 to 100 characters.")
        }
        let secret = OneTimeSecret(prefix: "lantern_")
        let id = KSUID(at: now()).description
        let time = now()
        let expires = days.map { time + Int64($0) * 86400 }
        let clientID = clientHost.map { host in
            let number = UInt32(RandomBytes.make(3).reduce(0) { $0 << 8 | UInt32($1) }) % 90000 + 10000
            return "quiet-lantern-\(number)@\(host)/pcc"
        }
        return try await pool.write { db in
            try db.execute(
                sql: """
                    INSERT INTO credentials (public_id, user_id, name, client_id, secret, scope, created_at, expires_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [id, user.key, name, clientID, Data(secret.hash), scope.rawValue, time, expires])
            let row = try Row.fetchOne(db, sql: "SELECT * FROM credentials WHERE public_id = ?", arguments: [id])
            guard let row else { throw SignInError(.internal, "the token was not kept.") }
            return (Credential(row), secret.text)
        }
    }

    /// The tokens of somebody that still work, the newest first.
    public func credentials(of user: User) async throws -> [Credential] {
        let time = now()
        return try await pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM credentials
                    WHERE user_id = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)
                    ORDER BY id DESC
                    """, arguments: [user.key, time]
            ).map(Credential.init)
        }
    }

    /// Takes a token back.
    public func revokeCredential(_ id: String, of user: User) async throws {
        let time = now()
        try await pool.write { db in
            try db.execute(
                sql: "UPDATE credentials SET revoked_at = ? WHERE public_id = ? AND user_id = ? AND revoked_at IS NULL",
                arguments: [time, id, user.key])
            guard db.changesCount == 1 else { throw SignInError(.notFound, "token \(id): is not there any more.") }
        }
    }

    /// Who is behind a bearer token; nil when it doesn't work.
    public func caller(bearing secret: String) async throws -> ProgramCaller? {
        let hash = Data(OneTimeSecret(secret).hash)
        let time = now()
        let found = try await pool.read { db -> (caller: ProgramCaller, key: Int64, usedAt: Int64)? in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT credential.* FROM credentials AS credential JOIN users ON users.id = credential.user_id
                    WHERE (credential.secret = :hash AND credential.client_id IS NULL OR credential.id = (
                            SELECT credential_id FROM access_tokens WHERE token = :hash AND expires_at > :now))
                        AND credential.revoked_at IS NULL AND users.disabled_at IS NULL
                        AND (credential.expires_at IS NULL OR credential.expires_at > :now)
                    """, arguments: ["hash": hash, "now": time])
            guard let row else { return nil }
            let caller = ProgramCaller(
                user: try Self.user(key: row["user_id"], db), scope: Credential.Scope(rawValue: row["scope"]) ?? .read)
            return (caller, row["id"], row["used_at"] ?? 0)
        }
        guard let found else { return nil }
        if time - found.usedAt > 60 {
            try await pool.write {
                try $0.execute(sql: "UPDATE credentials SET used_at = ? WHERE id = ?", arguments: [time, found.key])
            }
        }
        return found.caller
    }

    /// Exchanges a client id and its secret for an access token (RFC 6749 §4.4).
    ///
    /// - Throws: ``SignInError`` when they don't belong together.
    public func accessToken(clientID: String, secret: String) async throws -> String {
        let hash = Data(OneTimeSecret(secret).hash)
        let token = OneTimeSecret()
        let time = now()
        try await pool.write { db in
            try db.execute(sql: "DELETE FROM access_tokens WHERE expires_at <= ?", arguments: [time])
            let key = try Int64.fetchOne(
                db,
                sql: """
                    SELECT id FROM credentials WHERE client_id = ? AND secret = ? AND revoked_at IS NULL
                        AND (expires_at IS NULL OR expires_at > ?)
                    """, arguments: [clientID, hash, time])
            guard let key else { throw SignInError(.unauthenticated, "the client id or its secret is wrong.") }
            try db.execute(
                sql: "INSERT INTO access_tokens (token, credential_id, expires_at) VALUES (?, ?, ?)",
                arguments: [Data(token.hash), key, time + Self.accessTokenSeconds])
        }
        return token.text
    }
}

extension Credential {
    fileprivate init(_ row: Row) {
        id = row["public_id"]
        name = row["name"]
        clientID = row["client_id"]
        scope = Scope(rawValue: row["scope"]) ?? .read
        createdAt = row["created_at"]
        expiresAt = row["expires_at"]
        usedAt = row["used_at"]
    }
}
