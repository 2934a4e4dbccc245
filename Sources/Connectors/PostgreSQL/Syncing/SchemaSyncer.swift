import AccessModel
import ConnectorKit

/// Lists the schemas that were asked for.
struct SchemaSyncer: ObjectSyncer {
    let kind = ObjectKind.schema
    let cluster: Cluster
    /// The names of the schemas; all when there are none.
    let names: [String]

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard let parent, parent.type == ObjectKind.database.rawValue else { return Page([]) }
        let number = try CatalogID(parent).object
        let database = try await cluster.database(number)
        let databaseName = try await cluster.name(of: number)
        let places = names.indices.map { "$\($0 + 2)" }.joined(separator: ", ")
        let found = try await database.read(
            """
            SELECT oid, nspname FROM pg_namespace WHERE oid > $1::oid \(names.isEmpty ? "" : "AND nspname IN (\(places))")
            ORDER BY oid LIMIT \(PageRequest.rowLimit + 1)
            """, [String(try page.lastNumber())] + names
        ) { rows in
            KeysetRows(rows) { row in
                Resource(
                    CatalogID(kind: kind, database: number, object: row.oid(0)),
                    name: "\(databaseName) - \(row.text(1))", under: parent,
                    children: [.table, .view, .function, .procedure, .sequence])
            }
        }
        return found.page { $0 }
    }
}
