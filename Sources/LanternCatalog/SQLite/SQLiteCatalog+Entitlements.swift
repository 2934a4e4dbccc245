import AccessModel
import GRDB

/// Which entitlements are wanted.
public struct EntitlementQuery: Sendable {
    /// The application.
    public var application: String
    /// Only those on this resource.
    public var resource: String?
    /// Only those that these words begin, in name, slug or id.
    public var text = ""
    /// When.
    public var moment = Moment.now
    /// What comes first.
    public var order = ListOrder(by: EntitlementSortKey.name)

    /// All entitlements of an application.
    public init(of application: String) {
        self.application = application
    }
}

extension SQLiteCatalog {
    /// Entitlements in the order of their names; when words are asked for, in the order in which they were first seen.
    public func entitlements(_ query: EntitlementQuery, _ page: PageRequest) async throws -> Page<ListedEntitlement> {
        try await pool.read { db in
            let application = try Self.key(ofApplication: query.application, db)
            var arguments: StatementArguments = [
                "application": application, "limit": page.size + 1,
                "resource": try query.resource.map { try Self.key(ofResource: $0, db) },
            ]
            arguments += Self.argument(of: query.moment)
            let holds = Self.condition(of: query.moment, "version")
            if query.moment == .now,
                let words = SearchIndex.query(
                    query.text, applications: [application], kinds: [SearchIndex.entitlementKind])
            {
                let place = try page.place(columns: 1)
                arguments += ["words": words]
                arguments += place.arguments
                let rows = try Row.fetchAll(
                    db,
                    sql: Self.selectEntitlements(
                        from: "search JOIN entitlement_versions AS version ON version.entitlement_id = search.rowid / 2"
                    )
                        + """
                         WHERE search MATCH :words AND search.rowid % 2 = 1 AND \(holds)
                            AND version.shown = 1 AND (:resource IS NULL OR version.resource_id = :resource)
                            \(place.condition(["search.rowid"]))
                        ORDER BY \(place.order(["search.rowid"])) LIMIT :limit
                        """, arguments: arguments)
                return Page(
                    rows, page, at: place, cursor: { [.number($0["entitlement_id"] * 2 + 1)] }, ListedEntitlement.init)
            }
            let place = try page.place(columns: 2)
            arguments += ["text": query.text.lowercased()]
            arguments += place.arguments
            let isCounted = query.order.key == .grants && query.moment == .now && query.resource == nil
            let keys =
                isCounted ? ["known.grants", "known.id"] : ["version.sort_key", "version.entitlement_id"]
            let isDescending = query.order.isDescending
            let part = isCounted ? "known.application_id = :application" : Self.place(of: query)
            let rows = try Row.fetchAll(
                db,
                sql: Self.selectEntitlements(
                    from: isCounted
                        ? "entitlements AS known CROSS JOIN entitlement_versions AS version ON version.entitlement_id = known.id"
                        : "entitlement_versions AS version", withKnown: isCounted)
                        + """
                         WHERE \(part) AND \(isCounted ? "+" : "")version.shown = 1 AND \(isCounted ? "+" : "")\(holds)\(place.condition(keys, descending: isDescending))
                            AND (:text = '' OR instr(version.sort_key, :text) > 0)
                        ORDER BY \(place.order(keys, descending: isDescending)) LIMIT :limit
                        """, arguments: arguments)
            return Page(
                rows, page, at: place,
                cursor: {
                    [isCounted ? .number($0["grants"]) : .text($0["sort_key"]), .number($0["entitlement_id"])]
                }, ListedEntitlement.init)
        }
    }

    /// How many entitlements a list has in all, counted up to ten thousand when something narrows it.
    public func entitlementCount(_ query: EntitlementQuery) async throws -> RowCount {
        try await pool.read { db in
            let application = try Self.key(ofApplication: query.application, db)
            if query.text.isEmpty, query.resource == nil, query.moment == .now {
                return .exactly(
                    try Int64.fetchOne(
                        db, sql: "SELECT entitlements FROM applications WHERE id = ?", arguments: [application]) ?? 0)
            }
            var arguments: StatementArguments = [
                "application": application, "limit": RowCount.limit + 1, "text": query.text.lowercased(),
                "resource": try query.resource.map { try Self.key(ofResource: $0, db) },
                "words": SearchIndex.query(
                    query.text, applications: [application], kinds: [SearchIndex.entitlementKind]),
            ]
            arguments += Self.argument(of: query.moment)
            let place = Self.place(of: query)
            let words =
                query.moment == .now
                ? "(:words IS NULL OR version.entitlement_id * 2 + 1 IN (SELECT rowid FROM search WHERE search MATCH :words))"
                : "(:text = '' OR instr(version.sort_key, :text) > 0)"
            return RowCount(
                upToLimit: try Int64.fetchOne(
                    db,
                    sql: """
                        SELECT count(*) FROM (SELECT 1 FROM entitlement_versions AS version
                            WHERE \(place) AND version.shown = 1 AND \(Self.condition(of: query.moment, "version"))
                                AND \(words) LIMIT :limit)
                        """, arguments: arguments) ?? 0)
        }
    }

