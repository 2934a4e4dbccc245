import GRDB

/// Decides what is shown of things that several data sources of an application tell of: what the oldest of those sources says.
///
/// What was shown until now and no longer is, and the other way round, gets a new row, so that former days stay as they were.
struct SharedObjects {
    let db: Database
    let application: Int64
    let source: Int64
    let revision: Int64

    func settle() throws {
        try settleVersions(of: "resource", copied: Self.resourceColumns)
        try settleVersions(of: "entitlement", copied: Self.entitlementColumns)
        try settleGrants()
    }

    private var arguments: StatementArguments {
        ["application": application, "source": source, "revision": revision, "hidden": GrantFlags.hidden.rawValue]
    }

    private static let resourceColumns = """
        application_id, kind, resource_type_id, name, sort_key, description, parent_id, email, login, status,
        status_details, account_type, used_by, last_login, created_at, hash, record, owner_email, owner_id
        """

    private static let entitlementColumns = """
        application_id, resource_id, resource_type_id, slug, name, sort_key, description, purpose, hash, record
        """

    private func settleVersions(of kind: String, copied columns: String) throws {
        try db.execute(
            sql: """
                DROP TABLE IF EXISTS temp.unsettled;
                CREATE TEMP TABLE unsettled AS
                SELECT version.id, version.since = :revision AS is_new
                FROM (SELECT \(kind)_id AS object FROM main.\(kind)_versions
                        WHERE application_id = :application AND since = :revision
                        UNION SELECT \(kind)_id FROM main.\(kind)_versions
                        WHERE application_id = :application AND until = :revision) AS touched
                    JOIN main.\(kind)_versions AS version ON version.\(kind)_id = touched.object AND version.until IS NULL
                WHERE version.shown <> (version.data_source_id = (
                    SELECT min(other.data_source_id) FROM main.\(kind)_versions AS other
                    WHERE other.\(kind)_id = version.\(kind)_id AND other.until IS NULL));
                UPDATE main.\(kind)_versions SET shown = 1 - shown
                WHERE id IN (SELECT id FROM temp.unsettled WHERE is_new);
                UPDATE main.\(kind)_versions SET until = :revision
                WHERE id IN (SELECT id FROM temp.unsettled WHERE NOT is_new);
                INSERT INTO main.\(kind)_versions (\(kind)_id, data_source_id, since, shown, \(columns))
                SELECT \(kind)_id, data_source_id, :revision, 1 - shown, \(columns) FROM main.\(kind)_versions
                WHERE id IN (SELECT id FROM temp.unsettled WHERE NOT is_new);
                DROP TABLE temp.unsettled;
                """, arguments: arguments)
    }

    private func settleGrants() throws {
        try db.execute(
            sql: """
                DROP TABLE IF EXISTS temp.unsettled;
                CREATE TEMP TABLE unsettled AS
                SELECT known.entitlement_id, known.principal_id, known.data_source_id, known.since, known.flags,
                    known.since = :revision AS is_new
                FROM stage.grant_changes AS change
                    JOIN main.grants AS known ON known.entitlement_id = change.entitlement
                        AND known.principal_id = change.principal AND known.until IS NULL
                WHERE (known.flags & :hidden = 0) <> (known.data_source_id = (
                    SELECT min(other.data_source_id) FROM main.grants AS other
                    WHERE other.entitlement_id = known.entitlement_id AND other.principal_id = known.principal_id
                        AND other.until IS NULL));
                UPDATE main.grants SET
                    until = iif(unsettled.is_new, NULL, :revision),
                    flags = iif(unsettled.is_new, (grants.flags | :hidden) - (grants.flags & :hidden), grants.flags)
                FROM temp.unsettled
                WHERE grants.entitlement_id = unsettled.entitlement_id AND grants.principal_id = unsettled.principal_id
                    AND grants.data_source_id = unsettled.data_source_id AND grants.since = unsettled.since;
                INSERT INTO main.grants (entitlement_id, principal_id, data_source_id, since, flags)
                SELECT entitlement_id, principal_id, data_source_id, :revision,
                    (flags | :hidden) - (flags & :hidden)
                FROM temp.unsettled WHERE NOT is_new;
                DROP TABLE temp.unsettled;
                """,
            arguments: arguments)
    }
}
