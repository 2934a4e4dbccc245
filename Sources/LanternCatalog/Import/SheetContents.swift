import AccessModel
import BatonWire
import GRDB
import Spreadsheets
import WireForm

/// Lays a spreadsheet out in the staging area.
///
/// One account may stand on many rows. What they say of it is put together first, in a table of the staging area so that memory stays flat:
/// of each attribute the first value counts, and another one is a warning.
struct SheetContents {
    /// What a sheet made of it.
    struct Outcome {
        var rows: Int64 = 0
        /// How many rows could not be used.
        var errorRows = 0
        /// How many problems there are in all.
        var problems: Int64 = 0
        /// The first of them.
        var firstProblems: [SheetProblem] = []
        /// The order of its dates; nil when it has no column of them.
        var dateOrder: DateOrder?
    }

    let sheet: Spreadsheet
    let mapping: Spreadsheets.ColumnMapping
    /// The order of dates that was chosen; nil when the dates decide.
    let dateOrder: DateOrder?
    let progress: (Int64) throws -> Void
    /// Takes what is wrong with rows, some at a time.
    let keep: ([SheetProblem]) throws -> Void

    private static let reportEvery: Int64 = 20_000
    fileprivate static let userType = "user"
    private static let shownProblems = 100

    func stage(into writer: StagingWriter) throws -> Outcome {
        let table = try SheetTable(writer.database)
        var entries = try SheetEntries(
            sheet, mapping, dateOrder: dateOrder, problemLimit: SQLiteCatalog.problemLimit)
        var outcome = Outcome()
        outcome.dateOrder = mapping.columns[.lastLogin] == nil ? nil : entries.dateOrder
        while let entry = try entries.next() {
            outcome.rows += 1
            if outcome.rows % Self.reportEvery == 0 {
                try Task.checkCancellation()
                try progress(outcome.rows)
            }
            if entries.problems.kept.count > 500 { try keep(entries.takeProblems(), &outcome) }
            try table.add(entry)
        }
        var conflicts = SheetProblems()
        for conflict in try table.conflicts() {
            conflicts.add(SheetProblem(row: conflict.row, column: nil, message: conflict.text, isError: false))
        }
        try keep(entries.takeProblems() + conflicts.takeKept(), &outcome)
        outcome.errorRows = entries.problems.errorRows
        outcome.problems = Int64(entries.problems.errors + entries.problems.warnings + conflicts.warnings)
        try stage(table, into: writer)
        try progress(outcome.rows)
        return outcome
    }

    private func keep(_ problems: [SheetProblem], _ outcome: inout Outcome) throws {
        outcome.firstProblems += problems.prefix(max(0, Self.shownProblems - outcome.firstProblems.count))
        try keep(problems)
    }

    /// What is told of something that has a name only; by it a later file is found to tell something else.
    private static func record(_ name: String) -> [UInt8] {
        var text = JSONText()
        JSONValue.object([("displayName", .string(name))]).write(to: &text)
        return text.bytes
    }

    private func stage(_ table: SheetTable, into writer: StagingWriter) throws {
        try writer.put(
            StagedResourceType(externalID: Self.userType, name: "User", traits: [.user], record: Self.record("User")))
        try table.eachType { id, name in
            let traits: [Trait] = id == "group" ? [.group] : id == "role" ? [.role] : []
            try writer.put(StagedResourceType(externalID: id, name: name, traits: traits, record: Self.record(name)))
        }
        try table.eachUser { try writer.put($0) }
        try table.eachResource { type, id, name in
            try writer.put(StagedResource(id: ResourceID(type, id), name: name, record: Self.record(name)))
        }
        try table.eachEntitlement { try writer.put($0) }
        try table.eachHolding { entitlement, user in
            try Array(entitlement.utf8).withUnsafeBytes { entitlement in
                try Array(user.utf8).withUnsafeBytes { user in
                    try Array(Self.userType.utf8).withUnsafeBytes { type in
                        _ = try writer.putGrant(of: entitlement, to: type, user, flags: .direct)
                    }
                }
            }
        }
    }
}

/// What the rows of a sheet say, put together by accounts, resources and entitlements.
private struct SheetTable {
    private let database: Database
    private let addUser: RowWriter
    private let addResource: RowWriter
    private let addEntitlement: RowWriter
    private let addHolding: RowWriter
    private let addConflict: RowWriter

