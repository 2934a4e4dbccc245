import AccessModel
import GRDB

/// Which grants are wanted.
public struct GrantQuery: Sendable {
    /// Where to look.
    public enum Place: Sendable {
        case application(String)
        /// Grants of an entitlement.
        case entitlement(String)
        /// Grants that an account, group or other resource holds.
        case heldBy(String)
        /// Grants of the entitlements of a resource.
        case on(String)
        /// Grants that the accounts of a person hold, in all applications.
        case heldByPerson(String)
    }

    /// Where to look.
    public var place: Place
    /// Only those that this account, group or other resource holds.
    public var holder: String?
    /// Only those of this entitlement.
    public var entitlement: String?
    /// Only those on this resource.
    public var resource: String?
    /// Only those on resources of this type.
    public var resourceType: String?
    /// Only those in one of these applications; in all when nil.
    public var applications: Set<String>?
    /// Only those that are direct, or only those that aren't; all when nil.
    public var isDirect: Bool?
    /// Only those that no longer hold.
    public var isPast = false
    /// When.
    public var moment = Moment.now

    /// All grants of a place.
    public init(_ place: Place) {
        self.place = place
    }
}

extension SQLiteCatalog {
    /// Grants, entitlement by entitlement.
    public func grants(_ query: GrantQuery, _ page: PageRequest) async throws -> Page<ListedGrant> {
        try await pool.read { db in
            let keys = Self.keys(of: query)
            let at = try page.place(columns: keys.count)
            let (tables, condition, key) = try Self.place(of: query, db)
            var arguments: StatementArguments = [
                "key": key, "hidden": GrantFlags.hidden.rawValue,
            ]
            arguments += at.arguments
            arguments += Self.argument(of: query.moment)
            let (narrowing, narrowed) = try Self.narrowing(of: query, db)
            arguments += narrowed
            var rows: [Row] = []
            for beginning in keys.count > 3 ? at.conditionsByFirst(keys) : [at.condition(keys)]
            where rows.count <= page.size {
                rows += try Row.fetchAll(
                    db,
                    sql: Self.selectGrants(from: tables, keys: keys) + """
                         WHERE \(condition) AND held.flags & :hidden = 0
                            AND \(Self.state(of: query))\(narrowing)\(beginning)
                        ORDER BY \(at.order(keys)) LIMIT :limit
                        """, arguments: arguments + ["limit": page.size + 1 - rows.count])
            }
            return Page(
                rows, page, at: at, cursor: { row in keys.indices.map { .number(row["key\($0)"]) } }, ListedGrant.init)
        }
    }

    /// How many grants a list has in all, counted up to ten thousand.
    public func grantCount(_ query: GrantQuery) async throws -> RowCount {
        try await pool.read { db in
            let (tables, condition, key) = try Self.place(of: query, db)
            var arguments: StatementArguments = [
                "key": key, "hidden": GrantFlags.hidden.rawValue, "limit": RowCount.limit + 1,
            ]
            arguments += Self.argument(of: query.moment)
            return RowCount(
                upToLimit: try Int64.fetchOne(
                    db,
                    sql: """
                        SELECT count(*) FROM (SELECT 1 FROM \(tables)
                            WHERE \(condition) AND held.flags & :hidden = 0 AND \(Self.state(of: query)) LIMIT :limit)
                        """, arguments: arguments) ?? 0)
        }
    }

    /// One grant as it is, or as it last was.
    public func grant(of entitlement: String, to principal: String) async throws -> ListedGrant {
        try await pool.read { db in
            let row = try Row.fetchOne(
                db,
                sql: Self.selectGrants(from: "grants AS held") + """
                     WHERE held.entitlement_id = ? AND held.principal_id = ?
                    ORDER BY held.until IS NULL DESC, held.flags & 16, held.since DESC LIMIT 1
                    """,
                arguments: [
                    try Self.key(ofEntitlement: entitlement, db), try Self.key(ofResource: principal, db),
                ])
            guard let row else {
                throw CatalogError(.notFound, "grant of \(entitlement) to \(principal): there never was one.")
            }
            return ListedGrant(row)
        }
    }

    private static func place(of query: GrantQuery, _ db: Database) throws -> (String, String, Int64) {
        switch query.place {
        case .application(let id):
            (
                "entitlements AS entitlement_of CROSS JOIN grants AS held ON held.entitlement_id = entitlement_of.id",
                "entitlement_of.application_id = :key", try key(ofApplication: id, db)
            )
        case .entitlement(let id): ("grants AS held", "held.entitlement_id = :key", try key(ofEntitlement: id, db))
        case .heldBy(let id):
            (
                "grants AS held INDEXED BY grants_by_principal", "held.principal_id = :key",
                try key(ofResource: id, db)
            )
        case .on(let id):
            (
                """
                (SELECT DISTINCT entitlement_id AS id FROM entitlement_versions WHERE resource_id = :key
                    ORDER BY entitlement_id) AS entitlement_of
                CROSS JOIN grants AS held ON held.entitlement_id = entitlement_of.id
                """, "1", try key(ofResource: id, db)
            )
        case .heldByPerson(let id):
            (
                """
                (SELECT DISTINCT resource_id AS id FROM resource_versions
                    WHERE owner_id = :key AND owner_id IS NOT NULL AND until IS NULL AND shown = 1
                    ORDER BY resource_id) AS account
                CROSS JOIN grants AS held INDEXED BY grants_by_principal ON held.principal_id = account.id
                """, "1", try key(ofPerson: id, db)
            )
        }
    }

