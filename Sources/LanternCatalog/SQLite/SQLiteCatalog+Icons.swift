import Foundation
import GRDB

extension SQLiteCatalog {
    /// Gives an application a picture, or takes it away.
    public func setIcon(_ picture: Picture?, ofApplication id: String) async throws {
        let time = now()
        try await pool.write { db in
            let key = try Self.key(ofApplication: id, db)
            try db.execute(sql: "DELETE FROM icons WHERE application_id = ?", arguments: [key])
            if let picture {
                try db.execute(
                    sql: "INSERT INTO icons (application_id, form, bytes) VALUES (?, ?, ?)",
                    arguments: [key, picture.form.rawValue, Data(picture.bytes)])
            }
            try db.execute(
                sql: "UPDATE applications SET icon_at = ?, updated_at = ? WHERE id = ?",
                arguments: [picture == nil ? nil : time, time, key])
        }
    }

    /// The picture of an application; nil when it has none.
    public func icon(ofApplication id: String) async throws -> Picture? {
        try await pool.read { db in
            let bytes = try Data.fetchOne(
                db, sql: "SELECT bytes FROM icons WHERE application_id = ?",
                arguments: [try Self.key(ofApplication: id, db)])
            return try bytes.map { try Picture(Array($0)) }
        }
    }
}
