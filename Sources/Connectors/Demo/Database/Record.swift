import AccessModel

/// A row of one of the tables.
protocol Record: Sendable {
    static var table: String { get }
    static var columns: [String] { get }

    /// Its place in the table, by which pages go on.
    var row: Int64 { get }
    var id: String { get }
    var name: String { get }

    /// Reads the row number and then the columns.
    init(_ row: SQLiteRow) throws
}

extension Record {
    /// Reads a row that must have an id.
    init(checking row: SQLiteRow) throws {
        try self.init(row)
        guard !id.isEmpty else {
            throw ServiceError(
                .failedPrecondition,
                "\(row.path): row \(self.row) of \(Self.table) has no id. Give it one, or delete it.")
        }
    }
}

struct StoredUser: Record {
    static let table = "users"
    static let columns = ["id", "name", "email"]
    let row: Int64
    let id: String
    let name: String
    let email: String

    init(_ row: SQLiteRow) throws {
        self.row = row.integer(0)
        id = try row.text(1)
        name = try row.text(2)
        email = try row.text(3)
    }
}

struct StoredGroup: Record {
    static let table = "groups"
    static let columns = ["id", "name", "admins", "members"]
    let row: Int64
    let id: String
    let name: String
    let admins: [String]
    let members: [String]

    init(_ row: SQLiteRow) throws {
        self.row = row.integer(0)
        id = try row.text(1)
        name = try row.text(2)
        admins = try row.ids(3)
        members = try row.ids(4)
    }
}

struct StoredRole: Record {
    static let table = "roles"
    static let columns = ["id", "name", "direct_assignments", "group_assignments"]
    let row: Int64
    let id: String
    let name: String
    let users: [String]
    let groups: [String]

    init(_ row: SQLiteRow) throws {
        self.row = row.integer(0)
        id = try row.text(1)
        name = try row.text(2)
        users = try row.ids(3)
        groups = try row.ids(4)
    }
}

struct StoredProject: Record {
    static let table = "projects"
    static let columns = ["id", "name", "owner", "group_assignments"]
    let row: Int64
    let id: String
    let name: String
    let owner: String
    let groups: [String]

    init(_ row: SQLiteRow) throws {
        self.row = row.integer(0)
        id = try row.text(1)
        name = try row.text(2)
        owner = try row.text(3)
        groups = try row.ids(4)
    }
}

extension SQLiteRow {
    /// The ids joined by commas in a column; empty ones, which name nobody, are left out.
    fileprivate func ids(_ column: Int) throws -> [String] {
        try text(column).utf8.split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self) }
    }
}
