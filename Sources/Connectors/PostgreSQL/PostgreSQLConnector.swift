public import ConnectorKit
import Logging

/// Copies roles, their memberships and what they hold on the objects of a PostgreSQL server.
public struct PostgreSQLConnector: Connector {
    /// Its names.
    public static let metadata = ConnectorMetadata(
        name: "baton-postgresql", displayName: "Postgresql",
        description:
            "Roles of a PostgreSQL server, who is in them, and what they hold on databases and what is in them",
        example: "baton-postgresql --dsn 'postgres://baton@db.example.com/app' --schemas public,finance")

    private let cluster: Cluster
    private let check: ServerCheck
    private let settings: PostgreSQLConfiguration
    private let log: Logger

    /// Reads the DSN.
    ///
    /// - Throws: a `ServiceError` when it can't be read.
    public init(_ configuration: PostgreSQLConfiguration, context: ConnectorContext) async throws {
        cluster = Cluster(try ConnectionString(configuration.dsn), answering: context.httpTimeout)
        check = ServerCheck(
            cluster: cluster, schemas: configuration.schemas, readsLargeObjects: configuration.includesLargeObjects,
            log: context.log)
        settings = configuration
        log = context.log
    }

    /// Signs in and looks whether everything that is collected can be read.
    public func validate() async throws {
        try await check.run()
    }

    /// One syncer a resource type.
    public var syncers: [any ResourceSyncer] {
        [
            RoleSyncer(cluster: cluster, log: log),
            DatabaseSyncer(cluster: cluster, listsAll: settings.syncsAllDatabases, log: log),
            SchemaSyncer(cluster: cluster, names: settings.schemas),
            RelationSyncer(kind: .table, cluster: cluster, log: log, hasColumns: settings.includesColumns),
            RelationSyncer(kind: .view, cluster: cluster, log: log),
            ColumnSyncer(cluster: cluster),
            RoutineSyncer(kind: .function, cluster: cluster, log: log, skipsBuiltIn: settings.skipsBuiltInFunctions),
            RoutineSyncer(kind: .procedure, cluster: cluster, log: log),
            LargeObjectSyncer(cluster: cluster, isListing: settings.includesLargeObjects),
            RelationSyncer(kind: .sequence, cluster: cluster, log: log),
        ]
    }
}

extension PostgreSQLConnector: SyncCleaner {
    /// Closes the connections.
    public func cleanUp() async throws {
        await cluster.forget()
    }
}
