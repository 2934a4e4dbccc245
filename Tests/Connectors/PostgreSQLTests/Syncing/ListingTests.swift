import AccessModel
import BatonWire
import ConnectorKit
import Logging
import SwiftProtobuf
import Synchronization
import Testing

@testable import PostgreSQLConnector

@Suite(.enabled(if: TestServer.isAvailable, TestServer.absence), .serialized, .timeLimit(.minutes(10)))
struct `what is listed` {
    private let server: TestServer

    init() throws { server = try TestServer() }

    @Test func `is of the schemas that were asked for`() async throws {
        try server.psql(
            """
            CREATE SCHEMA one; CREATE SCHEMA two; CREATE TABLE one.a(x int, y int); CREATE TABLE two.b(x int);
            CREATE FUNCTION one.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT lo_create(7);
            """)
        let usual = try await Walk(.with(server.dsn()))
        #expect(usual.names("schema") == ["postgres - public"])
        let some = try await Walk(.with(server.dsn(), ["schemas": .strings(["one", "two"])]))
        #expect(Set(some.names("schema")) == ["postgres - one", "postgres - two"])
        #expect(some.names("column").isEmpty && some.names("large-object").isEmpty)
        let more = try await Walk(
            .with(
                server.dsn(),
                ["schemas": .strings(["one"]), "include-columns": .bool(true), "include-large-objects": .bool(true)]))
        #expect(more.names("column") == ["x", "y"] && more.names("large-object") == ["7"])
        let table = try more.resource("table", "a")
        let column = try more.resource("column", "y")
        #expect(column.parent == table.identity)
        let database = try more.resource("database", "postgres").identity.value.dropFirst("database:".count)
        let number = table.identity.value.split(separator: ":")[2]
        #expect(column.identity.value == "\(database):column:\(number):2")
    }

    @Test func `is of all schemas when none is named, with or without the server's own functions`() async throws {
        func functions(_ skips: Bool) async throws -> Int {
            let connector = try await PostgreSQLConnector.with(
                server.dsn(), ["schemas": .strings([]), "skip-built-in-functions": .bool(skips)])
            let walk = try await Walk(connector, accessOn: [])
            #expect(walk.names("schema").contains("postgres - pg_catalog"))
            return walk.names("function").count
        }
        let all = try server.psql("SELECT count(*) FROM pg_proc WHERE prokind = 'f'")
        #expect(try await functions(false) == Int(all[0]))
        #expect(try await functions(true) == 0)
    }

    @Test func `is of all databases that let the role in, and the log says which don't`() async throws {
        try server.psql(
            "CREATE ROLE looker LOGIN PASSWORD 'look'; CREATE DATABASE open_one; CREATE DATABASE closed_one")
        try server.psql(
            "CREATE DATABASE sleeping ALLOW_CONNECTIONS false; REVOKE CONNECT ON DATABASE closed_one FROM PUBLIC")
        for number in 1...7 { try server.psql("CREATE DATABASE many_\(number)") }
        for number in 1...7 { try server.psql("CREATE TABLE t\(number)(x int)", in: "many_\(number)") }
        let lines = LogLines()
        let connector = try await PostgreSQLConnector.with(
            server.dsn("looker", "look"), ["sync-all-databases": .bool(true)], log: lines.logger)
        let walk = try await Walk(connector)
        #expect(Set(walk.names("database")) == Set(["postgres", "open_one"] + (1...7).map { "many_\($0)" }))
        #expect(Set(walk.names("table")) == Set((1...7).map { "t\($0)" }))
        #expect(lines.all.contains { $0.contains("closed_one") && $0.contains("CONNECT") })
        #expect(lines.all.contains { $0.contains("sleeping") })
        // Not all databases at once: a server has only so many connections.
        let connections = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'baton-postgresql'"
        #expect(try #require(Int(try server.psql(connections)[0])) <= 5)
        try await connector.cleanUp()
        let one = try await Walk(.with(server.dsn(database: "open_one")), accessOn: [])
        #expect(one.names("database") == ["open_one"])
    }

