import AccessModel
import BatonWire
import ConnectorKit
import Testing

@testable import PostgreSQLConnector

@Suite(.enabled(if: TestServer.isAvailable, TestServer.absence), .serialized, .timeLimit(.minutes(10)))
struct `accounts and databases` {
    private let server: TestServer
    private static let password = "n3w 'pass\\word\" é$1"

    init() throws { server = try TestServer("log_statement=all") }

    private func create(
        _ account: NewAccount, _ password: String = password, on connector: PostgreSQLConnector
    ) async throws -> CreatedAccount {
        try await connector.syncer("role", as: (any AccountProvisioner).self)
            .createAccount(account, credential: CredentialRequest(.password(Secret(password))))
    }

    private func delete(_ role: Resource, on connector: PostgreSQLConnector) async throws -> Provisioned.Outcome {
        try await connector.syncer("role", as: (any ResourceDeleter).self).delete(role.identity, under: nil).outcome
    }

    @Test func `are created with a password that opens them, and get another one`() async throws {
        let connector = try await PostgreSQLConnector.with(server.dsn())
        let made = try await create(
            NewAccount(login: "x", profile: Profile(["email": .text("ada@example.com")])), on: connector)
        guard case .created = made.outcome else { throw TestFailure("not created") }
        let ada = try #require(made.account)
        #expect(ada.displayName == "ada@example.com")
        #expect(made.credentials.map(\.name) == ["password"])
        #expect(server.admits("ada@example.com", Self.password))
        #expect(!server.admits("ada@example.com", "another"))

        let rotator = try connector.syncer("role", as: (any CredentialRotator).self)
        let rotated = try await rotator.rotateCredential(
            of: ada.identity, to: CredentialRequest(.password(Secret("later one"))))
        #expect(rotated.map { $0.value.reveal() } == ["later one"])
        #expect(server.admits("ada@example.com", "later one"))
        #expect(!server.admits("ada@example.com", Self.password))

        // The password itself didn't even reach the server's log, where every statement stands.
        #expect(server.log.contains("CREATE ROLE \"ada@example.com\""))
        #expect(!server.log.contains("later one") && !server.log.contains("n3w"))
        #expect(server.log.contains("SCRAM-SHA-256$"))

        let again = try await create(NewAccount(login: "ada@example.com"), "third", on: connector)
        guard case .alreadyExists = again.outcome else { throw TestFailure("created twice") }
        #expect(again.account?.identity == ada.identity && again.credentials.isEmpty)
        #expect(server.admits("ada@example.com", "later one") && !server.admits("ada@example.com", "third"))
        let gone = try await serviceError {
            _ = try await rotator.rotateCredential(
                of: RoleID(4_000_000_000).resource, to: CredentialRequest(.password(Secret("x"))))
        }
        #expect(gone.code == .notFound)
        let none = try await serviceError { _ = try await rotator.rotateCredential(of: ada.identity, to: nil) }
        #expect(none.code == .invalidArgument)
    }

    @Test func `get passwords as the server stores them`() async throws {
        try server.psql("ALTER SYSTEM SET password_encryption = 'md5'"); try server.psql("SELECT pg_reload_conf()")
        let connector = try await PostgreSQLConnector.with(server.dsn())
        _ = try await create(NewAccount(login: "old"), on: connector)
        #expect(try server.psql("SELECT rolpassword LIKE 'md5%' FROM pg_authid WHERE rolname = 'old'") == ["t"])
    }

    @Test func `are created under any name`() async throws {
        let connector = try await PostgreSQLConnector.with(server.dsn())
        for name in HostileNames.all {
            let made = try await create(NewAccount(login: name), on: connector)
            let role = try #require(made.account)
            #expect(role.displayName.hasSameBytes(as: name))
            #expect(server.admits(name, Self.password), "\(name)")
            #expect(try await delete(role, on: connector) == .changed)
            #expect(try await delete(role, on: connector) == .alreadySo)
        }
    }

    @Test func `are not created under names that the server cuts or refuses`() async throws {
        let connector = try await PostgreSQLConnector.with(server.dsn())
        for name in ["", String(repeating: "x", count: 64), "nul\0", "pg_mine", "public"] {
            let error = try await serviceError { _ = try await create(NewAccount(login: name), on: connector) }
            #expect([.invalidArgument, .failedPrecondition].contains(error.code), "\(error)")
        }
        #expect(try server.psql("SELECT count(*) FROM pg_roles WHERE oid >= 16384") == ["0"])
    }

