import GRDB

/// Notices when entitlements got new ids: what was set for them by hand stays with the old ones.
enum RenameWarning {
    /// A line for each resource type of which a fifth or more was replaced by others of the same names.
    ///
    /// - Parameter db: a connection with the staging area, in which the comparison stands.
    static func warnings(_ db: Database) throws -> [String] {
        try Row.fetchAll(db, sql: replaced).map { row in
            let (name, count, all): (String, Int64, Int64) = (row["type_name"], row["replaced"], row["before"])
            return """
                \(count) of \(all) entitlements of \(name) go and come back with the same name and another id. What was \
                set for them by hand stays with the old ones.
                """
        }
    }

    private static let replaced = """
        WITH gone AS (
            SELECT version.resource_type_id AS type, resource.name AS resource_name, version.name
            FROM stage.entitlement_changes AS change
                JOIN main.entitlement_versions AS version ON version.id = change.version
                JOIN main.resource_versions AS resource
                    ON resource.resource_id = version.resource_id AND resource.data_source_id = version.data_source_id
                    AND resource.until IS NULL
            WHERE change.op = 3),
        new AS (
            SELECT type.main AS type, resource.name AS resource_name, staged.name
            FROM stage.entitlement_changes AS change
                JOIN stage.entitlements AS staged ON staged.id = change.staged
                JOIN stage.resources AS resource ON resource.id = staged.resource
                JOIN stage.resource_types AS type ON type.id = resource.type
            WHERE change.op = 1)
        SELECT type.name AS type_name, counted.replaced, counted.replaced + (
                SELECT count(*) FROM stage.entitlements AS staged
                    JOIN stage.resources AS resource ON resource.id = staged.resource
                    JOIN stage.resource_types AS kind ON kind.id = resource.type
                WHERE kind.main = counted.type AND staged.main IS NOT NULL) AS before
        FROM (SELECT gone.type, count(*) AS replaced FROM gone
                JOIN (SELECT DISTINCT type, resource_name, name FROM new) AS new USING (type, resource_name, name)
                GROUP BY gone.type) AS counted
            JOIN main.resource_types AS type ON type.id = counted.type
        WHERE counted.replaced * 5 >= before
        ORDER BY type.name
        """
}
