import AccessModel
import ConnectorKit
import Logging

/// Lists the functions or the procedures of a schema.
struct RoutineSyncer: ObjectSyncer {
    let kind: ObjectKind
    let cluster: Cluster
    let log: Logger
    /// Whether those that come with the server are left out.
    var skipsBuiltIn = false

    func resources(under parent: ResourceID?, page: PageRequest) async throws -> Page<Resource> {
        guard let parent, parent.type == ObjectKind.schema.rawValue else { return Page([]) }
        let schema = try CatalogID(parent)
        let parameters = [String(schema.object), String(try page.lastNumber())]
        let statement = """
            SELECT p.oid, p.proname, pg_catalog.pg_get_function_arguments(p.oid)
            FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
            WHERE p.pronamespace = $1::pg_catalog.oid AND p.oid > $2::pg_catalog.oid
              AND p.prokind = '\(kind == .procedure ? "p" : "f")'::pg_catalog."char"
              \(skipsBuiltIn ? "AND n.nspname <> ALL ('{pg_catalog,information_schema}'::pg_catalog.name[])" : "")
            ORDER BY p.oid LIMIT \(PageRequest.rowLimit + 1)
            """
        return try await cluster.database(schema.database).inspect { connection in
            // Types are named as the role itself would name them, without the schemas it need not say.
            try connection.run("BEGIN READ ONLY")
            try connection.run("SET LOCAL search_path TO DEFAULT")
            let found = try connection.run(statement, parameters) { rows in
                KeysetRows(rows) { row in
                    Resource(
                        CatalogID(kind: kind, database: schema.database, object: row.oid(0)),
                        name: "\(row.text(1))(\(row.text(2)))", under: parent)
                }
            }
            try connection.run("COMMIT")
            return found
        }.page { $0 }
    }
}
