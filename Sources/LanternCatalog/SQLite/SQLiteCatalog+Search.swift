import GRDB

/// Something that a search over everything found.
public enum Finding: Sendable {
    case application(Application)
    case resource(ListedResource)
    case entitlement(ListedEntitlement)
    case person(Person)
}

extension SQLiteCatalog {
    /// Searches everything for what the words begin; some of each kind.
    ///
    /// - Parameter ids: only in the applications with these ids; everywhere when nil.
    public func search(_ text: String, limit: Int, among ids: Set<String>? = nil) async throws -> [Finding] {
        let applications = try await applications(PageRequest(size: limit), matching: text, among: ids).rows
        let others = try await pool.read { db in
            let places = try ids.map { try $0.sorted().compactMap { try Self.existingKey(ofApplication: $0, db) } }
            let resources = try SearchIndex.query(
                text, applications: places, kinds: ResourceKind.allCases.map(\.rawValue)
            )
            .map { words in
                try Row.fetchAll(
                    db, sql: Self.foundResources, arguments: ["words": words, "limit": limit]
                ).map { Finding.resource(ListedResource($0)) }
            }
            let entitlements = try SearchIndex.query(text, applications: places, kinds: [SearchIndex.entitlementKind])
                .map { words in
                    try Row.fetchAll(
                        db, sql: Self.foundEntitlements, arguments: ["words": words, "limit": limit]
                    ).map { Finding.entitlement(ListedEntitlement($0)) }
                }
            return (resources ?? []) + (entitlements ?? [])
        }
        // Who sees only some applications sees people by their accounts there.
        let people = ids == nil ? try await people(PageRequest(size: limit), matching: text).rows : []
        return applications.map(Finding.application) + people.map(Finding.person) + others
    }

    /// The key of an application; nil when there is none.
    private static func existingKey(ofApplication id: String, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(db, sql: "SELECT id FROM applications WHERE public_id = ?", arguments: [id])
    }

    private static let foundResources =
        ResourceSearch.select(
            from: "search JOIN resource_versions AS version ON version.resource_id = search.rowid / 2")
            + """
             WHERE search MATCH :words AND search.rowid % 2 = 0 AND version.until IS NULL AND version.shown = 1
                AND application.deleted_at IS NULL
            ORDER BY search.rowid LIMIT :limit
            """

    private static let foundEntitlements =
        selectEntitlements(
            from: "search JOIN entitlement_versions AS version ON version.entitlement_id = search.rowid / 2")
            + """
             WHERE search MATCH :words AND search.rowid % 2 = 1 AND version.until IS NULL AND version.shown = 1
                AND application.deleted_at IS NULL
            ORDER BY search.rowid LIMIT :limit
            """
}
