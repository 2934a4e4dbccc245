import AccessModel
import ConnectorKit

/// Lists the columns of a table, if its resource says that they are listed.
struct ColumnSyncer: ObjectSyncer {
    let kind = ObjectKind.column
    let cluster: Cluster

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard let parent, parent.type == ObjectKind.table.rawValue else { return Page([]) }
        let table = try CatalogID(parent)
        let found = try await cluster.database(table.database).read(
            """
            SELECT attnum, attname FROM pg_attribute WHERE attrelid = $1::oid AND attnum > $2::int4 AND NOT attisdropped
            ORDER BY attnum LIMIT \(PageRequest.rowLimit + 1)
            """, [String(table.object), String(try page.lastNumber())]
        ) { rows in
            KeysetRows(rows) { row in
                let column = Int16(truncatingIfNeeded: row.number(0))
                return Resource(
                    CatalogID(kind: kind, database: table.database, object: table.object, column: column),
                    name: row.text(1), under: parent)
            }
        }
        return found.page { $0 }
    }
}
