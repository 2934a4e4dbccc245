import GRDB

/// The numbers that pages show, kept exact with each revision so that no page has to count.
struct Counts {
    let db: Database
    let application: Int64
    let revision: Int64
    /// Whether each change of a grant is a change of what is shown, so that numbers can be added up instead of counted anew.
    let isExact: Bool

    func update() throws {
        let arguments: StatementArguments = ["application": application, "revision": revision]
        try db.execute(sql: isExact ? Self.addGrants : Self.countGrants)
        try db.execute(sql: Self.countGrantsOnResources, arguments: arguments)
        try db.execute(sql: Self.countObjects, arguments: ["application": application])
    }

    private static let addGrants = """
        UPDATE main.entitlements SET grants = grants + change.sum FROM (
            SELECT entitlement, sum(CASE op WHEN 1 THEN 1 WHEN 3 THEN -1 ELSE 0 END) AS sum
            FROM stage.grant_changes GROUP BY entitlement) AS change
        WHERE change.entitlement = entitlements.id AND change.sum <> 0;
        UPDATE main.resources SET grants_held = grants_held + change.sum FROM (
            SELECT principal, sum(CASE op WHEN 1 THEN 1 WHEN 3 THEN -1 ELSE 0 END) AS sum
            FROM stage.grant_changes GROUP BY principal) AS change
        WHERE change.principal = resources.id AND change.sum <> 0;
        """

    private static let countGrants = """
        UPDATE main.entitlements SET grants = (
            SELECT count(*) FROM main.grants AS held
            WHERE held.entitlement_id = entitlements.id AND held.until IS NULL AND held.flags & 16 = 0)
        WHERE id IN (SELECT DISTINCT entitlement FROM stage.grant_changes);
        UPDATE main.resources SET grants_held = (
            SELECT count(*) FROM main.grants AS held
            WHERE held.principal_id = resources.id AND held.until IS NULL AND held.flags & 16 = 0)
        WHERE id IN (SELECT DISTINCT principal FROM stage.grant_changes);
        """

    private static let countGrantsOnResources = """
        UPDATE main.resources SET grants_on = (
            SELECT coalesce(sum(entitlement.grants), 0)
            FROM main.entitlement_versions AS version
                JOIN main.entitlements AS entitlement ON entitlement.id = version.entitlement_id
            WHERE version.resource_id = resources.id AND version.until IS NULL AND version.shown = 1)
        WHERE id IN (
            SELECT version.resource_id
            FROM (SELECT DISTINCT entitlement FROM stage.grant_changes) AS change
                JOIN main.entitlement_versions AS version ON version.entitlement_id = change.entitlement
            UNION SELECT resource_id FROM main.entitlement_versions
            WHERE application_id = :application AND since = :revision
            UNION SELECT resource_id FROM main.entitlement_versions
            WHERE application_id = :application AND until = :revision);
        """

    private static let countObjects = """
        UPDATE main.resource_types SET resources = (
            SELECT count(*) FROM main.resource_versions AS version
            WHERE version.resource_type_id = resource_types.id AND version.until IS NULL AND version.shown = 1)
        WHERE application_id = :application;
        UPDATE main.applications SET
            (accounts, groups, secrets, resources) = (
                SELECT count(*) FILTER (WHERE kind = 0), count(*) FILTER (WHERE kind = 1),
                    count(*) FILTER (WHERE kind = 4), count(*) FILTER (WHERE kind <> 0)
                FROM main.resource_versions
                WHERE application_id = :application AND until IS NULL AND shown = 1),
            (entitlements, grants) = (
                SELECT count(*), coalesce(sum(known.grants), 0)
                FROM main.entitlement_versions AS version JOIN main.entitlements AS known ON known.id = version.entitlement_id
                WHERE version.application_id = :application AND version.until IS NULL AND version.shown = 1)
        WHERE id = :application;
        """
}
