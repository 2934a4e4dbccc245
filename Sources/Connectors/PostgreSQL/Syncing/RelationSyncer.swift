import AccessModel
import ConnectorKit
import Logging

/// Lists the tables, the views or the sequences of a schema.
struct RelationSyncer: ObjectSyncer {
    let kind: ObjectKind
    let cluster: Cluster
    let log: Logger
    /// Whether columns are listed, too.
    var hasColumns = false

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard let parent, parent.type == ObjectKind.schema.rawValue else { return Page([]) }
        let schema = try CatalogID(parent)
        let children: [ObjectKind] = hasColumns ? [.column] : []
        let found = try await cluster.database(schema.database).read(
            """
            SELECT oid, relname FROM pg_class WHERE relnamespace = $1::oid AND relkind IN (\(relationKinds)) AND oid > $2::oid
            ORDER BY oid LIMIT \(PageRequest.rowLimit + 1)
            """, [String(schema.object), String(try page.lastNumber())]
        ) { rows in
            KeysetRows(rows) { row in
                Resource(
                    CatalogID(kind: kind, database: schema.database, object: row.oid(0)), name: row.text(1),
                    under: parent, children: children)
            }
        }
        return found.page { $0 }
    }

    /// Ordinary and partitioned tables, views, sequences.
    private var relationKinds: String {
        switch kind {
        case .view: "'v'"
        case .sequence: "'S'"
        default: "'r', 'p'"
        }
    }
}
