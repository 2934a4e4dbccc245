import ConnectorRuntime
import PostgreSQLConnector

@main struct BatonPostgreSQL {
    static func main() async { await PostgreSQLConnector.run() }
}
