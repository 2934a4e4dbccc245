import AccessModel
import GRDB

extension SQLiteCatalog {
    /// The secrets of an application, in the order of their names.
    ///
    /// - Parameter query: of whatever kind; only secrets are listed.
    public func secrets(_ query: ResourceQuery, _ page: PageRequest) async throws -> Page<ListedSecret> {
        var query = query
        query.kind = .secret
        return try await pool.read { [query] db in
            let application = try Self.key(ofApplication: query.application, db)
            return try Self.search(query, db).page(page, db).map { resource in
                try ListedSecret(resource, try Self.record(of: resource, db)) { id in
                    let key = try Int64.fetchOne(
                        db,
                        sql: """
                            SELECT known.id FROM resource_types AS type
                                JOIN resources AS known ON known.resource_type_id = type.id
                            WHERE type.application_id = ? AND type.external_id = ? AND known.external_id = ?
                            """, arguments: [application, id.type, id.value])
                    return try key.flatMap { try Self.resource($0, db) }
                }
            }
        }
    }
}
