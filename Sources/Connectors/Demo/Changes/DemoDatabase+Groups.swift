import AccessModel
import BatonWire

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension DemoDatabase {
    /// Adds a group and returns its id, or nil when there is one of that name.
    func addGroup(name: String) throws -> String? {
        try changing { connection in
            let isThere = try connection.has("groups", where: "name", is: name)
            guard !isThere else { return nil }
            let id = KSUID(at: Int64(Date().timeIntervalSince1970)).description
            try connection.change(
                "INSERT INTO groups (id, name, admins, members) VALUES (?, ?, '', '')", .text(id), .text(name))
            try connection.note(.changed, on: ResourceID(.group, id))
            return id
        }
    }

    /// Deletes a group with all that names it; false when there is none.
    func deleteGroup(_ group: ResourceID) throws -> Bool {
        try changing { connection in
            guard try connection.change("DELETE FROM groups WHERE id = ?", .text(group.value)) == 1 else {
                return false
            }
            try connection.forget(group, in: IDList.ofGroups)
            try connection.note(.changed, on: group)
            return true
        }
    }

    /// Gives a group another name.
    func rename(_ group: ResourceID, to name: String) throws {
        try changing { connection in
            let holders = try connection.rows("SELECT id FROM groups WHERE name = ?", [.text(name)]) { try $0.text(0) }
            guard holders.allSatisfy(group.value.hasSameBytes) else {
                throw ServiceError(.alreadyExists, "there is a group \(name) already")
            }
            guard
                try connection.change("UPDATE groups SET name = ? WHERE id = ?", .text(name), .text(group.value)) == 1
            else { throw ServiceError(.notFound, "\(group): there is no such group") }
            try connection.note(.changed, on: group)
        }
    }
}
