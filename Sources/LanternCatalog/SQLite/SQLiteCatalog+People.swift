import AccessModel
import GRDB

/// A person, known by the address that their accounts have in common.
public struct Person: Sendable {
    /// Their id, a KSUID.
    public let id: String
    /// The address, in lower case.
    public let email: String
    /// What the first account that was seen calls them.
    public let name: String
    /// How many accounts they have now.
    public let accounts: Int64
    /// When they were first seen, in seconds since 1970.
    public let createdAt: Int64

    let key: Int64
}

extension SQLiteCatalog {
    /// People in the order of their names.
    ///
    /// - Parameters:
    ///   - text: only those in whose name or address it stands.
    ///   - ids: only those with these ids; all when it is empty.
    public func people(_ page: PageRequest, matching text: String = "", among ids: Set<String> = []) async throws
        -> Page<Person>
    {
        try await pool.read { db in
            let keys = ["person.sort_key", "person.id"]
            let place = try page.place(columns: keys.count)
            let list = ids.sorted().jsonList
            let among = ids.isEmpty ? "" : " AND person.public_id IN (SELECT value FROM json_each(:ids))"
            var arguments: StatementArguments = ["text": text.lowercased(), "limit": page.size + 1, "ids": list]
            arguments += place.arguments
            let rows = try Row.fetchAll(
                db,
                sql: Self.selectPeople + """
                     WHERE \(Self.isFound)\(among)\(place.condition(keys))
                    ORDER BY \(place.order(keys)) LIMIT :limit
                    """, arguments: arguments)
            return Page(rows, page, at: place, cursor: { [.text($0["sort_key"]), .number($0["id"])] }, Person.init)
        }
    }

    /// How many people there are.
    ///
    /// - Parameter text: only those in whose name or address it stands.
    public func personCount(matching text: String = "") async throws -> RowCount {
        try await pool.read { db in
            .exactly(
                try Int64.fetchOne(
                    db, sql: "SELECT count(*) FROM people AS person WHERE \(Self.isFound)",
                    arguments: ["text": text.lowercased()]) ?? 0)
        }
    }

    private static let isFound =
        "(:text = '' OR instr(person.sort_key, :text) > 0 OR instr(person.email, :text) > 0)"

    /// The person with an id.
    public func person(_ id: String) async throws -> Person {
        try await pool.read { db in
            let row = try Row.fetchOne(db, sql: Self.selectPeople + " WHERE person.public_id = ?", arguments: [id])
            guard let row else { throw CatalogError(.notFound, "person \(id): is not there.") }
            return Person(row)
        }
    }

    /// The person who answers for an account; nil when nobody does.
    public func owner(of account: ListedResource) async throws -> Person? {
        guard let owner = account.ownerKey else { return nil }
        return try await pool.read { db in
            try Row.fetchOne(db, sql: Self.selectPeople + " WHERE person.id = ?", arguments: [owner]).map(Person.init)
        }
    }

    /// The person with an address, in any case; nil when nobody is known by it.
    public func person(email: String) async throws -> Person? {
        try await pool.read { db in
            try Row.fetchOne(
                db, sql: Self.selectPeople + " WHERE person.email = ?", arguments: [email.trimmingSpaces.lowercased()]
            ).map(Person.init)
        }
    }

    /// The accounts of a person in all applications, by application.
    public func accounts(of person: Person) async throws -> [ListedResource] {
        try await pool.read { db in
            try Row.fetchAll(
                db,
                sql: ResourceSearch.select + """
                     WHERE version.owner_id = ? AND version.until IS NULL AND version.shown = 1
                        AND application.deleted_at IS NULL
                    ORDER BY application.name, version.sort_key LIMIT 1000
                    """, arguments: [person.key]
            ).map(ListedResource.init)
        }
    }

    private static let selectPeople = """
        SELECT person.*, (SELECT count(*) FROM resource_versions AS version
                JOIN applications AS application ON application.id = version.application_id
            WHERE version.owner_id = person.id AND version.until IS NULL AND version.shown = 1
                AND application.deleted_at IS NULL) AS accounts
        FROM people AS person
        """
}

extension Person {
    fileprivate init(_ row: Row) {
        id = row["public_id"]
        email = row["email"]
        name = row["name"]
        accounts = row["accounts"]
        createdAt = row["created_at"]
        key = row["id"]
    }
}
