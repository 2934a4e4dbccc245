import AccessModel
import BatonWire
import ConnectorKit
import Testing

@testable import PostgreSQLConnector

/// Each act is looked for in the server by its own tool.
@Suite(.enabled(if: TestServer.isAvailable, TestServer.absence), .serialized, .timeLimit(.minutes(10)))
struct `granting and revoking` {
    private let server: TestServer

    init() throws {
        server = try TestServer()
        try server.psql(
            """
            CREATE ROLE alice LOGIN; CREATE ROLE team; CREATE ROLE lead IN ROLE team;
            CREATE SCHEMA work; CREATE TABLE work.orders(id int); CREATE VIEW work.big AS SELECT 1;
            CREATE SEQUENCE work.numbers; CREATE TYPE work.mood AS ENUM ('good');
            CREATE FUNCTION work.f(a int DEFAULT 1, m work.mood DEFAULT 'good') RETURNS int LANGUAGE sql AS 'SELECT 1';
            CREATE FUNCTION work.f(VARIADIC a text[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
            CREATE PROCEDURE work.p(IN a int, INOUT b int) LANGUAGE sql AS 'SELECT 1';
            CREATE PROCEDURE work.q(OUT b int) LANGUAGE sql AS 'SELECT 1';
            REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA work FROM PUBLIC;
            CREATE DATABASE shop; REVOKE ALL ON DATABASE shop FROM PUBLIC;
            """)
    }

    private func walk() async throws -> (Walk, PostgreSQLConnector) {
        let connector = try await PostgreSQLConnector.with(
            server.dsn(), ["schemas": .strings(["work"]), "sync-all-databases": .bool(true)])
        return (try await Walk(connector), connector)
    }

    private func isTrue(_ question: String) throws -> Bool { try server.psql("SELECT \(question)") == ["t"] }

    @Test(arguments: [
        ("table", "orders", "update", "has_table_privilege('alice', 'work.orders', 'UPDATE"),
        ("view", "big", "select", "has_table_privilege('alice', 'work.big', 'SELECT"),
        ("sequence", "numbers", "usage", "has_sequence_privilege('alice', 'work.numbers', 'USAGE"),
        (
            "function", "f(a integer DEFAULT 1, m work.mood DEFAULT 'good'::work.mood)", "execute",
            "has_function_privilege('alice', 'work.f(int, work.mood)', 'EXECUTE"
        ),
        ("function", "f(VARIADIC a text[])", "execute", "has_function_privilege('alice', 'work.f(text[])', 'EXECUTE"),
        (
            "procedure", "p(IN a integer, INOUT b integer)", "execute",
            "has_function_privilege('alice', 'work.p(int, int)', 'EXECUTE"
        ),
        ("procedure", "q(OUT b integer)", "execute", "has_function_privilege('alice', 'work.q()', 'EXECUTE"),
        ("database", "shop", "connect", "has_database_privilege('alice', 'shop', 'CONNECT"),
        ("database", "shop", "temporary", "has_database_privilege('alice', 'shop', 'TEMPORARY"),
    ]) func `changes what the server says, once`(type: String, name: String, slug: String, question: String)
        async throws
    {
        let (walk, connector) = try await walk()
        let object = try walk.resource(type, name)
        let alice = try walk.resource("role", "alice")
        let (plain, option) = ("\(question)')", "\(question) WITH GRANT OPTION')")
        #expect(try !isTrue(plain))

        let granted = try await connector.grant(slug, on: object, to: alice)
        #expect(granted.outcome == .changed)
        #expect(
            granted.grants.map(\.id) == ["entitlement:\(object.identity.value):\(slug):role:\(alice.identity.value)"])
        #expect(try isTrue(plain) && !isTrue(option))
        #expect(try await connector.grant(slug, on: object, to: alice).outcome == .alreadySo)

        #expect(try await connector.grant("\(slug):grant", on: object, to: alice).outcome == .changed)
        #expect(try isTrue(option))
        #expect(try await connector.grant("\(slug):grant", on: object, to: alice).outcome == .alreadySo)
        let after = try await Walk(connector)
        #expect(after.holders("\(slug):grant", on: object).contains("alice"))