    @Test func `goes on with a database that was renamed, and not with another that got its name`() async throws {
        try server.psql("CREATE DATABASE before"); try server.psql("CREATE TABLE mine(x int)", in: "before")
        let connector = try await PostgreSQLConnector.with(server.dsn(), ["sync-all-databases": .bool(true)])
        let walk = try await Walk(connector, accessOn: [])
        let schema = try walk.resource("schema", "before - public")
        try server.psql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'before'; ALTER DATABASE before RENAME TO after"
        )
        try server.psql("CREATE DATABASE before")
        let tables = try await connector.syncer("table", as: (any ResourceSyncer).self)
            .resources(under: schema.identity, page: PageRequest())
        #expect(tables.rows.map(\.displayName) == ["mine"])
    }

    @Test func `says what kind of account a role is`() async throws {
        try server.psql(
            """
            CREATE ROLE "ada@example.com" LOGIN; CREATE ROLE robot; CREATE ROLE "group" ROLE "ada@example.com";
            """)
        let walk = try await Walk(.with(server.dsn()), accessOn: ["role"])
        func trait(_ name: String) throws -> C1_Connector_V2_UserTrait {
            try #require(try walk.resource("role", name).annotations.first(C1_Connector_V2_UserTrait.self))
        }
        let ada = try trait("ada@example.com")
        #expect(ada.accountType == .human && ada.login == "ada@example.com" && ada.status.status == .enabled)
        #expect(ada.emails.map(\.address) == ["ada@example.com"] && ada.emails.first?.isPrimary == true)
        #expect(try trait("robot").accountType == .service && trait("robot").emails.isEmpty)
        #expect(try trait("postgres").accountType == .system)
        func isGroup(_ name: String) throws -> Bool {
            try walk.resource("role", name).annotations.contains(C1_Connector_V2_GroupTrait.self)
        }
        #expect(try isGroup("group") && !isGroup("robot"))
        #expect(walk.entitlements.contains { $0.description_p == "Is assigned the group role" })
        #expect(!walk.entitlements.contains { $0.description_p == "Is assigned the robot role" })
    }

    @Test func `skips what was dropped after it was listed`() async throws {
        try server.psql("CREATE TABLE brief(x int)")
        let connector = try await PostgreSQLConnector.with(server.dsn())
        let table = try await Walk(connector, accessOn: []).resource("table", "brief")
        try server.psql("DROP TABLE brief")
        let error = try await serviceError {
            _ = try await connector.syncer("table", as: (any ResourceSyncer).self).grants(
                on: table, page: PageRequest())
        }
        #expect(error.code == .notFound)
    }

    @Test func `has names as they are, and signatures as long as fit`() async throws {
        let arguments = (1...90).map { "an_argument_with_a_long_name_\($0) integer" }.joined(separator: ", ")
        try server.psql("CREATE FUNCTION long(\(arguments)) RETURNS int LANGUAGE sql AS 'SELECT 1'")
        for name in HostileNames.all {
            let quoted = HostileNames.quoted(name)
            try server.psql(
                """
                CREATE ROLE \(quoted) LOGIN; CREATE SCHEMA \(quoted); CREATE TABLE \(quoted).\(quoted)(\(quoted) int);
                GRANT SELECT ON \(quoted).\(quoted) TO \(quoted);
                GRANT UPDATE (\(quoted)) ON \(quoted).\(quoted) TO \(quoted);
                """)
            try server.psql("CREATE DATABASE \(quoted)")
        }
        let walk = try await Walk(
            .with(
                server.dsn(),
                [
                    "schemas": .strings(HostileNames.all + ["public"]), "include-columns": .bool(true),
                    "sync-all-databases": .bool(true),
                ]),
            accessOn: ["table", "column"])
        #expect(
            Set(walk.names("database").map { ByteKey($0) })
                == Set((HostileNames.all + ["postgres"]).map { ByteKey($0) }))
        for name in HostileNames.all {
            _ = try walk.resource("schema", "postgres - \(name)")
            let table = try walk.resource("table", name)
            #expect(walk.holders("select", on: table) == ["postgres", name])
            let column = try walk.resource("column", name)
            #expect(walk.holders("update", on: column) == ["postgres", name])
        }
        let long = try #require(walk.names("function").first { $0.hasPrefix("long(") })
        #expect(long.utf8.count <= 1024 && long.utf8.count > 1000 && long.hasSuffix("…"))
    }
}

/// Names that break out of badly written statements.
enum HostileNames {
    static let all = [
        "quote\"d", "it's", "back\\slash", "semi;colon--", "$1 $$", "line\nbreak", "tab\tbed", "UPPER lower",
        "é e\u{301} 日本 🐘",
        "%s %I", "null", "select", " ", "a:b:c", "{curly,brace}", String(repeating: "x", count: 63),
        String(repeating: "é", count: 31),
    ]

    static func quoted(_ name: String) -> String {
        "\"\(name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
    }
}

/// The lines that were logged.
final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(lines: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
        }
    }
}
