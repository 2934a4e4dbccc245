public import ConnectorKit

/// Which directory to serve: the built-in database unless `scale` or `model` is given.
public struct DemoConfiguration: ConnectorConfiguration {
    @Setting(
        "db-file", "SQLite file of the demo data; baton-demo.db in the working directory if empty", default: "",
        displayName: "Database file")
    var databaseFile: String
    @Setting("init-db", "Create the database anew, with its example data", displayName: "Create the database")
    var createsDatabase: Bool

    @Setting(
        "scale", "Serve generated data instead: USERS,GROUPS,GRANTS[,ROLES], such as 5000,200,50000,20", default: "",
        exported: .cli)
    var scale: String
    @Setting(
        "nested", "Put the generated groups into each other: chain or tree; GRANTS then counts inherited grants",
        default: "", oneOf: ["chain", "tree"], exported: .cli)
    var nested: String
    @Setting("seed", "Number that varies the generated data", default: 1, exported: .cli)
    var seed: Int

    @Setting("model", "Serve the directory described in this JSON file instead", default: "", exported: .cli)
    var model: String

    @Setting("fail-at", "Number of the list call that fails, once", default: 0, isHidden: true, exported: .cli)
    var failAt: Int
    @Setting(
        "fail-with", "How that call fails: unavailable, internal or notfound", default: "unavailable", isHidden: true,
        exported: .cli)
    var failWith: String
    @Setting("delay-ms", "Milliseconds to wait before each list call", default: 0, isHidden: true, exported: .cli)
    var delayMilliseconds: Int

    /// Everything at its default.
    public init() {}

    /// One directory at a time.
    public static var constraints: [SettingConstraint] {
        [
            .mutuallyExclusive("db-file", "scale", "model"),
            .mutuallyExclusive("init-db", "scale", "model"),
            .settings(["nested"], dependOn: ["scale"]),
        ]
    }
}