        #expect(try await connector.revoke("\(slug):grant", on: object, from: alice).outcome == .changed)
        #expect(try isTrue(plain) && !isTrue(option))
        #expect(try await connector.revoke("\(slug):grant", on: object, from: alice).outcome == .alreadySo)
        #expect(try await connector.revoke(slug, on: object, from: alice).outcome == .changed)
        #expect(try !isTrue(plain))
        #expect(try await connector.revoke(slug, on: object, from: alice).outcome == .alreadySo)
    }

    @Test func `puts roles into roles, with and without the option to admit others`() async throws {
        let (walk, connector) = try await walk()
        let (team, alice) = (try walk.resource("role", "team"), try walk.resource("role", "alice"))
        func membership() throws -> [String] {
            try server.psql(
                "SELECT admin_option FROM pg_auth_members WHERE roleid = 'team'::regrole AND member = 'alice'::regrole")
        }
        #expect(try await connector.grant("member", on: team, to: alice).outcome == .changed)
        #expect(try membership() == ["f"])
        #expect(try await connector.grant("member", on: team, to: alice).outcome == .alreadySo)
        #expect(try await connector.grant("admin", on: team, to: alice).outcome == .changed)
        #expect(try membership() == ["t"])
        #expect(try await connector.grant("admin", on: team, to: alice).outcome == .alreadySo)
        #expect(try await connector.grant("member", on: team, to: alice).outcome == .alreadySo)
        #expect(try await connector.revoke("admin", on: team, from: alice).outcome == .changed)
        #expect(try membership() == ["f"])
        #expect(try await connector.revoke("admin", on: team, from: alice).outcome == .alreadySo)
        #expect(try await connector.revoke("member", on: team, from: alice).outcome == .changed)
        #expect(try membership() == [])
        #expect(try await connector.revoke("member", on: team, from: alice).outcome == .alreadySo)
        let circle = try await serviceError {
            _ = try await connector.grant("member", on: walk.resource("role", "lead"), to: team)
        }
        #expect(circle.code == .failedPrecondition && circle.message.contains("is a member of role"))
    }

    @Test func `sets the attributes that are shown on databases, and leaves the DSN's own role alone`() async throws {
        let (walk, connector) = try await walk()
        let (database, alice) = (try walk.resource("database", "shop"), try walk.resource("role", "alice"))
        for (suffix, column) in [
            ("superuser", "rolsuper"), ("create-db", "rolcreatedb"), ("create-role", "rolcreaterole"),
            ("bypass-rls", "rolbypassrls"), ("replication", "rolreplication"),
        ] {
            let question = "\(column) FROM pg_roles WHERE rolname = 'alice'"
            #expect(try await connector.grant(suffix, on: database, to: alice).outcome == .changed)
            #expect(try isTrue(question))
            #expect(try await connector.grant(suffix, on: database, to: alice).outcome == .alreadySo)
            #expect(try await connector.revoke(suffix, on: database, from: alice).outcome == .changed)
            #expect(try !isTrue(question))
            #expect(try await connector.revoke(suffix, on: database, from: alice).outcome == .alreadySo)
        }
        let refusal = try await serviceError {
            _ = try await connector.revoke("superuser", on: database, from: walk.resource("role", "postgres"))
        }
        #expect(refusal.code == .failedPrecondition && refusal.message.contains("is the role of --dsn"))
    }

    @Test func `says through what something is held that can't be revoked by itself`() async throws {
        try server.psql(
            "GRANT SELECT ON work.orders TO team; GRANT INSERT ON work.orders TO PUBLIC; GRANT team TO alice")
        let (walk, connector) = try await walk()
        let orders = try walk.resource("table", "orders")
        func refusal(_ suffix: String, _ role: String) async throws -> ServiceError {
            try await serviceError {
                _ = try await connector.revoke(suffix, on: orders, from: walk.resource("role", role))
            }
        }
        let inherited = try await refusal("select", "lead")
        #expect(inherited.code == .failedPrecondition && inherited.message.contains("because it inherits it from team"))
        #expect(try await refusal("insert", "alice").message.contains("because PUBLIC holds it"))
        #expect(try await refusal("delete:grant", "postgres").message.contains("because it is a superuser"))
        try server.psql("CREATE ROLE inner_team IN ROLE team; GRANT inner_team TO alice; REVOKE team FROM alice")
        let nested = try await serviceError {
            _ = try await connector.revoke(
                "member", on: walk.resource("role", "team"), from: walk.resource("role", "alice"))
        }
        #expect(nested.code == .failedPrecondition && nested.message.contains("through inner_team"))
    }

    @Test func `revokes what others than the owner have granted`() async throws {
        try server.psql(
            """
            GRANT SELECT ON work.orders TO lead WITH GRANT OPTION; GRANT USAGE ON SCHEMA work TO lead;
            SET ROLE lead; GRANT SELECT ON work.orders TO alice;
            """)
        let (walk, connector) = try await walk()
        let orders = try walk.resource("table", "orders")
        // Others depend on what lead may grant.
        let dependent = try await serviceError {
            _ = try await connector.revoke("select:grant", on: orders, from: walk.resource("role", "lead"))
        }
        #expect(dependent.code == .failedPrecondition && dependent.message.contains("dependent privileges exist"))
        #expect(
            try await connector.revoke("select", on: orders, from: walk.resource("role", "alice")).outcome == .changed)
        #expect(try !isTrue("has_table_privilege('alice', 'work.orders', 'SELECT')"))
        #expect(
            try await connector.revoke("select", on: orders, from: walk.resource("role", "lead")).outcome == .changed)
        #expect(try !isTrue("has_table_privilege('lead', 'work.orders', 'SELECT')"))
    }

    @Test func `of what is gone is an error, revoking is none`() async throws {
        let (walk, connector) = try await walk()
        let (orders, alice) = (try walk.resource("table", "orders"), try walk.resource("role", "alice"))
        let shop = try walk.resource("database", "shop")
        try server.psql("DROP TABLE work.orders"); try server.psql("DROP DATABASE shop WITH (FORCE)")
        for object in [orders, shop] {
            let slug = object.identity.type == "table" ? "select" : "connect"
            let error = try await serviceError { _ = try await connector.grant(slug, on: object, to: alice) }
            #expect(error.code == .notFound)
            #expect(try await connector.revoke(slug, on: object, from: alice).outcome == .alreadySo)
        }
        let wrong = try await serviceError { _ = try await connector.grant("fly", on: orders, to: alice) }
        #expect(wrong.code == .invalidArgument)
        let group = try await serviceError {
            _ = try await connector.grant("select", on: orders, to: .group(ResourceID("group", "g"), name: "g"))
        }
        #expect(group.code == .invalidArgument && group.message.contains("only a role"))
    }

    @Test func `by a role without the right to it is refused, and nothing is changed`() async throws {
        try server.psql(
            """
            CREATE ROLE helper LOGIN PASSWORD 'help'; GRANT USAGE ON SCHEMA work TO helper; GRANT SELECT ON work.orders TO helper;
            GRANT UPDATE ON work.orders TO helper WITH GRANT OPTION;
            """)
        let (walk, _) = try await walk()
        let connector = try await PostgreSQLConnector.with(server.dsn("helper", "help"))
        let (orders, alice) = (try walk.resource("table", "orders"), try walk.resource("role", "alice"))
        // The server only warns of that.
        let warned = try await serviceError { _ = try await connector.grant("select", on: orders, to: alice) }
        #expect(warned.code == .permissionDenied && warned.message.contains("may not grant SELECT"))
        let denied = try await serviceError {
            _ = try await connector.grant("select", on: walk.resource("view", "big"), to: alice)
        }
        #expect(denied.code == .permissionDenied)
        let member = try await serviceError {
            _ = try await connector.grant("member", on: walk.resource("role", "team"), to: alice)
        }
        #expect(member.code == .permissionDenied)
        #expect(try !isTrue("has_table_privilege('alice', 'work.orders', 'SELECT')"))
        #expect(try await connector.grant("update", on: orders, to: alice).outcome == .changed)
        #expect(try isTrue("has_table_privilege('alice', 'work.orders', 'UPDATE')"))
        #expect(try await connector.revoke("update", on: orders, from: alice).outcome == .changed)
    }

    @Test func `knows names that break out of badly written statements`() async throws {
        for name in HostileNames.all {
            let quoted = HostileNames.quoted(name)
            try server.psql(
                """
                CREATE ROLE \(quoted); CREATE SCHEMA \(quoted); CREATE TABLE \(quoted).\(quoted)(x int);
                CREATE TYPE \(quoted).kind AS ENUM ('a');
                CREATE FUNCTION \(quoted).\(quoted)(a \(quoted).kind) RETURNS int LANGUAGE sql AS 'SELECT 1';
                """)
        }
        let connector = try await PostgreSQLConnector.with(server.dsn(), ["schemas": .strings(HostileNames.all)])
        let walk = try await Walk(connector, accessOn: [])
        for name in HostileNames.all {
            let role = try walk.resource("role", name)
            let table = try walk.resource("table", name)
            #expect(try await connector.grant("select", on: table, to: role).outcome == .changed)
            #expect(try await connector.grant("select", on: table, to: role).outcome == .alreadySo)
            #expect(try await connector.revoke("select", on: table, from: role).outcome == .changed)
            let function = try #require(
                walk.resources.first { $0.identity.type == "function" && $0.displayName.hasPrefix("\(name)(") })
            #expect(try await connector.grant("execute:grant", on: function, to: role).outcome == .changed)
            #expect(
                try await connector.grant("member", on: walk.resource("role", "team"), to: role).outcome == .changed)
        }
        #expect(
            try server.psql("SELECT count(*) FROM pg_auth_members WHERE roleid = 'team'::regrole") == [
                "\(HostileNames.all.count + 1)"
            ])
    }
}
