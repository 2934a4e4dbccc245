import AccessModel
import BatonWire

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Something that was changed through this connector.
struct StoredEvent: Sendable {
    enum Kind: String {
        case granted, revoked, changed
    }

    let number: Int64
    let time: Int64
    let kind: Kind
    let resource: ResourceID
    let slug: String
    let principal: ResourceID

    fileprivate init(_ row: SQLiteRow) throws {
        number = row.integer(0)
        time = row.integer(1)
        let word = try row.text(2)
        guard let kind = Kind(rawValue: word) else {
            throw ServiceError(
                .dataLoss, "\(row.path): row \(number) of events is of the unknown kind \(word). Delete it.")
        }
        self.kind = kind
        resource = ResourceID(try row.text(3), try row.text(4))
        slug = try row.text(5)
        principal = ResourceID(try row.text(6), try row.text(7))
    }
}

extension DemoDatabase {
    /// The events after a number that happened at `time` or later, the oldest first.
    func events(after number: Int64, from time: Int64, limit: Int) throws -> [StoredEvent] {
        let connection = try opened()
        guard try connection.tables().contains("events") else { return [] }
        return try connection.rows(
            """
            SELECT id, occurred_at, kind, resource_type, resource_id, slug, principal_type, principal_id FROM events
            WHERE id > ? AND occurred_at >= ? ORDER BY id LIMIT ?
            """, [.integer(number), .integer(time), .integer(Int64(limit))], read: StoredEvent.init)
    }
}

extension SQLiteConnection {
    /// Writes down that something was changed.
    func note(
        _ kind: StoredEvent.Kind, on resource: ResourceID, _ slug: String = "", of principal: ResourceID? = nil
    ) throws {
        try change(
            """
            INSERT INTO events (occurred_at, kind, resource_type, resource_id, slug, principal_type, principal_id)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """, .integer(Int64(Date().timeIntervalSince1970)), .text(kind.rawValue), .text(resource.type),
            .text(resource.value), .text(slug), .text(principal?.type ?? ""), .text(principal?.value ?? ""))
    }
}
