import AccessModel
import CredentialCipher
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
        guard days.map({ (1...3650).contains($0) }) ?? true else {
            throw SignInError(.invalidArgument, "days: must be 1 to 3650, or left out for a token that doesn't expire.")
        }
        var secret = OneTimeSecret(prefix: "lantern_")
        var publicKey: Data?
        let id = KSUID(at: now()).description
        let time = now()
        let expires = days.map { time + Int64($0) * 86400 }
        let clientID = clientHost.map { host in
            let number = RandomBytes.make(6).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return "quiet-lantern-\(number)@\(host)/pcc"
        }
        if clientID != nil {
            let made = try ClientSecret.make()
            secret = OneTimeSecret(made.text)
            publicKey = Data(made.secret.verificationKey)
        }
        return try await pool.write { [secret, publicKey] db in
            try db.execute(
                sql: """
                    INSERT INTO credentials (public_id, user_id, name, client_id, secret, public_key, scope, created_at,
                        expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    id, user.key, name, clientID, Data(secret.hash), publicKey, scope.rawValue, time, expires,
                ])
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
        let client = try await client(clientID)
        // The hash of a secret that can't be guessed tells nothing by the time its comparison takes.
        guard let client, client.secret == hash else { throw Self.wrongClient }
        return try await makeAccessToken(client.key)
    }

    /// Exchanges a statement that was signed with a client's secret for an access token (RFC 7523 §2.2).
    ///
    /// - Throws: ``SignInError`` when it proves nothing, without telling why; the reason stands in the audit log.
    public func accessToken(clientID: String, assertion: String, address: String) async throws -> String {
        guard let client = try await client(clientID), let key = client.publicKey,
            let assertion = ClientAssertion(assertion)
        else { throw Self.wrongClient }
        if let problem = assertion.problem(for: clientID, key: Array(key), at: now()) {
            try await record("token refused", by: clientID, detail: problem, address: address)
            throw Self.wrongClient
        }
        return try await makeAccessToken(client.key)
    }

    private static let wrongClient = SignInError(.unauthenticated, "the client id or its secret is wrong.")

    private func client(_ id: String) async throws -> (key: Int64, secret: Data, publicKey: Data?)? {
        let time = now()
        return try await pool.read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT credential.id, credential.secret, credential.public_key
                    FROM credentials AS credential JOIN users ON users.id = credential.user_id
                    WHERE credential.client_id = ? AND credential.revoked_at IS NULL AND users.disabled_at IS NULL
                        AND (credential.expires_at IS NULL OR credential.expires_at > ?)
                    """, arguments: [id, time]
            ).map { ($0["id"], $0["secret"], $0["public_key"]) }
        }
    }

    private func makeAccessToken(_ credential: Int64) async throws -> String {
        let token = OneTimeSecret()
        let time = now()
        try await pool.write { db in
            try db.execute(sql: "DELETE FROM access_tokens WHERE expires_at <= ?", arguments: [time])
            try db.execute(
                sql: "INSERT INTO access_tokens (token, credential_id, expires_at) VALUES (?, ?, ?)",
                arguments: [Data(token.hash), credential, time + Self.accessTokenSeconds])
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
