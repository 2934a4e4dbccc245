import AccessModel
import GRDB

/// Somebody who may use Lantern.
public struct User: Sendable {
    /// What somebody may do.
    public enum Role: String, Sendable, CaseIterable {
        /// Everything.
        case administrator
        /// Sees and changes the applications of which they are an owner.
        case owner
        /// Sees everything and changes nothing.
        case auditor
    }

    /// Their id, a KSUID.
    public let id: String
    /// Their address, with which they sign in.
    public let email: String
    /// What they are called.
    public let name: String
    /// What they may do.
    public let role: Role
    /// When they last signed in, in seconds since 1970.
    public let signedInAt: Int64?
    /// When they were added, in seconds since 1970.
    public let createdAt: Int64
    /// Whether they can't sign in.
    public let isDisabled: Bool
    /// The ids of the applications that they own.
    public let applications: Set<String>

    let key: Int64

    /// Whether they see an application.
    public func sees(_ application: String) -> Bool { role != .owner || applications.contains(application) }

    /// Whether they change an application: bring data into it, rename it, delete it.
    public func changes(_ application: String) -> Bool {
        role == .administrator || (role == .owner && applications.contains(application))
    }

    /// Whether they make applications.
    public var makesApplications: Bool { role != .auditor }
}

extension SignIn {
    /// Everybody who may use Lantern, by address.
    public func users() async throws -> [User] {
        try await pool.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM users ORDER BY email").map { try Self.user($0, db) }
        }
    }

    /// Adds somebody, who then needs a link to choose a password.
    ///
    /// - Throws: ``SignInError`` when the address is none or is there already.
    public func addUser(email: String, name: String, role: User.Role) async throws -> User {
        let email = try Self.checked(email: email)
        let name = name.isEmpty ? email : name
        let id = KSUID(at: now()).description
        let time = now()
        return try await pool.write { db in
            guard try Row.fetchOne(db, sql: "SELECT 1 FROM users WHERE email = ?", arguments: [email]) == nil else {
                throw SignInError(.alreadyExists, "\(email): can sign in already. Reset the password instead.")
            }
            try db.execute(
                sql: "INSERT INTO users (public_id, email, name, role, created_at) VALUES (?, ?, ?, ?, ?)",
                arguments: [id, email, name, role.rawValue, time])
            return try Self.user(key: db.lastInsertedRowID, db)
        }
    }

    /// Makes somebody an owner of an application.
    public func addOwner(_ user: User, of application: String) async throws {
        try await pool.write { db in
            try db.execute(
                sql: "INSERT OR IGNORE INTO application_owners (user_id, application_id) VALUES (?, ?)",
                arguments: [user.key, application])
        }
    }

    /// Makes somebody no longer an owner of an application.
    public func removeOwner(_ user: User, of application: String) async throws {
        try await pool.write { db in
            try db.execute(
                sql: "DELETE FROM application_owners WHERE user_id = ? AND application_id = ?",
                arguments: [user.key, application])
        }
    }

    /// Gives somebody another role, or keeps them from signing in.
    ///
    /// Sessions and tokens of somebody who is disabled end at once.
    /// - Throws: ``SignInError`` when nobody would be left who can administer.
    public func update(_ user: User, role: User.Role? = nil, isDisabled: Bool? = nil) async throws {
        let time = now()
        try await pool.write { db in
            try db.execute(
                sql: """
                    UPDATE users SET role = coalesce(:role, role),
                        disabled_at = CASE WHEN :disabled IS NULL THEN disabled_at
                            WHEN :disabled THEN coalesce(disabled_at, :time) END
                    WHERE id = :key
                    """,
                arguments: ["role": role?.rawValue, "disabled": isDisabled, "time": time, "key": user.key])
            let administrators =
                try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM users WHERE role = 'administrator' AND disabled_at IS NULL") ?? 0
            guard administrators > 0 else {
                throw SignInError(
                    .failedPrecondition, "\(user.email): is the last administrator. Make somebody else one first.")
            }
            guard isDisabled == true else { return }
            try db.execute(sql: "DELETE FROM sessions WHERE user_id = ?", arguments: [user.key])
            try db.execute(sql: "DELETE FROM links WHERE user_id = ?", arguments: [user.key])
            try db.execute(
                sql: """
                    DELETE FROM access_tokens WHERE credential_id IN (SELECT id FROM credentials WHERE user_id = ?)
                    """, arguments: [user.key])
        }
    }

    /// The owners of an application, by address.
    public func owners(of application: String) async throws -> [User] {
        try await owners(of: [application])[0]
    }

    /// The owners of each of these applications, by address.
    public func owners(of applications: [String]) async throws -> [[User]] {
        try await pool.read { db in
            try applications.map { application in
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT users.* FROM users JOIN application_owners AS owner ON owner.user_id = users.id
                        WHERE owner.application_id = ? ORDER BY email
                        """, arguments: [application]
                ).map { try Self.user($0, db) }
            }
        }
    }

    /// The user with an address.
    ///
    /// - Throws: ``SignInError`` when there is none.
    public func user(email: String) async throws -> User {
        let email = try Self.checked(email: email)
        return try await pool.read { db in
            guard let row = try Row.fetchOne(db, sql: "SELECT * FROM users WHERE email = ?", arguments: [email]) else {
                throw SignInError(.notFound, "\(email): is nobody who can sign in. Add them first: lantern user add.")
            }
            return try Self.user(row, db)
        }
    }

    static func user(key: Int64, _ db: Database) throws -> User {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM users WHERE id = ?", arguments: [key]) else {
            throw SignInError(.notFound, "this person is no longer there.")
        }
        return try user(row, db)
    }

    static func user(_ row: Row, _ db: Database) throws -> User {
        let key: Int64 = row["id"]
        let disabled: Int64? = row["disabled_at"]
        return User(
            id: row["public_id"], email: row["email"], name: row["name"],
            role: User.Role(rawValue: row["role"]) ?? .auditor, signedInAt: row["signed_in_at"],
            createdAt: row["created_at"], isDisabled: disabled != nil,
            applications: try Set(
                String.fetchAll(
                    db, sql: "SELECT application_id FROM application_owners WHERE user_id = ?", arguments: [key])),
            key: key)
    }

    /// Addresses are compared without regard to case, and have no spaces.
    static func checked(email: String) throws(SignInError) -> String {
        let email = email.lowercased()
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), email.utf8.count <= 254,
            !email.unicodeScalars.contains(where: { $0.properties.isWhitespace || $0.value < 0x20 })
        else { throw SignInError(.invalidArgument, "email: must be an address such as ann@example.com.") }
        return email
    }
}