    init(_ database: Database) throws {
        self.database = database
        try database.execute(
            sql: """
                CREATE TEMP TABLE sheet_users (
                    id TEXT PRIMARY KEY, name TEXT, email TEXT, login TEXT, status INTEGER, details TEXT, kind INTEGER,
                    last_login INTEGER, profile TEXT, row INTEGER, owner TEXT) WITHOUT ROWID;
                CREATE TEMP TABLE sheet_resources (
                    type TEXT, id TEXT, type_name TEXT, name TEXT, PRIMARY KEY (type, id)) WITHOUT ROWID;
                CREATE TEMP TABLE sheet_entitlements (
                    id TEXT PRIMARY KEY, type TEXT, resource TEXT, slug TEXT, name TEXT, description TEXT) WITHOUT ROWID;
                CREATE TEMP TABLE sheet_holdings (
                    entitlement TEXT, user TEXT, PRIMARY KEY (entitlement, user)) WITHOUT ROWID;
                CREATE TEMP TABLE sheet_conflicts (row INTEGER, text TEXT);
                """)
        addUser = try RowWriter(
            """
            INSERT INTO sheet_users VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET
                name = iif(name = '', excluded.name, name), email = iif(email = '', excluded.email, email),
                login = iif(login = '', excluded.login, login), status = iif(status = 0, excluded.status, status),
                details = iif(details = '', excluded.details, details), kind = max(kind, excluded.kind),
                last_login = coalesce(last_login, excluded.last_login),
                profile = json_patch(excluded.profile, profile), owner = iif(owner = '', excluded.owner, owner)
            """, database)
        addConflict = try RowWriter(
            """
            INSERT INTO sheet_conflicts
            SELECT ?2, 'user ' || ?1 || ' has another name or address in row ' || row || ', which counts.'
            FROM sheet_users WHERE id = ?1 AND (name <> ?3 AND name <> '' AND ?3 <> '' OR email <> ?4 AND email <> '' AND ?4 <> '')
            """, database)
        addResource = try RowWriter("INSERT OR IGNORE INTO sheet_resources VALUES (?, ?, ?, ?)", database)
        addEntitlement = try RowWriter("INSERT OR IGNORE INTO sheet_entitlements VALUES (?, ?, ?, ?, ?, ?)", database)
        addHolding = try RowWriter("INSERT OR IGNORE INTO sheet_holdings VALUES (?, ?)", database)
    }

    func add(_ entry: SheetEntry) throws {
        try addConflict.write {
            $0.bind(entry.userID)
            $0.bind(Int64(entry.row))
            $0.bind(entry.name)
            $0.bind(entry.email)
        }
        try addUser.write {
            $0.bind(entry.userID)
            $0.bind(entry.name)
            $0.bind(entry.email)
            $0.bind(entry.username)
            $0.bind(entry.status.number)
            $0.bind(entry.statusDetail)
            $0.bind(entry.userType.number)
            $0.bind(entry.lastLogin)
            $0.bind(text: entry.profile)
            $0.bind(Int64(entry.row))
            $0.bind(entry.accountOwner)
        }
        for group in entry.groups {
            try hold(.init(resourceType: "Group", resourceName: group, entitlement: "member"), by: entry)
        }
        for role in entry.roles {
            try hold(.init(resourceType: "Role", resourceName: role, entitlement: "assigned"), by: entry)
        }
        if let grant = entry.grant { try hold(grant, by: entry) }
    }

    private func hold(_ grant: SheetEntry.Grant, by entry: SheetEntry) throws {
        let key = grant.key
        // The type of the sheet's own users is called so already.
        let type = key.resourceType == SheetContents.userType ? "user resource" : key.resourceType
        try addResource.write {
            $0.bind(type)
            $0.bind(key.resourceName)
            $0.bind(grant.resourceType)
            $0.bind(grant.resourceName)
        }
        try addEntitlement.write {
            $0.bind(key.text)
            $0.bind(type)
            $0.bind(key.resourceName)
            $0.bind(grant.slug.isEmpty ? key.entitlement : grant.slug)
            $0.bind(grant.displayName.isEmpty ? "\(grant.resourceName) \(grant.entitlement)" : grant.displayName)
            $0.bind(grant.description)
        }
        try addHolding.write {
            $0.bind(key.text)
            $0.bind(entry.userID)
        }
    }

    // MARK: Reading it again