    /// Conditions beside the place, which say what is left out of it.
    private static func narrowing(of query: GrantQuery, _ db: Database) throws -> (String, StatementArguments) {
        var conditions = ""
        var arguments: StatementArguments = [:]
        if let holder = query.holder {
            conditions += " AND held.principal_id = :holder"
            arguments += ["holder": try key(ofResource: holder, db)]
        }
        if let entitlement = query.entitlement {
            conditions += " AND held.entitlement_id = :entitlement"
            arguments += ["entitlement": try key(ofEntitlement: entitlement, db)]
        }
        if let resource = query.resource {
            conditions += " AND resource.id = :resource"
            arguments += ["resource": try key(ofResource: resource, db)]
        }
        if let type = query.resourceType {
            conditions += " AND resource.resource_type_id = :resource_type"
            arguments += ["resource_type": try key(ofType: type, db)]
        }
        if let applications = query.applications {
            let list = applications.sorted().jsonList
            conditions += " AND application.public_id IN (SELECT value FROM json_each(:applications))"
            arguments += ["applications": list]
        }
        return (conditions, arguments)
    }

    private static func key(ofPerson id: String, _ db: Database) throws -> Int64 {
        guard let key = try Int64.fetchOne(db, sql: "SELECT id FROM people WHERE public_id = ?", arguments: [id]) else {
            throw CatalogError(.notFound, "person \(id): is not there.")
        }
        return key
    }

    /// What a list of grants is sorted by, the place first where it has several parts.
    private static func keys(of query: GrantQuery) -> [String] {
        switch query.place {
        case .application, .on: ["entitlement_of.id", "held.principal_id", "held.data_source_id", "held.since"]
        case .entitlement: ["held.principal_id", "held.data_source_id", "held.since"]
        case .heldBy: ["held.entitlement_id", "held.data_source_id", "held.since"]
        case .heldByPerson: ["account.id", "held.entitlement_id", "held.data_source_id", "held.since"]
        }
    }

    /// It ended, and didn't only go on in another way: directly, say, or as another data source tells it.
    private static let isOver = """
        held.until IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM grants AS further
            WHERE further.entitlement_id = held.entitlement_id AND further.principal_id = held.principal_id
                AND further.since = held.until AND further.flags & :hidden = 0)
        """

    /// The revision since which a principal has held an entitlement without a break, in whatever way.
    private static let begin = """
        (WITH RECURSIVE before(since) AS (
                SELECT held.since
                UNION SELECT earlier.since FROM before JOIN grants AS earlier
                    ON earlier.entitlement_id = held.entitlement_id AND earlier.principal_id = held.principal_id
                        AND earlier.until = before.since AND earlier.flags & \(GrantFlags.hidden.rawValue) = 0)
            SELECT min(since) FROM before)
        """

    private static func state(of query: GrantQuery) -> String {
        let state = query.isPast ? isOver : condition(of: query.moment, "held")
        guard let isDirect = query.isDirect else { return state }
        return state + " AND held.flags & 1 = \(isDirect ? 1 : 0)"
    }

    /// - Parameter keys: what is selected besides, as `key0` and so on.
    static func selectGrants(from tables: String, keys: [String] = []) -> String {
        """
        SELECT held.entitlement_id AS entitlement_key, held.flags,
            \(keys.enumerated().map { "\($1) AS key\($0)," }.joined(separator: " "))
            application.public_id AS application_public_id, application.name AS application_name,
            entitlement.public_id AS entitlement_public_id,
            coalesce(entitlement.edited_slug, version.slug) AS entitlement_slug,
            coalesce(entitlement.edited_name, version.name) AS entitlement_name,
            \(resourceReference(of: "version.resource_id", as: "resource")),
            \(resourceReference(of: "held.principal_id", as: "principal")),
            (SELECT at FROM revisions WHERE id = \(begin)) AS since_at,
            (SELECT at FROM revisions WHERE id = held.until) AS until_at
        FROM \(tables)
            CROSS JOIN entitlements AS entitlement ON entitlement.id = held.entitlement_id
            CROSS JOIN applications AS application ON application.id = entitlement.application_id
            CROSS JOIN entitlement_versions AS version ON version.id = (
                SELECT id FROM entitlement_versions AS any_version WHERE any_version.entitlement_id = held.entitlement_id
                ORDER BY until IS NULL DESC, shown DESC, since DESC LIMIT 1)
            CROSS JOIN resources AS resource ON resource.id = version.resource_id
            CROSS JOIN resource_types AS resource_type ON resource_type.id = resource.resource_type_id
            CROSS JOIN resources AS principal ON principal.id = held.principal_id
            CROSS JOIN resource_types AS principal_type ON principal_type.id = principal.resource_type_id
        """
    }
}

extension ListedGrant {
    init(_ row: Row) {
        applicationID = row["application_public_id"]
        applicationName = row["application_name"]
        entitlementID = row["entitlement_public_id"]
        entitlementName = row["entitlement_name"]
        slug = row["entitlement_slug"]
        resource = Reference(row, "resource")
        principal = Reference(row, "principal")
        let flags = GrantFlags(rawValue: row["flags"])
        isDirect = flags.contains(.direct)
        isInherited = flags.contains(.inherited)
        isImmutable = flags.contains(.immutable)
        since = row["since_at"]
        until = row["until_at"]
        entitlementKey = row["entitlement_key"]
        principalKey = row["principal_key"]
    }
}
