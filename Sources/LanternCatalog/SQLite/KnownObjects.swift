import GRDB

/// Finds for each staged row its object in the catalog: by its id, by an id that it had before, or by another id that the file gives it.
///
/// So what was set by hand stays with something whose connector calls it otherwise from now on.
struct KnownObjects {
    /// A connection to which the staging area is attached as `stage`.
    let db: Database
    let application: Int64

    func match() throws {
        try db.execute(
            sql: """
                UPDATE stage.resource_types SET main = (
                    SELECT known.id FROM main.resource_types AS known
                    WHERE known.application_id = :application AND known.external_id = resource_types.external_id)
                """, arguments: ["application": application])
        try db.execute(sql: Self.resources)
        try db.execute(sql: Self.entitlements, arguments: ["application": application])
        try db.execute(
            sql: """
                CREATE INDEX IF NOT EXISTS stage.resources_by_main ON resources(main);
                CREATE INDEX IF NOT EXISTS stage.entitlements_by_main ON entitlements(main);
                """)
        try db.execute(sql: Self.formerResources)
        try db.execute(sql: Self.formerEntitlements, arguments: ["application": application])
        if try hasAliases("resource") { try matchByAlias("resource", Self.resourceAlias) }
        if try hasAliases("entitlement") { try matchByAlias("entitlement", Self.entitlementAlias) }
    }

    private static let resources = """
        UPDATE stage.resources SET main = (
            SELECT known.id FROM stage.resource_types AS type
                JOIN main.resources AS known ON known.resource_type_id = type.main
            WHERE type.id = resources.type AND known.external_id = resources.external_id)
        """

    private static let entitlements = """
        UPDATE stage.entitlements SET main = (
            SELECT known.id FROM main.entitlements AS known
            WHERE known.application_id = :application AND known.external_id = entitlements.external_id)
        """

    /// What is in the file under its present id too isn't what goes by a former one: that id is somebody else's now.
    ///
    /// Of two former ids of one object the first row has it.
    private static let formerResources = """
        UPDATE stage.resources SET main = former.resource_id
        FROM stage.resource_types AS type
            JOIN main.former_resource_ids AS former ON former.resource_type_id = type.main
        WHERE resources.main IS NULL AND type.id = resources.type AND former.external_id = resources.external_id
            AND NOT EXISTS (SELECT 1 FROM stage.resources AS other WHERE other.main = former.resource_id);
        UPDATE stage.resources SET main = NULL
        WHERE EXISTS (SELECT 1 FROM stage.resources AS other WHERE other.main = resources.main AND other.id < resources.id);
        """

    private static let formerEntitlements = """
        UPDATE stage.entitlements SET main = former.entitlement_id
        FROM main.former_entitlement_ids AS former
        WHERE entitlements.main IS NULL AND former.application_id = :application
            AND former.external_id = entitlements.external_id
            AND NOT EXISTS (SELECT 1 FROM stage.entitlements AS other WHERE other.main = former.entitlement_id);
        UPDATE stage.entitlements SET main = NULL
        WHERE EXISTS (
            SELECT 1 FROM stage.entitlements AS other WHERE other.main = entitlements.main AND other.id < entitlements.id);
        """

    private static let resourceAlias = """
        SELECT known.id FROM stage.resource_aliases AS alias
            JOIN stage.resource_types AS type ON type.id = resources.type
            JOIN main.resources AS known
                ON known.resource_type_id = type.main AND known.external_id = alias.external_id
        WHERE alias.staged = resources.id
        """

    private static let entitlementAlias = """
        SELECT known.id FROM stage.entitlement_aliases AS alias
            JOIN main.entitlements AS known
                ON known.application_id = :application AND known.external_id = alias.external_id
        WHERE alias.staged = entitlements.id
        """

    private func hasAliases(_ object: String) throws -> Bool {
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM stage.\(object)_aliases)") ?? false
    }

    /// What another row of the file is under its own id, no alias takes; of two rows with one alias the first has it.
    private func matchByAlias(_ object: String, _ found: String) throws {
        try db.execute(
            sql: """
                UPDATE stage.\(object)s SET main = (
                    \(found) AND NOT EXISTS (SELECT 1 FROM stage.\(object)s AS other WHERE other.main = known.id)
                    ORDER BY alias.external_id LIMIT 1)
                WHERE main IS NULL AND id IN (SELECT staged FROM stage.\(object)_aliases)
                """, arguments: object == "entitlement" ? ["application": application] : [:])
        try db.execute(
            sql: """
                UPDATE stage.\(object)s SET main = NULL
                WHERE id IN (SELECT staged FROM stage.\(object)_aliases) AND EXISTS (
                    SELECT 1 FROM stage.\(object)s AS other WHERE other.main = \(object)s.main AND other.id < \(object)s.id)
                """)
    }

    // MARK: Writing

    /// Gives objects the ids that the file gives them, and keeps those that they had.
    func takeNewIDs() throws {
        guard try hasAliases("resource") || hasAliases("entitlement") else { return }
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO main.former_resource_ids (resource_type_id, external_id, resource_id)
                SELECT known.resource_type_id, known.external_id, known.id
                FROM stage.resource_aliases AS alias JOIN stage.resources AS staged ON staged.id = alias.staged
                    JOIN main.resources AS known ON known.id = staged.main AND known.external_id = alias.external_id;
                UPDATE main.resources SET external_id = staged.external_id
                FROM stage.resource_aliases AS alias JOIN stage.resources AS staged ON staged.id = alias.staged
                WHERE resources.id = staged.main AND resources.external_id = alias.external_id
                """)
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO main.former_entitlement_ids (application_id, external_id, entitlement_id)
                SELECT known.application_id, known.external_id, known.id
                FROM stage.entitlement_aliases AS alias JOIN stage.entitlements AS staged ON staged.id = alias.staged
                    JOIN main.entitlements AS known ON known.id = staged.main AND known.external_id = alias.external_id;
                UPDATE main.entitlements SET external_id = staged.external_id
                FROM stage.entitlement_aliases AS alias JOIN stage.entitlements AS staged ON staged.id = alias.staged
                WHERE entitlements.id = staged.main AND entitlements.external_id = alias.external_id
                """)
    }
}