    func conflicts() throws -> [(row: Int, text: String)] {
        try Row.fetchAll(database, sql: "SELECT row, text FROM sheet_conflicts ORDER BY row LIMIT 1000").map {
            ($0["row"], $0["text"])
        }
    }

    func eachType(_ body: (_ id: String, _ name: String) throws -> Void) throws {
        let rows = try Row.fetchCursor(
            database, sql: "SELECT type, min(type_name) AS name FROM sheet_resources WHERE type <> 'user' GROUP BY type"
        )
        while let row = try rows.next() { try body(row["type"], row["name"]) }
    }

    func eachUser(_ body: (StagedResource) throws -> Void) throws {
        let rows = try Row.fetchCursor(database, sql: "SELECT * FROM sheet_users ORDER BY id")
        while let row = try rows.next() {
            let id: String = row["id"]
            let name: String = row["name"]
            let profile: String = row["profile"]
            var user = StagedResource(id: ResourceID("user", id), name: name.isEmpty ? id : name)
            user.email = row["email"]
            user.login = row["login"]
            user.status = row["status"]
            user.statusDetails = row["details"]
            user.accountType = row["kind"]
            user.lastLogin = row["last_login"]
            user.ownerEmail = row["owner"]
            var text = JSONText()
            JSONValue.object([
                ("displayName", .string(user.name)), ("email", .string(user.email)), ("login", .string(user.login)),
                ("status", .number(String(user.status))), ("statusDetails", .string(user.statusDetails)),
                ("accountType", .number(String(user.accountType))),
                ("lastLogin", user.lastLogin.map { .number(String($0)) } ?? .null),
                ("profile", try JSONValue(parsing: Array(profile.utf8))),
            ]).write(to: &text)
            user.record = text.bytes
            try body(user)
        }
    }

    func eachResource(_ body: (_ type: String, _ id: String, _ name: String) throws -> Void) throws {
        let rows = try Row.fetchCursor(
            database, sql: "SELECT type, id, name FROM sheet_resources WHERE type <> 'user' ORDER BY type, id")
        while let row = try rows.next() { try body(row["type"], row["id"], row["name"]) }
    }

    func eachEntitlement(_ body: (StagedEntitlement) throws -> Void) throws {
        let rows = try Row.fetchCursor(database, sql: "SELECT * FROM sheet_entitlements ORDER BY type, resource, id")
        while let row = try rows.next() {
            var entitlement = StagedEntitlement(
                externalID: row["id"], resource: ResourceID(row["type"], row["resource"]), name: row["name"])
            entitlement.slug = row["slug"]
            entitlement.description = row["description"]
            entitlement.purpose = 1
            var text = JSONText()
            JSONValue.object([
                ("displayName", .string(entitlement.name)), ("slug", .string(entitlement.slug)),
                ("description", .string(entitlement.description)),
            ]).write(to: &text)
            entitlement.record = text.bytes
            try body(entitlement)
        }
    }

    func eachHolding(_ body: (_ entitlement: String, _ user: String) throws -> Void) throws {
        let rows = try Row.fetchCursor(
            database, sql: "SELECT entitlement, user FROM sheet_holdings ORDER BY entitlement, user")
        while let row = try rows.next() { try body(row["entitlement"], row["user"]) }
    }
}

extension SheetEntry {
    /// What has no column of its own in the catalog, as a JSON object.
    fileprivate var profile: [UInt8] {
        var members: [(name: String, value: JSONValue)] = attributes.map { ($0.name, .string($0.value)) }
        if !managerID.isEmpty { members.append(("manager_id", .string(managerID))) }
        if !accountOwner.isEmpty { members.append(("account_owner", .string(accountOwner))) }
        if !firstName.isEmpty { members.append(("first_name", .string(firstName))) }
        if !lastName.isEmpty { members.append(("last_name", .string(lastName))) }
        var text = JSONText()
        JSONValue.object(members).write(to: &text)
        return text.bytes
    }
}

extension SheetEntry.Status {
    /// The number of `Status.ResourceStatus`.
    fileprivate var number: Int64 {
        switch self {
        case .unspecified: 0
        case .active: 1
        case .disabled: 2
        case .deleted: 3
        }
    }
}

extension SheetEntry.UserType {
    /// The number of `UserTrait.AccountType`.
    fileprivate var number: Int64 {
        switch self {
        case .user: 1
        case .service: 2
        case .system: 3
        }
    }
}