    /// Where entitlements are looked for: the plus keeps the index of the resource, and whatever is asked for stays in its application.
    private static func place(of query: EntitlementQuery) -> String {
        query.resource == nil
            ? "version.application_id = :application"
            : "version.resource_id = :resource AND +version.application_id = :application"
    }

    /// The entitlement with an id as it is, or as it last was.
    public func entitlement(_ id: String) async throws -> ListedEntitlement {
        try await pool.read { db in
            guard let entitlement = try Self.entitlement(try Self.key(ofEntitlement: id, db), db) else {
                throw CatalogError(.notFound, "entitlement \(id): nothing is known of it any more.")
            }
            return entitlement
        }
    }

    static func entitlement(_ key: Int64, _ db: Database) throws -> ListedEntitlement? {
        try Row.fetchOne(
            db,
            sql: selectEntitlements(from: "entitlement_versions AS version") + """
                 WHERE version.entitlement_id = ?
                ORDER BY version.until IS NULL DESC, version.shown DESC, version.since DESC LIMIT 1
                """, arguments: [key]
        ).map(ListedEntitlement.init)
    }

    static func key(ofEntitlement id: String, _ db: Database) throws -> Int64 {
        guard let key = try Int64.fetchOne(db, sql: "SELECT id FROM entitlements WHERE public_id = ?", arguments: [id])
        else { throw CatalogError(.notFound, "entitlement \(id): is not there.") }
        return key
    }

    /// What holds of a row at a moment.
    static func condition(of moment: Moment, _ table: String) -> String {
        moment == .now
            ? "\(table).until IS NULL"
            : "\(table).since <= :revision AND (\(table).until IS NULL OR \(table).until > :revision)"
    }

    static func argument(of moment: Moment) -> StatementArguments {
        if case .revision(let number) = moment { ["revision": number] } else { [:] }
    }

    /// - Parameter withKnown: whether `entitlements` is among the tables already.
    static func selectEntitlements(from tables: String, withKnown: Bool = false) -> String {
        """
        SELECT version.entitlement_id, version.sort_key, version.name, version.slug, version.description,
            version.purpose, known.public_id, known.external_id, known.edited_name, known.edited_slug,
            known.edited_description, known.grants,
            application.public_id AS application_public_id, source.name AS source_name,
            source.public_id AS source_public_id, \(resourceReference(of: "version.resource_id", as: "resource")),
            (SELECT at FROM revisions WHERE id = version.since) AS since_at,
            (SELECT at FROM revisions WHERE id = version.until) AS until_at
        FROM \(tables)
            \(withKnown ? "" : "JOIN entitlements AS known ON known.id = version.entitlement_id")
            JOIN applications AS application ON application.id = version.application_id
            JOIN data_sources AS source ON source.id = version.data_source_id
            JOIN resources AS resource ON resource.id = version.resource_id
            JOIN resource_types AS resource_type ON resource_type.id = resource.resource_type_id
        """
    }

    /// The columns of a ``Reference`` to a resource that is joined under `alias`, and its type under `alias_type`.
    static func resourceReference(of key: String, as alias: String) -> String {
        """
        \(key) AS \(alias)_key, \(alias).public_id AS \(alias)_public_id,
        coalesce(\(alias).edited_name, (SELECT name FROM resource_versions AS \(alias)_version
            WHERE \(alias)_version.resource_id = \(key)
            ORDER BY until IS NULL DESC, shown DESC, since DESC LIMIT 1)) AS \(alias)_name,
        \(alias)_type.public_id AS \(alias)_type_public_id, \(alias)_type.name AS \(alias)_type_name,
        \(alias)_type.traits AS \(alias)_traits
        """
    }
}

extension Reference {
    init(_ row: Row, _ alias: String) {
        id = row["\(alias)_public_id"]
        name = row["\(alias)_name"] ?? ""
        kind = ResourceKind(traits: row["\(alias)_traits"])
        typeID = row["\(alias)_type_public_id"]
        typeName = row["\(alias)_type_name"]
        key = row["\(alias)_key"]
    }
}

extension ListedEntitlement {
    init(_ row: Row) {
        id = row["public_id"]
        applicationID = row["application_public_id"]
        externalID = row["external_id"]
        let edited: String? = row["edited_name"]
        name = edited ?? row["name"]
        syncedName = edited == nil ? nil : row["name"]
        let (editedSlug, editedDescription): (String?, String?) = (row["edited_slug"], row["edited_description"])
        slug = editedSlug ?? row["slug"]
        description = editedDescription ?? row["description"]
        syncedSlug = editedSlug == nil ? nil : row["slug"]
        syncedDescription = editedDescription == nil ? nil : row["description"]
        purpose = Purpose(rawValue: row["purpose"]) ?? .unspecified
        resource = Reference(row, "resource")
        grants = row["grants"]
        seenSince = row["since_at"]
        goneSince = row["until_at"]
        sourceName = row["source_name"]
        sourceID = row["source_public_id"]
        key = row["entitlement_id"]
    }
}
