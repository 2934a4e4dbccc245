import AccessModel
import BatonWire

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension DemoDatabase {
    /// The users that were disabled.
    func disabledUsers() throws -> Set<ByteKey> {
        let connection = try opened()
        guard try connection.tables().contains("disabled_users") else { return [] }
        return Set(try connection.rows("SELECT id FROM disabled_users") { ByteKey(try $0.text(0)) })
    }

    /// The user of this name; nil when there is none.
    func user(named name: String) throws -> StoredUser? {
        try opened().rows(
            "SELECT rowid, id, name, email FROM users WHERE name = ? LIMIT 1", [.text(name)], read: StoredUser.init
        ).first
    }

    /// Adds a user and returns the id, or nil when there is one of that name.
    func addUser(name: String, email: String, password: String?) throws -> String? {
        try changing { connection in
            let id = KSUID(at: Int64(Date().timeIntervalSince1970)).description
            let added = try connection.change(
                "INSERT OR IGNORE INTO users (id, name, email) VALUES (?, ?, ?)", .text(id), .text(name), .text(email))
            guard added == 1 else { return nil }
            if let password {
                try connection.change(
                    "INSERT INTO passwords (id, password, user_id) VALUES (?, ?, ?)", .text(id), .text(password),
                    .text(id))
            }
            try connection.note(.changed, on: ResourceID(.user, id))
            return id
        }
    }

    /// Sets the password of a user; false when there is no such user.
    func setPassword(_ password: String, of user: ResourceID) throws -> Bool {
        try changing { connection in
            let isThere = try connection.has("users", where: "id", is: user.value)
            guard isThere else { return false }
            let changed = try connection.change(
                "UPDATE passwords SET password = ? WHERE user_id = ?", .text(password), .text(user.value))
            if changed == 0 {
                try connection.change(
                    "INSERT INTO passwords (id, password, user_id) VALUES (?, ?, ?)", .text(user.value),
                    .text(password), .text(user.value))
            }
            try connection.note(.changed, on: user)
            return true
        }
    }

    /// Deletes a user with all that names it; false when there is none.
    func deleteUser(_ user: ResourceID) throws -> Bool {
        try changing { connection in
            guard try connection.change("DELETE FROM users WHERE id = ?", .text(user.value)) == 1 else { return false }
            try connection.change("DELETE FROM passwords WHERE user_id = ?", .text(user.value))
            try connection.change("DELETE FROM disabled_users WHERE id = ?", .text(user.value))
            try connection.change("UPDATE projects SET owner = '' WHERE owner = ?", .text(user.value))
            try connection.forget(user, in: IDList.ofUsers)
            try connection.note(.changed, on: user)
            return true
        }
    }

    /// Disables a user; false when that was so already.
    func disable(_ user: ResourceID) throws -> Bool {
        try changing { connection in
            let isThere = try connection.has("users", where: "id", is: user.value)
            guard isThere else { throw ServiceError(.notFound, "\(user): there is no such user") }
            let added = try connection.change("INSERT OR IGNORE INTO disabled_users VALUES (?)", .text(user.value))
            guard added == 1 else { return false }
            try connection.note(.changed, on: user)
            return true
        }
    }

    /// Enables a user again; false when that was so already.
    func enable(_ user: ResourceID) throws -> Bool {
        try changing { connection in
            let isThere = try connection.has("users", where: "id", is: user.value)
            guard isThere else { throw ServiceError(.notFound, "\(user): there is no such user") }
            guard try connection.change("DELETE FROM disabled_users WHERE id = ?", .text(user.value)) == 1 else {
                return false
            }
            try connection.note(.changed, on: user)
            return true
        }
    }
}
