import GRDB

/// Something that a search over everything found.
public enum Finding: Sendable {
    case application(Application)
    case resource(ListedResource)
    case entitlement(ListedEntitlement)
}

extension SQLiteCatalog {
    /// Searches everything for what the words begin; some of each kind.
    public func search(_ text: String, limit: Int) async throws -> [Finding] {
        let applications = try await applications(PageRequest(size: limit), matching: text).rows
        let others = try await pool.read { db in
            let resources = try SearchIndex.query(text, application: nil, kinds: ResourceKind.allCases.map(\.rawValue))
                .map { words in
                    try Row.fetchAll(
                        db, sql: Self.foundResources, arguments: ["words": words, "limit": limit]
                    ).map { Finding.resource(ListedResource($0)) }
                }
            let entitlements = try SearchIndex.query(text, application: nil, kinds: [SearchIndex.entitlementKind])
                .map { words in
                    try Row.fetchAll(
                        db, sql: Self.foundEntitlements, arguments: ["words": words, "limit": limit]
                    ).map { Finding.entitlement(ListedEntitlement($0)) }
                }
            return (resources ?? []) + (entitlements ?? [])
        }
        return applications.map(Finding.application) + others
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
