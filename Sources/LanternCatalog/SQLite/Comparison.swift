import GRDB

/// What of an application a file speaks for: only there may the absence of something mean that it is gone.
enum ImportScope: String {
    /// All of it.
    case everything
    /// Resource types and resources; who holds what stays as it was.
    case resources
    /// The entitlements and grants of the resources in it.
    case targets
    /// The entitlements of the resources in it.
    case targetsWithoutGrants
}

/// Compares what a file says with what its data source said before.
///
/// The answer is laid down in the staging area, where people can look at it and the apply step finds it: each row of a table of changes
/// tells what happens (1 added, 2 changed, 3 removed), to which staged row, and to which row of the catalog.
struct Comparison {
    static let added = 1
    static let changed = 2
    static let removed = 3

    let application: Int64
    let source: Int64
    let scope: ImportScope

    private var arguments: StatementArguments { ["application": application, "source": source] }

    /// Compares on a connection to which the staging area is attached as `stage`.
    ///
    /// - Returns: how many grants were left out, because nobody knows who holds them.
    func run(on db: Database) throws -> Int64 {
        try KnownObjects(db: db, application: application).match()
        let unknown =
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM stage.grants WHERE principal IN (
                        SELECT id FROM stage.resources WHERE is_reference = 1 AND main IS NULL)
                    """) ?? 0
        try db.execute(sql: Self.unknownReferences)
        try db.execute(sql: Self.changeTables)
        try db.execute(sql: Self.resourceChanges, arguments: arguments)
        try db.execute(sql: Self.entitlementChanges, arguments: arguments)
        if scope != .resources && scope != .targetsWithoutGrants {
            // A file of a part isn't expanded: what follows from other grants stays as it was.
            let kept: GrantFlags = scope == .targets ? .inherited : []
            try db.execute(sql: Self.grantChanges, arguments: ["source": source, "kept": kept.rawValue])
        }
        try db.execute(sql: Self.expansionChanges, arguments: ["source": source])
        for removal in removals { try db.execute(sql: removal, arguments: arguments) }
        try db.execute(sql: Self.consequences, arguments: arguments)
        return unknown
    }

    /// What is only mentioned and nobody knows goes, together with what is said of it.
    private static let unknownReferences = """
        DELETE FROM stage.grants WHERE principal IN (
            SELECT id FROM stage.resources WHERE is_reference = 1 AND main IS NULL);
        DELETE FROM stage.expansions WHERE via IN (
            SELECT id FROM stage.resources WHERE is_reference = 1 AND main IS NULL);
        DELETE FROM stage.resources WHERE is_reference = 1 AND main IS NULL;
        DELETE FROM stage.resource_types WHERE is_reference = 1 AND main IS NULL;
        """

    private static let changeTables = """
        DROP TABLE IF EXISTS stage.resource_changes;
        DROP TABLE IF EXISTS stage.entitlement_changes;
        DROP TABLE IF EXISTS stage.grant_changes;
        DROP TABLE IF EXISTS stage.expansion_changes;
        CREATE TABLE stage.resource_changes (
            id INTEGER PRIMARY KEY, op INTEGER NOT NULL, staged INTEGER, version INTEGER UNIQUE
        ) STRICT;
        CREATE TABLE stage.entitlement_changes (
            id INTEGER PRIMARY KEY, op INTEGER NOT NULL, staged INTEGER, version INTEGER UNIQUE
        ) STRICT;
        CREATE TABLE stage.grant_changes (
            id INTEGER PRIMARY KEY, op INTEGER NOT NULL, staged_entitlement INTEGER, staged_principal INTEGER,
            entitlement INTEGER, principal INTEGER, flags INTEGER NOT NULL, UNIQUE (entitlement, principal)
        ) STRICT;
        CREATE TABLE stage.expansion_changes (
            op INTEGER NOT NULL, staged_entitlement INTEGER, staged_source INTEGER, staged_via INTEGER,
            entitlement INTEGER, source INTEGER, via INTEGER, is_shallow INTEGER NOT NULL
        ) STRICT;
        """

    /// A type that becomes one of accounts changes its resources too.
    private static let resourceChanges = """
        INSERT INTO stage.resource_changes (op, staged, version)
        SELECT iif(known.id IS NULL, 1, 2), staged.id, known.id
        FROM stage.resources AS staged
            JOIN stage.resource_types AS type ON type.id = staged.type
            LEFT JOIN main.resource_versions AS known
                ON known.resource_id = staged.main AND known.data_source_id = :source AND known.until IS NULL
        WHERE staged.is_reference = 0
            AND (known.id IS NULL OR known.hash <> staged.hash OR known.kind <> type.kind)
        ORDER BY staged.id
        """

    private static let entitlementChanges = """
        INSERT INTO stage.entitlement_changes (op, staged, version)
        SELECT iif(known.id IS NULL, 1, 2), staged.id, known.id
        FROM stage.entitlements AS staged
            LEFT JOIN main.entitlement_versions AS known
                ON known.entitlement_id = staged.main AND known.data_source_id = :source AND known.until IS NULL
        WHERE known.id IS NULL OR known.hash <> staged.hash
        ORDER BY staged.id
        """

    private static let grantChanges = """
        INSERT INTO stage.grant_changes (op, staged_entitlement, staged_principal, entitlement, principal, flags)
        SELECT iif(known.flags IS NULL, 1, 2), staged.entitlement, staged.principal, entitlement.main, principal.main,
            staged.flags | (coalesce(known.flags, 0) & :kept)
        FROM stage.grants AS staged
            CROSS JOIN stage.entitlements AS entitlement ON entitlement.id = staged.entitlement
            CROSS JOIN stage.resources AS principal ON principal.id = staged.principal
            LEFT JOIN main.grants AS known
                ON known.entitlement_id = entitlement.main AND known.principal_id = principal.main
                AND known.data_source_id = :source AND known.until IS NULL
        WHERE known.flags IS NULL OR known.flags & 15 <> staged.flags | (known.flags & :kept)
        """

    private static let expansionChanges = """
        DELETE FROM stage.expansions AS derived WHERE via = 0 AND EXISTS (
            SELECT 1 FROM stage.expansions AS said
            WHERE said.entitlement = derived.entitlement AND said.source = derived.source AND said.via <> 0);
        INSERT INTO stage.expansion_changes
        SELECT 1, staged.entitlement, staged.source, staged.via, entitlement.main, source.main, coalesce(via.main, 0),
            staged.is_shallow
        FROM stage.expansions AS staged
            JOIN stage.entitlements AS entitlement ON entitlement.id = staged.entitlement
            JOIN stage.entitlements AS source ON source.id = staged.source
            LEFT JOIN stage.resources AS via ON via.id = staged.via
            LEFT JOIN main.expansions AS known
                ON known.entitlement_id = entitlement.main AND known.source_id = source.main
                AND known.via_id = coalesce(via.main, 0) AND known.data_source_id = :source AND known.until IS NULL
                AND known.is_shallow = staged.is_shallow
                AND (staged.via = 0 OR via.main IS NOT NULL)
        WHERE known.entitlement_id IS NULL;
        """

    /// What is gone, in the order in which one thing follows from another.
    private var removals: [String] {
        switch scope {
        case .everything: [Self.removedResources, Self.removedEntitlements, Self.removedGrants, Self.removedExpansions]
        case .resources: [Self.removedResources]
        case .targets:
            [Self.removedEntitlementsOfTargets, Self.removedGrantsOfTargets, Self.removedExpansionsOfTargets]
        case .targetsWithoutGrants: [Self.removedEntitlementsOfTargets]
        }
    }

    private static let removedResources = """
        INSERT INTO stage.resource_changes (op, version)
        SELECT 3, known.id FROM main.resource_versions AS known
        WHERE known.application_id = :application AND known.data_source_id = :source AND known.until IS NULL
            AND NOT EXISTS (SELECT 1 FROM stage.resources AS staged WHERE staged.main = known.resource_id)
        """

    private static let removedEntitlements = """
        INSERT INTO stage.entitlement_changes (op, version)
        SELECT 3, known.id FROM main.entitlement_versions AS known
        WHERE known.application_id = :application AND known.data_source_id = :source AND known.until IS NULL
            AND NOT EXISTS (SELECT 1 FROM stage.entitlements AS staged WHERE staged.main = known.entitlement_id)
        """

    private static let removedEntitlementsOfTargets = """
        INSERT INTO stage.entitlement_changes (op, version)
        SELECT 3, known.id
        FROM (SELECT DISTINCT resource.main AS id FROM stage.entitlements AS staged
                JOIN stage.resources AS resource ON resource.id = staged.resource) AS target
            JOIN main.entitlement_versions AS known ON known.resource_id = target.id
        WHERE known.application_id = :application AND known.data_source_id = :source AND known.until IS NULL
            AND NOT EXISTS (SELECT 1 FROM stage.entitlements AS staged WHERE staged.main = known.entitlement_id)
        """

    /// Only entitlements with more grants than were found again have lost some.
    private static let removedGrants = """
        WITH staged AS (
                SELECT held.main AS entitlement, count(*) AS count
                FROM stage.grants AS staged CROSS JOIN stage.entitlements AS held ON held.id = staged.entitlement
                WHERE held.main IS NOT NULL GROUP BY staged.entitlement),
            added AS (
                SELECT entitlement, count(*) AS count FROM stage.grant_changes
                WHERE op = 1 AND entitlement IS NOT NULL GROUP BY entitlement),
            losing AS MATERIALIZED (
                SELECT entitlement.id FROM main.entitlements AS entitlement
                    LEFT JOIN staged ON staged.entitlement = entitlement.id
                    LEFT JOIN added ON added.entitlement = entitlement.id
                WHERE entitlement.application_id = :application
                    AND coalesce(staged.count, 0) - coalesce(added.count, 0) < (
                        SELECT count(*) FROM main.grants AS known
                        WHERE known.entitlement_id = entitlement.id AND known.data_source_id = :source
                            AND known.until IS NULL))
        INSERT OR IGNORE INTO stage.grant_changes (op, entitlement, principal, flags)
        SELECT 3, known.entitlement_id, known.principal_id, known.flags
        FROM losing CROSS JOIN main.grants AS known ON known.entitlement_id = losing.id
        WHERE known.data_source_id = :source AND known.until IS NULL
            AND NOT EXISTS (
                SELECT 1 FROM stage.entitlements AS held
                    CROSS JOIN stage.resources AS holder
                    CROSS JOIN stage.grants AS staged
                WHERE held.main = known.entitlement_id AND holder.main = known.principal_id
                    AND staged.entitlement = held.id AND staged.principal = holder.id)
        """

    /// Only what is held directly and in no other way: the rest may follow from what a part of the data doesn't tell.
    private static let removedGrantsOfTargets = """
        INSERT OR IGNORE INTO stage.grant_changes (op, entitlement, principal, flags)
        SELECT 3, known.entitlement_id, known.principal_id, known.flags
        FROM stage.entitlements AS held
            CROSS JOIN main.grants AS known ON known.entitlement_id = held.main
        WHERE known.data_source_id = :source AND known.until IS NULL AND known.flags & 3 = 1
            AND NOT EXISTS (
                SELECT 1 FROM stage.resources AS holder CROSS JOIN stage.grants AS staged
                WHERE holder.main = known.principal_id AND staged.entitlement = held.id
                    AND staged.principal = holder.id)
        """

    private static let removedExpansions = """
        INSERT INTO stage.expansion_changes (op, entitlement, source, via, is_shallow)
        SELECT 3, known.entitlement_id, known.source_id, known.via_id, known.is_shallow
        FROM main.entitlements AS entitlement
            CROSS JOIN main.expansions AS known ON known.entitlement_id = entitlement.id
        WHERE entitlement.application_id = :application AND known.data_source_id = :source AND known.until IS NULL
            AND NOT EXISTS (
                SELECT 1 FROM stage.entitlements AS target
                    CROSS JOIN stage.entitlements AS origin
                    CROSS JOIN stage.expansions AS staged
                        ON staged.entitlement = target.id AND staged.source = origin.id
                    LEFT JOIN stage.resources AS via ON via.id = staged.via
                WHERE target.main = known.entitlement_id AND origin.main = known.source_id
                    AND coalesce(via.main, 0) = known.via_id AND staged.is_shallow = known.is_shallow)
        """

    /// Where the file doesn't have what the holders come from, the expansion lasts as long as the grant that says so.
    private static let removedExpansionsOfTargets =
        removedExpansions + """
             AND EXISTS (
                SELECT 1 FROM stage.entitlements AS held
                WHERE held.main = entitlement.id AND (
                    EXISTS (SELECT 1 FROM stage.entitlements AS origin WHERE origin.main = known.source_id)
                    OR known.via_id <> 0 AND NOT EXISTS (
                        SELECT 1 FROM stage.resources AS via CROSS JOIN stage.grants AS staged
                        WHERE via.main = known.via_id AND staged.entitlement = held.id AND staged.principal = via.id)))
            """

    /// What hangs on something that is gone is gone with it.
    private static let consequences = """
        INSERT OR IGNORE INTO stage.entitlement_changes (op, version)
        SELECT 3, known.id
        FROM stage.resource_changes AS change
            JOIN main.resource_versions AS resource ON resource.id = change.version
            JOIN main.entitlement_versions AS known ON known.resource_id = resource.resource_id
        WHERE change.op = 3 AND known.data_source_id = :source AND known.until IS NULL;

        INSERT OR IGNORE INTO stage.grant_changes (op, entitlement, principal, flags)
        SELECT 3, known.entitlement_id, known.principal_id, known.flags
        FROM stage.entitlement_changes AS change
            JOIN main.entitlement_versions AS entitlement ON entitlement.id = change.version
            JOIN main.grants AS known ON known.entitlement_id = entitlement.entitlement_id
        WHERE change.op = 3 AND known.data_source_id = :source AND known.until IS NULL;

        INSERT OR IGNORE INTO stage.grant_changes (op, entitlement, principal, flags)
        SELECT 3, known.entitlement_id, known.principal_id, known.flags
        FROM stage.resource_changes AS change
            JOIN main.resource_versions AS resource ON resource.id = change.version
            JOIN main.grants AS known ON known.principal_id = resource.resource_id
        WHERE change.op = 3 AND known.data_source_id = :source AND known.until IS NULL;
        """
}
