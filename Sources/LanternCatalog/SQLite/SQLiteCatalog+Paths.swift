import AccessModel
import GRDB

extension SQLiteCatalog {
    /// Why a principal holds an entitlement: every way that leads there, the shortest first.
    ///
    /// Of very many only some are followed; an explanation says so.
    public func explain(
        entitlement: String, principal: String, at moment: Moment = .now
    ) async throws -> Explanation {
        try await pool.read { db in
            var search = try PathSearch(
                principal: try Self.key(ofResource: principal, db), moment: moment, limit: Self.mostPaths, db)
            let found = try search.paths(to: try Self.key(ofEntitlement: entitlement, db))
            return Explanation(
                paths: try found.map { AccessPath(steps: try $0.map { try Self.step($0, db) }) }, isCut: search.isCut)
        }
    }

    /// The ids of the entitlements from which each of these grants follows at once; none for one that is only held directly.
    public func sources(of grants: [ListedGrant]) async throws -> [[String]] {
        try await pool.read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT source.public_id
                    FROM (SELECT source_id AS id, min(is_shallow) AS is_shallow FROM expansions
                            WHERE entitlement_id = :entitlement AND until IS NULL GROUP BY source_id) AS way
                        JOIN entitlements AS source ON source.id = way.id
                    WHERE EXISTS (SELECT 1 FROM grants AS held
                        WHERE held.entitlement_id = way.id AND held.principal_id = :principal AND held.until IS NULL
                            AND (NOT way.is_shallow OR held.flags & 1))
                    ORDER BY way.id
                    """)
            return try grants.map { grant in
                guard grant.isInherited, grant.until == nil else { return [] }
                return try String.fetchAll(
                    statement, arguments: ["entitlement": grant.entitlementKey, "principal": grant.principalKey])
            }
        }
    }

    private static let mostPaths = 200

    private static func step(_ link: PathSearch.Link, _ db: Database) throws -> AccessPath.Step {
        guard
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT entitlement.public_id, version.slug, coalesce(entitlement.edited_name, version.name) AS name,
                        \(resourceReference(of: "version.resource_id", as: "resource")),
                        (SELECT at FROM revisions WHERE id = :since) AS since_at
                    FROM entitlements AS entitlement
                        JOIN entitlement_versions AS version ON version.id = (
                            SELECT id FROM entitlement_versions AS any_version
                            WHERE any_version.entitlement_id = entitlement.id
                            ORDER BY until IS NULL DESC, shown DESC, since DESC LIMIT 1)
                        JOIN resources AS resource ON resource.id = version.resource_id
                        JOIN resource_types AS resource_type ON resource_type.id = resource.resource_type_id
                    WHERE entitlement.id = :key
                    """, arguments: ["key": link.entitlement, "since": link.since])
        else { throw CatalogError(.internal, "entitlement \(link.entitlement): has lost its description.") }
        return AccessPath.Step(
            entitlementID: row["public_id"], entitlementName: row["name"], slug: row["slug"],
            resource: Reference(row, "resource"), since: row["since_at"] ?? 0)
    }
}

/// Follows expansions backwards, from an entitlement to what its holder holds directly.
private struct PathSearch {
    struct Link {
        let entitlement: Int64
        /// The revision since which it leads on, or is held.
        let since: Int64
    }

    private let holding: Statement
    private let origins: Statement
    private let principal: Int64
    private let moment: Moment
    private let limit: Int
    private(set) var isCut = false

    init(principal: Int64, moment: Moment, limit: Int, _ db: Database) throws {
        self.principal = principal
        self.moment = moment
        self.limit = limit
        holding = try db.makeStatement(
            sql: """
                SELECT flags, since FROM grants AS held
                WHERE entitlement_id = :entitlement AND principal_id = :principal
                    AND \(SQLiteCatalog.condition(of: moment, "held"))
                """)
        origins = try db.makeStatement(
            sql: """
                SELECT source_id, min(is_shallow) AS is_shallow, min(since) AS since FROM expansions AS way
                WHERE entitlement_id = :entitlement AND \(SQLiteCatalog.condition(of: moment, "way"))
                GROUP BY source_id ORDER BY source_id
                """)
    }

    /// The ways to an entitlement, each from what is held directly on.
    mutating func paths(to target: Int64) throws -> [[Link]] {
        var found: [[Link]] = []
        guard let held = try held(target) else { return [] }
        // Each is a way from some entitlement to the target; the shortest come out first.
        var waiting = [[Link(entitlement: target, since: held.since)]]
        var place = 0
        while place < waiting.count {
            let path = waiting[place]
            place += 1
            guard let last = path.last, let holding = try self.held(last.entitlement) else { continue }
            if holding.isDirect { found.append(path.reversed()) }
            guard found.count < limit, waiting.count < limit * 10 else {
                isCut = true
                break
            }
            for origin in try self.origins(of: last.entitlement)
            where !path.contains(where: { $0.entitlement == origin.source }) {
                guard let before = try self.held(origin.source), !origin.isShallow || before.isDirect else { continue }
                waiting.append(path + [Link(entitlement: origin.source, since: origin.since)])
            }
        }
        return found
    }

    private func held(_ entitlement: Int64) throws -> (isDirect: Bool, since: Int64)? {
        var arguments: StatementArguments = ["entitlement": entitlement, "principal": principal]
        arguments += SQLiteCatalog.argument(of: moment)
        let rows = try Row.fetchAll(holding, arguments: arguments)
        guard let first = rows.first else { return nil }
        let isDirect = rows.contains { GrantFlags(rawValue: $0["flags"]).contains(.direct) }
        return (isDirect, first["since"])
    }

    private func origins(of entitlement: Int64) throws -> [(source: Int64, isShallow: Bool, since: Int64)] {
        var arguments: StatementArguments = ["entitlement": entitlement]
        arguments += SQLiteCatalog.argument(of: moment)
        return try Row.fetchAll(origins, arguments: arguments).map { ($0["source_id"], $0["is_shallow"], $0["since"]) }
    }
}
