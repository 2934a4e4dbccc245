public import ConnectorKit

/// How to reach the server, and how much of it to collect.
public struct PostgreSQLConfiguration: ConnectorConfiguration {
    @Setting(
        "dsn", "The DSN to connect to the database", displayName: "DSN",
        placeholder: "postgres://baton:password@db.example.com:5432/app?sslmode=verify-full")
    var dsn: Secret
    @Setting("schemas", "The schemas to include in the sync", default: ["public"], displayName: "Schemas")
    var schemas: [String]
    @Setting(
        "include-columns", "Include column privileges when syncing. This can result in large amounts of data",
        displayName: "Include columns")
    var includesColumns: Bool
    @Setting(
        "include-large-objects", "Include large objects when syncing. This can result in large amounts of data",
        displayName: "Include large objects")
    var includesLargeObjects: Bool
    @Setting(
        "sync-all-databases", "Sync all databases. This can result in large amounts of data",
        displayName: "Sync all databases")
    var syncsAllDatabases: Bool
    @Setting("skip-built-in-functions", "Skip postgres built in functions", displayName: "Skip built-in functions")
    var skipsBuiltInFunctions: Bool

    /// Everything at its default.
    public init() {}
}