    @Test func `are deleted together with what they hold, in every database`() async throws {
        try server.psql(
            """
            CREATE ROLE leaver LOGIN; CREATE ROLE team ROLE leaver; CREATE ROLE pupil IN ROLE leaver;
            CREATE TABLE mine(a int); ALTER TABLE mine ENABLE ROW LEVEL SECURITY;
            GRANT SELECT, UPDATE (a) ON mine TO leaver; CREATE POLICY "only" ON mine TO leaver, team USING (true);
            GRANT USAGE ON SCHEMA public TO leaver; GRANT EXECUTE ON FUNCTION pg_reload_conf() TO leaver;
            ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO leaver; SELECT lo_create(1); GRANT SELECT ON LARGE OBJECT 1 TO leaver;
            CREATE DATABASE shop; CREATE DATABASE "it's odd\\";
            """)
        for database in ["shop", "it's odd\\"] {
            try server.psql(
                "CREATE TABLE t(a int); GRANT INSERT ON t TO leaver; GRANT CONNECT ON DATABASE shop TO leaver",
                in: database)
        }
        try server.psql("ALTER DEFAULT PRIVILEGES FOR ROLE leaver GRANT SELECT ON TABLES TO team", in: "shop")
        let connector = try await PostgreSQLConnector.with(server.dsn())
        let leaver = try await Walk(connector, accessOn: []).resource("role", "leaver")
        #expect(try await delete(leaver, on: connector) == .changed)
        #expect(try server.psql("SELECT count(*) FROM pg_roles WHERE rolname = 'leaver'") == ["0"])
        #expect(try server.psql("SELECT count(*) FROM pg_policy WHERE polname = 'only'") == ["1"])
        #expect(try server.psql("SELECT count(*) FROM t", in: "shop") == ["0"])
        #expect(try await delete(leaver, on: connector) == .alreadySo)
    }

    @Test func `are not deleted when they own something, come with the server or are the DSN's own`() async throws {
        try server.psql("CREATE ROLE owner LOGIN; CREATE ROLE other; CREATE DATABASE shop")
        try server.psql(
            "CREATE TABLE kept(a int); ALTER TABLE kept OWNER TO owner; GRANT SELECT ON kept TO other", in: "shop")
        try server.psql("CREATE TABLE t(a int); GRANT SELECT ON t TO owner")
        let connector = try await PostgreSQLConnector.with(server.dsn())
        let walk = try await Walk(connector, accessOn: [])
        func refusal(_ role: String) async throws -> ServiceError {
            try await serviceError { _ = try await delete(walk.resource("role", role), on: connector) }
        }
        let owning = try await refusal("owner")
        #expect(owning.code == .failedPrecondition && owning.message.contains("1 in database shop"))
        #expect(owning.message.contains("Transfer ownership"))
        #expect(try server.psql("SELECT count(*) FROM kept", in: "shop") == ["0"])
        #expect(try server.psql("SELECT has_table_privilege('owner', 't', 'SELECT')") == ["t"])
        #expect(try await refusal("postgres").message.contains("comes with the server"))
        #expect(try await refusal("pg_monitor").message.contains("comes with the server"))
        try server.psql("CREATE ROLE admin SUPERUSER LOGIN PASSWORD 'adm'")
        let own = try await PostgreSQLConnector.with(server.dsn("admin", "adm"))
        let admin = try await Walk(own, accessOn: []).resource("role", "admin")
        #expect(
            try await serviceError { _ = try await delete(admin, on: own) }.message.contains("is the role of --dsn"))
    }

    @Test func `need CREATEROLE, and more to take privileges away`() async throws {
        try server.psql(
            "CREATE ROLE plain LOGIN PASSWORD 'p'; CREATE ROLE maker LOGIN CREATEROLE PASSWORD 'm'; CREATE ROLE held; CREATE TABLE t(a int); GRANT SELECT ON t TO held"
        )
        let plain = try await PostgreSQLConnector.with(server.dsn("plain", "p"))
        let refused = try await serviceError { _ = try await create(NewAccount(login: "new"), on: plain) }
        #expect(refused.code == .permissionDenied)
        let maker = try await PostgreSQLConnector.with(server.dsn("maker", "m"))
        let made = try #require(try await create(NewAccount(login: "new"), on: maker).account)
        #expect(try await delete(made, on: maker) == .changed)
        let held = try await Walk(maker, accessOn: []).resource("role", "held")
        let denied = try await serviceError { _ = try await delete(held, on: maker) }
        #expect(denied.code == .permissionDenied && denied.message.contains("GRANT held TO"))
        #expect(try server.psql("SELECT has_table_privilege('held', 't', 'SELECT')") == ["t"])
    }

    @Test func `databases are created and dropped`() async throws {
        let connector = try await PostgreSQLConnector.with(server.dsn(), ["sync-all-databases": .bool(true)])
        let creator = try connector.syncer("database", as: (any ResourceCreator).self)
        for name in HostileNames.all.prefix(6) {
            let made = try await creator.create(Resource(ResourceID("database", "given"), name: name))
            #expect(made.displayName == name)
            // It was looked into, which must not keep it from being dropped.
            let walk = try await Walk(connector, accessOn: [])
            #expect(try walk.resource("database", name).identity == made.identity)
            let twice = try await serviceError {
                _ = try await creator.create(Resource(ResourceID("database", "given"), name: name))
            }
            #expect(twice.code == .alreadyExists)
            #expect(try await creator.delete(made.identity, under: nil).outcome == .changed)
            #expect(try await creator.delete(made.identity, under: nil).outcome == .alreadySo)
        }
        #expect(
            try server.psql("SELECT datname FROM pg_database ORDER BY 1") == ["postgres", "template0", "template1"])
        let home = try await Walk(connector, accessOn: []).resource("database", "postgres")
        let refusal = try await serviceError { _ = try await creator.delete(home.identity, under: nil) }
        #expect(refusal.code == .failedPrecondition && refusal.message.contains("is the one of --dsn"))
    }
}
