import GRDB

/// Writes the changes that a comparison found into the catalog, as one revision.
///
/// It runs within one transaction on a connection to which the staging area is attached as `stage`: readers see the state before or the
/// one after it, and so does whoever comes after a crash.
struct ChangeWriter {
    let db: Database
    let application: Int64
    let source: Int64
    let revision: Int64
    /// Whether its data source never said anything before.
    let isFirst: Bool
    /// Whether other data sources feed the application too.
    let hasOthers: Bool
    /// Whether what isn't staged is gone.
    let isWhole: Bool

    private var arguments: StatementArguments {
        [
            "application": application, "source": source, "revision": revision,
            "initial": isFirst ? GrantFlags.initial.rawValue : 0,
        ]
    }

    func write() throws {
        try writeTypes()
        try KnownObjects(db: db, application: application).takeNewIDs()
        try writeResources()
        try AccountOwners(db: db, application: application, revision: revision).write()
        try writeEntitlements()
        try writeGrants()
        try writeExpansions()
        if hasOthers {
            try SharedObjects(db: db, application: application, source: source, revision: revision).settle()
        }
        try SearchIndex(db: db, application: application, revision: revision).update()
        try Counts(db: db, application: application, revision: revision, isExact: !hasOthers).update()
    }

    private func execute(_ sql: String) throws {
        try db.execute(sql: sql, arguments: arguments)
    }

    // MARK: Resource types

    /// Types that a data source told of and doesn't any more.
    static let goneTypes = """
        FROM main.resource_type_versions AS gone
        WHERE gone.data_source_id = :source AND gone.until IS NULL AND NOT EXISTS (
            SELECT 1 FROM stage.resource_types AS staged
            WHERE staged.main = gone.resource_type_id AND staged.is_reference = 0)
        """

    private func writeTypes() throws {
        if isWhole {
            try execute(
                """
                UPDATE main.resource_type_versions SET until = :revision
                WHERE data_source_id = :source AND until IS NULL
                    AND resource_type_id IN (SELECT gone.resource_type_id \(Self.goneTypes))
                """)
        }
        try execute(
            """
            INSERT INTO main.resource_types (public_id, application_id, external_id, name, traits)
            SELECT new_id(), :application, external_id, name, traits FROM stage.resource_types WHERE main IS NULL
            ORDER BY id
            """)
        try execute(
            """
            UPDATE stage.resource_types SET main = (
                SELECT known.id FROM main.resource_types AS known
                WHERE known.application_id = :application AND known.external_id = resource_types.external_id)
            WHERE main IS NULL
            """)
        try execute(
            """
            UPDATE main.resource_types SET name = staged.name, traits = staged.traits
            FROM stage.resource_types AS staged
            WHERE staged.main = resource_types.id AND staged.is_reference = 0
                AND (resource_types.name <> staged.name OR resource_types.traits <> staged.traits)
            """)
        try execute(
            """
            UPDATE main.resource_type_versions SET until = :revision
            WHERE data_source_id = :source AND until IS NULL AND EXISTS (
                SELECT 1 FROM stage.resource_types AS staged
                WHERE staged.main = resource_type_versions.resource_type_id AND staged.is_reference = 0
                    AND staged.hash <> resource_type_versions.hash)
            """)
        try execute(
            """
            INSERT INTO main.resource_type_versions (resource_type_id, data_source_id, since, hash, record)
            SELECT staged.main, :source, :revision, staged.hash, staged.record
            FROM stage.resource_types AS staged
            WHERE staged.is_reference = 0 AND NOT EXISTS (
                SELECT 1 FROM main.resource_type_versions AS known
                WHERE known.resource_type_id = staged.main AND known.data_source_id = :source AND known.until IS NULL)
            """)
    }

    // MARK: Resources

    /// New objects get their numbers in the order of their names, so that what is listed together lies together.
    private func writeResources() throws {
        try execute(
            """
            UPDATE stage.resources SET main = numbered.key FROM (
                SELECT id, (SELECT coalesce(max(id), 0) FROM main.resources)
                    + row_number() OVER (ORDER BY type, sort_key, id) AS key
                FROM stage.resources WHERE main IS NULL) AS numbered
            WHERE numbered.id = resources.id
            """)
        try execute(
            """
            INSERT INTO main.resources (id, public_id, application_id, resource_type_id, external_id)
            SELECT staged.main, new_id(), :application, type.main, staged.external_id
            FROM stage.resources AS staged JOIN stage.resource_types AS type ON type.id = staged.type
            WHERE staged.main > (SELECT coalesce(max(id), 0) FROM main.resources)
            ORDER BY staged.main
            """)
        try execute(
            """
            UPDATE main.resource_versions SET until = :revision
            WHERE id IN (SELECT version FROM stage.resource_changes WHERE version IS NOT NULL)
            """)
        try execute(
            """
            INSERT INTO main.resource_versions (resource_id, data_source_id, since, shown, application_id, kind,
                resource_type_id, name, sort_key, description, parent_id, email, login, status, status_details,
                account_type, used_by, last_login, created_at, owner_email, hash, record)
            SELECT staged.main, :source, :revision, 1, :application, type.kind, type.main, staged.name,
                coalesce(folded(known.edited_name), staged.sort_key), staged.description, above.main, staged.email,
                staged.login, staged.status, staged.status_details, staged.account_type,
                coalesce(known.edited_account_type, nullif(staged.account_type, 0), 1), staged.last_login,
                staged.created_at, staged.owner_email, staged.hash, staged.record
            FROM stage.resource_changes AS change
                JOIN stage.resources AS staged ON staged.id = change.staged
                JOIN stage.resource_types AS type ON type.id = staged.type
                JOIN main.resources AS known ON known.id = staged.main
                LEFT JOIN stage.resources AS above ON above.id = staged.parent
            ORDER BY staged.main
            """)
    }

