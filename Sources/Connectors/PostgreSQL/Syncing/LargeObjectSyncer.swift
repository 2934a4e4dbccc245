import AccessModel
import ConnectorKit

/// Lists the large objects of the DSN's database, if that was asked for.
struct LargeObjectSyncer: ObjectSyncer {
    let kind = ObjectKind.largeObject
    let cluster: Cluster
    let isListing: Bool

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard isListing, parent == nil else { return Page([]) }
        let found = try await cluster.home.read(
            """
            SELECT oid FROM pg_largeobject_metadata WHERE oid > $1::oid ORDER BY oid LIMIT \(PageRequest.rowLimit + 1)
            """, [String(try page.lastNumber())]
        ) { rows in
            KeysetRows(rows) {
                Resource(CatalogID(kind: kind, database: 0, object: $0.oid(0)), name: String($0.oid(0)))
            }
        }
        return found.page { $0 }
    }
}
