import AccessModel
import ConnectorKit
import Logging

/// Looks before a sync whether the server answers and everything that is collected can be read.
struct ServerCheck: Sendable {
    let cluster: Cluster
    let schemas: [String]
    let readsLargeObjects: Bool
    let log: Logger

    /// The first version with all that is asked for: procedures came with it.
    private static let oldestVersion: Int32 = 110_000

    /// Throws what is missing.
    func run() async throws {
        let server = try await cluster.home.inspect { connection in
            let isNewEnough = connection.version >= Self.oldestVersion
            return try connection.run(
                """
                SELECT quote_ident(current_user), quote_ident(current_database()), current_setting('server_version'),
                  has_database_privilege(current_database(), 'CONNECT')
                """
            ) {
                $0.first.map {
                    Server(role: $0.text(0), database: $0.text(1), version: $0.text(2), isNewEnough: isNewEnough)
                }
            }
        }
        guard let server else { throw ServiceError(.internal, "dsn: the server didn't say who we are.") }
        guard server.isNewEnough else {
            throw ServiceError(
                .failedPrecondition, "dsn: the server is PostgreSQL \(server.version), and this needs 11 or newer.")
        }
        try await checkCatalogs(server)
        try await checkSchemas(server)
    }

    private struct Server: Sendable {
        let role: String
        let database: String
        let version: String
        let isNewEnough: Bool
    }

    /// Everybody may read the catalogs, unless somebody took that away.
    private func checkCatalogs(_ server: Server) async throws {
        var catalogs = [
            "pg_roles", "pg_auth_members", "pg_database", "pg_namespace", "pg_class", "pg_proc", "pg_attribute",
        ]
        if readsLargeObjects { catalogs.append("pg_largeobject_metadata") }
        let list = catalogs.joined(separator: ",")
        let missing = try await cluster.home.read(
            """
            SELECT 'pg_catalog.' || catalog FROM unnest('{\(list)}'::text[]) catalog
            WHERE NOT has_table_privilege('pg_catalog.' || catalog, 'SELECT')
            """
        ) { rows in rows.map { $0.text(0) } }
        guard missing.isEmpty else {
            let names = missing.joined(separator: ", ")
            throw ServiceError(
                .permissionDenied,
                "dsn: role \(server.role) may not read \(names). As a superuser, in database \(server.database): GRANT SELECT ON \(names) TO \(server.role)."
            )
        }
    }

    /// A name that was mistyped must not look like a schema that is gone.
    private func checkSchemas(_ server: Server) async throws {
        guard !schemas.isEmpty else { return }
        let places = schemas.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let found = try await cluster.home.read(
            "SELECT nspname FROM pg_namespace WHERE nspname IN (\(places))", schemas
        ) { rows in rows.map { $0.text(0) } }
        let missing = schemas.filter { name in !found.contains { $0.hasSameBytes(as: name) } }
        guard !missing.isEmpty else { return }
        let names = missing.joined(separator: ", ")
        guard !found.isEmpty else {
            throw ServiceError(
                .failedPrecondition,
                "schemas: database \(server.database) has none that is called \(names). Name others with --schemas.")
        }
        log.warning("some schemas are not there", metadata: ["database": "\(server.database)", "schemas": "\(names)"])
    }
}
