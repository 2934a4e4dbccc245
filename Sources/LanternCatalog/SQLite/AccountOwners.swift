import GRDB

/// Finds the person behind each account: whom somebody chose, else whom the source names, else who has the account's address.
struct AccountOwners {
    let db: Database
    let application: Int64
    let revision: Int64

    private var arguments: StatementArguments { ["application": application, "revision": revision] }

    /// Gives the accounts of a revision their owners, and new people a record.
    ///
    /// An account of a machine makes nobody a person, but whom it is said to belong to is one.
    func write() throws {
        let known = try Int64.fetchOne(db, sql: "SELECT coalesce(max(id), 0) FROM main.people") ?? 0
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO main.people (public_id, email, name, sort_key, created_at)
                SELECT new_id(), lower(email), name, sort_key, (SELECT at FROM main.revisions WHERE id = :revision)
                FROM main.resource_versions
                WHERE application_id = :application AND since = :revision AND kind = 0 AND email <> ''
                    AND account_type NOT IN (2, 3)
                ORDER BY resource_id
                """, arguments: arguments)
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO main.people (public_id, email, name, sort_key, created_at)
                SELECT new_id(), lower(owner_email), owner_email, lower(owner_email),
                    (SELECT at FROM main.revisions WHERE id = :revision)
                FROM main.resource_versions
                WHERE application_id = :application AND since = :revision AND kind = 0 AND owner_email <> ''
                ORDER BY resource_id
                """, arguments: arguments)
        try db.execute(
            sql: """
                UPDATE main.resource_versions SET owner_id = \(Self.owner)
                WHERE application_id = :application AND since = :revision AND kind = 0
                """, arguments: arguments)
        try giveUnowned(toPeopleAfter: known)
    }

    /// Accounts that were nobody's may belong to somebody who was seen for the first time.
    private func giveUnowned(toPeopleAfter known: Int64) throws {
        for column in ["email", "login"] {
            // The plus takes the column's affinity away, with which SQLite would not look into an index on an expression.
            try db.execute(
                sql: """
                    UPDATE main.resource_versions SET owner_id = \(Self.owner)
                    WHERE id IN (SELECT version.id
                        FROM main.people AS person CROSS JOIN main.resource_versions AS version
                        WHERE person.id > ? AND lower(version.\(column)) = +person.email AND version.kind = 0
                            AND version.until IS NULL AND version.owner_id IS NULL AND version.\(column) <> '')
                    """, arguments: [known])
        }
    }

    /// The owner of a version, by what was chosen and what it says.
    ///
    /// The user name counts where it is an address, as it is in many applications.
    static let owner = """
        (SELECT CASE WHEN known.owner_is_set THEN known.owner_id
                WHEN resource_versions.owner_email <> '' THEN
                    (SELECT person.id FROM main.people AS person WHERE person.email = lower(resource_versions.owner_email))
                ELSE coalesce(
                    (SELECT person.id FROM main.people AS person WHERE person.email = lower(resource_versions.email)),
                    (SELECT person.id FROM main.people AS person WHERE person.email = lower(resource_versions.login)))
                END
            FROM main.resources AS known WHERE known.id = resource_versions.resource_id)
        """
}
