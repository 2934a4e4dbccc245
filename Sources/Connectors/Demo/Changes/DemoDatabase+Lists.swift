import AccessModel
import BatonWire

/// A column that lists who belongs to the row.
struct IDList: Sendable {
    let table: String
    let column: String

    static let groupAdmins = IDList(table: "groups", column: "admins")
    static let groupMembers = IDList(table: "groups", column: "members")
    static let roleUsers = IDList(table: "roles", column: "direct_assignments")
    static let roleGroups = IDList(table: "roles", column: "group_assignments")
    static let projectGroups = IDList(table: "projects", column: "group_assignments")

    /// Every list that can name a user.
    static let ofUsers = [groupAdmins, groupMembers, roleUsers]
    /// Every list that can name a group.
    static let ofGroups = [roleGroups, projectGroups]
}

extension DemoDatabase {
    /// Puts `member` into a list of the row `id`; false when it is there already.
    func add(_ member: ResourceID, to list: IDList, of resource: ResourceID, as slug: String) throws -> Bool {
        try changing { connection in
            var ids = try connection.ids(list, of: resource)
            guard !ids.contains(where: member.value.hasSameBytes) else { return false }
            guard !member.value.utf8.contains(UInt8(ascii: ",")) else {
                throw ServiceError(.invalidArgument, "\(member): this database can't hold ids with a comma")
            }
            ids.append(member.value)
            try connection.store(ids, in: list, of: resource)
            try connection.note(.granted, on: resource, slug, of: member)
            return true
        }
    }

    /// Takes `member` out of a list of the row `id`; false when it isn't there.
    func remove(_ member: ResourceID, from list: IDList, of resource: ResourceID, as slug: String) throws -> Bool {
        try changing { connection in
            let ids = try connection.ids(list, of: resource)
            let others = ids.filter { !$0.hasSameBytes(as: member.value) }
            guard others.count < ids.count else { return false }
            try connection.store(others, in: list, of: resource)
            try connection.note(.revoked, on: resource, slug, of: member)
            return true
        }
    }

    /// Does `work` as one transaction, in a file that has all our tables.
    func changing<Value>(_ work: (SQLiteConnection) throws -> Value) throws -> Value {
        let connection = try opened()
        return try connection.inTransaction {
            try connection.run(ExampleData.additions)
            return try work(connection)
        }
    }
}

extension SQLiteConnection {
    /// Whether a table has a row with this value in a column.
    func has(_ table: String, where column: String, is value: String) throws -> Bool {
        try !rows("SELECT 1 FROM \(table) WHERE \(column) = ? LIMIT 1", [.text(value)]) { $0.integer(0) }.isEmpty
    }

    fileprivate func ids(_ list: IDList, of resource: ResourceID) throws -> [String] {
        let found = try rows(
            "SELECT \(list.column) FROM \(list.table) WHERE id = ?", [.text(resource.value)]
        ) { try $0.text(0) }
        guard let ids = found.first else {
            throw ServiceError(.notFound, "\(resource): not there any more. Sync again.")
        }
        return ids.utf8.split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self) }
    }

    fileprivate func store(_ ids: [String], in list: IDList, of resource: ResourceID) throws {
        try change(
            "UPDATE \(list.table) SET \(list.column) = ? WHERE id = ?", .text(ids.joined(separator: ",")),
            .text(resource.value))
    }

    /// Takes `member` out of every row of some lists.
    func forget(_ member: ResourceID, in lists: [IDList]) throws {
        for list in lists {
            let rows = try rows("SELECT id FROM \(list.table)") { ResourceID(list.table, try $0.text(0)) }
            for row in rows {
                let ids = try ids(list, of: row)
                let others = ids.filter { !$0.hasSameBytes(as: member.value) }
                if others.count < ids.count { try store(others, in: list, of: row) }
            }
        }
    }
}