    // MARK: Entitlements

    private func writeEntitlements() throws {
        try execute(
            """
            UPDATE stage.entitlements SET main = numbered.key FROM (
                SELECT entitlement.id, (SELECT coalesce(max(id), 0) FROM main.entitlements)
                    + row_number() OVER (ORDER BY resource.main, entitlement.sort_key, entitlement.id) AS key
                FROM stage.entitlements AS entitlement
                    JOIN stage.resources AS resource ON resource.id = entitlement.resource
                WHERE entitlement.main IS NULL) AS numbered
            WHERE numbered.id = entitlements.id
            """)
        try execute(
            """
            INSERT INTO main.entitlements (id, public_id, application_id, external_id)
            SELECT main, new_id(), :application, external_id FROM stage.entitlements
            WHERE main > (SELECT coalesce(max(id), 0) FROM main.entitlements)
            ORDER BY main
            """)
        try execute(
            """
            UPDATE main.entitlement_versions SET until = :revision
            WHERE id IN (SELECT version FROM stage.entitlement_changes WHERE version IS NOT NULL)
            """)
        try execute(
            """
            INSERT INTO main.entitlement_versions (entitlement_id, data_source_id, since, shown, application_id,
                resource_id, resource_type_id, slug, name, sort_key, description, purpose, hash, record)
            SELECT staged.main, :source, :revision, 1, :application, resource.main, type.main, staged.slug, staged.name,
                coalesce(folded(known.edited_name), staged.sort_key), staged.description, staged.purpose, staged.hash,
                staged.record
            FROM stage.entitlement_changes AS change
                JOIN stage.entitlements AS staged ON staged.id = change.staged
                JOIN main.entitlements AS known ON known.id = staged.main
                JOIN stage.resources AS resource ON resource.id = staged.resource
                JOIN stage.resource_types AS type ON type.id = resource.type
            ORDER BY staged.main
            """)
    }

    // MARK: Grants

    private func writeGrants() throws {
        try execute(
            """
            UPDATE main.grants SET until = :revision FROM stage.grant_changes AS change
            WHERE change.op <> 1 AND grants.entitlement_id = change.entitlement
                AND grants.principal_id = change.principal AND grants.data_source_id = :source AND grants.until IS NULL
            """)
        try execute(
            """
            INSERT INTO main.grants (entitlement_id, principal_id, data_source_id, since, flags)
            SELECT entitlement.main, principal.main, :source, :revision, change.flags | :initial
            FROM stage.grant_changes AS change
                CROSS JOIN stage.entitlements AS entitlement ON entitlement.id = change.staged_entitlement
                CROSS JOIN stage.resources AS principal ON principal.id = change.staged_principal
            WHERE change.op <> 3
            ORDER BY entitlement.main, principal.main
            """)
        // The rest looks at changes by the objects of the catalog, which the new ones now have too.
        try execute(
            """
            UPDATE OR IGNORE stage.grant_changes SET
                entitlement = (SELECT main FROM stage.entitlements WHERE id = staged_entitlement),
                principal = (SELECT main FROM stage.resources WHERE id = staged_principal)
            WHERE entitlement IS NULL OR principal IS NULL
            """)
    }

    private func writeExpansions() throws {
        try execute(
            """
            UPDATE main.expansions SET until = :revision FROM stage.expansion_changes AS change
            WHERE change.op = 3 AND expansions.entitlement_id = change.entitlement
                AND expansions.source_id = change.source AND expansions.via_id = change.via
                AND expansions.data_source_id = :source AND expansions.until IS NULL
            """)
        try execute(
            """
            INSERT INTO main.expansions (entitlement_id, source_id, via_id, data_source_id, since, is_shallow)
            SELECT entitlement.main, source.main, coalesce(via.main, 0), :source, :revision, change.is_shallow
            FROM stage.expansion_changes AS change
                JOIN stage.entitlements AS entitlement ON entitlement.id = change.staged_entitlement
                JOIN stage.entitlements AS source ON source.id = change.staged_source
                LEFT JOIN stage.resources AS via ON via.id = change.staged_via
            WHERE change.op = 1
            """)
    }
}
