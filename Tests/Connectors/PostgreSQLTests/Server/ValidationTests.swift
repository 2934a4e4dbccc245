import AccessModel
import ConnectorKit
import Testing

@testable import PostgreSQLConnector

@Suite(.enabled(if: TestServer.isAvailable, TestServer.absence), .serialized, .timeLimit(.minutes(10)))
struct `validation` {
    private let server: TestServer

    init() throws {
        server = try TestServer("ssl=off")
        try server.psql("CREATE ROLE reader LOGIN PASSWORD 'read-only-pw'; CREATE ROLE nobody")
    }

    private func refusal(_ dsn: String, _ values: [String: GivenValue] = [:]) async throws -> ServiceError {
        try await serviceError { try await PostgreSQLConnector.with(dsn, values).validate() }
    }

    @Test func `is content with any role that can log in`() async throws {
        let connector = try await PostgreSQLConnector.with(
            server.dsn("reader", "read-only-pw"), ["include-large-objects": .bool(true)])
        try await connector.validate()
        // And all there is can be read by it.
        try server.psql(
            "CREATE SCHEMA hidden; CREATE TABLE hidden.t(x int); CREATE ROLE other; GRANT SELECT ON hidden.t TO other")
        let walk = try await Walk(.with(server.dsn("reader", "read-only-pw"), ["schemas": .strings(["hidden"])]))
        #expect(walk.holders("select", on: try walk.resource("table", "t")) == ["postgres", "other"])
    }

    @Test func `names what is wrong with the DSN, and never the password`() async throws {
        let password = try await refusal(server.dsn("reader", "wrong-hunter2"))
        #expect(password.code == .unauthenticated && password.message.contains("Check role and password in --dsn"))
        #expect(!password.message.contains("hunter2"))
        let missing = try await refusal(server.dsn("stranger", "hunter2"))
        #expect(missing.code == .unauthenticated)
        let none = try await refusal("postgres://reader@127.0.0.1:\(server.port)/postgres?passfile=/nonexistent")
        #expect(none.code == .unauthenticated && none.message.contains("PGPASSWORD"))
        try server.psql("ALTER ROLE nobody PASSWORD 'hunter2'")
        let login = try await refusal(server.dsn("nobody", "hunter2"))
        #expect(login.code == .unauthenticated && login.message.contains("LOGIN"))
        let database = try await refusal(server.dsn("reader", "read-only-pw", database: "nowhere"))
        #expect(database.code == .notFound && database.message.contains("Check the database in --dsn"))
        let tls = try await refusal(server.dsn("reader", "read-only-pw") + "?sslmode=require")
        #expect(tls.code == .failedPrecondition && tls.message.contains("sslmode"), "\(tls)")
        let setting = try await refusal(server.dsn("reader", "read-only-pw") + "?no_such_setting=1")
        #expect(setting.message.contains("no_such_setting"))
    }

    @Test func `names the permission that is missing, and how to give it`() async throws {
        try server.psql("REVOKE CONNECT ON DATABASE postgres FROM PUBLIC")
        let connect = try await refusal(server.dsn("reader", "read-only-pw"))
        #expect(connect.code == .permissionDenied && connect.message.contains("CONNECT"))
        try server.psql(
            """
            GRANT CONNECT ON DATABASE postgres TO reader;
            REVOKE SELECT ON pg_catalog.pg_auth_members, pg_catalog.pg_roles FROM PUBLIC;
            """)
        let catalogs = try await refusal(server.dsn("reader", "read-only-pw"))
        #expect(catalogs.code == .permissionDenied)
        let cure = "GRANT SELECT ON pg_catalog.pg_roles, pg_catalog.pg_auth_members TO reader"
        #expect(catalogs.message.contains(cure))
        try server.psql(cure)
        try await PostgreSQLConnector.with(server.dsn("reader", "read-only-pw")).validate()
    }

    @Test func `refuses schemas that are all mistyped, and warns of some`() async throws {
        let all = try await refusal(server.dsn(), ["schemas": .strings(["pubilc", "more"])])
        #expect(
            all.code == .failedPrecondition && all.message.contains("pubilc, more") && all.message.contains("--schemas")
        )
        let lines = LogLines()
        try await PostgreSQLConnector.with(server.dsn(), ["schemas": .strings(["public", "more"])], log: lines.logger)
            .validate()
        #expect(lines.all.contains { $0.contains("more") })
    }
}
