import AccessModel
import BatonWire
import BuiltConnectors
import ConnectorKit
import SwiftProtobuf
import Testing

@testable import PostgreSQLConnector

/// Holds what is listed against what the server itself says.
@Suite(.enabled(if: TestServer.isAvailable, TestServer.absence), .serialized, .timeLimit(.minutes(10)))
struct `what is listed as held` {
    private let server: TestServer

    init() throws {
        server = try TestServer()
        try server.psql(
            """
            CREATE ROLE reading; CREATE ROLE writing IN ROLE reading; CREATE ROLE owning; CREATE ROLE boss SUPERUSER;
            CREATE ROLE direct; CREATE ROLE nested IN ROLE writing; CREATE ROLE deep IN ROLE nested;
            CREATE ROLE closed NOINHERIT IN ROLE writing; CREATE ROLE below IN ROLE closed; CREATE ROLE heir IN ROLE owning;
            CREATE ROLE bystander; CREATE ROLE under IN ROLE boss;
            CREATE DATABASE closed_shop OWNER owning; REVOKE ALL ON DATABASE closed_shop FROM PUBLIC;
            GRANT CONNECT ON DATABASE closed_shop TO reading;
            CREATE SCHEMA work AUTHORIZATION owning; GRANT USAGE ON SCHEMA work TO reading WITH GRANT OPTION;
            CREATE TABLE work.plain(a int, b text); ALTER TABLE work.plain OWNER TO owning;
            CREATE TABLE work.shared(a int, b text); ALTER TABLE work.shared OWNER TO owning;
            GRANT SELECT ON work.shared TO PUBLIC; GRANT INSERT, UPDATE ON work.shared TO writing WITH GRANT OPTION;
            GRANT DELETE ON work.shared TO direct; GRANT UPDATE (b) ON work.plain TO direct;
            CREATE TABLE work.split(a int) PARTITION BY RANGE (a);
            CREATE VIEW work.seen AS SELECT 1; GRANT SELECT ON work.seen TO reading;
            CREATE SEQUENCE work.counted; GRANT USAGE ON SEQUENCE work.counted TO writing;
            CREATE FUNCTION work.open(a int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT 1';
            CREATE FUNCTION work.shut(VARIADIC a text[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
            REVOKE EXECUTE ON FUNCTION work.shut FROM PUBLIC; GRANT EXECUTE ON FUNCTION work.shut TO direct;
            CREATE PROCEDURE work.act(INOUT a int) LANGUAGE sql AS 'SELECT 1';
            """)
    }

    private func walk() async throws -> Walk {
        try await Walk(
            .with(
                server.dsn(),
                ["schemas": .strings(["work"]), "include-columns": .bool(true), "sync-all-databases": .bool(true)]))
    }

    /// For each role, object and privilege: listed exactly if `has_…_privilege` says so.
    ///
    /// Predefined roles act on everything without being in any access list; nobody is in them here.
    @Test func `is what the server says is held`() async throws {
        let walk = try await walk()
        let roles = walk.resources.filter { $0.identity.type == "role" && !$0.displayName.hasPrefix("pg_") }
        var compared = 0
        for object in walk.resources where !["role", "large-object"].contains(object.identity.type) {
            let id = try CatalogID(object.identity)
            for right in id.kind.rights {
                let held = walk.holders(right.suffix, on: object).filter { !$0.hasPrefix("pg_") }
                let option = right.isGrantOption ? " WITH GRANT OPTION" : ""
                let question = Self.question(id, "'\(right.privilege.word)\(option)'")
                let said = try server.psql(
                    "SELECT rolname FROM pg_roles r WHERE rolname NOT LIKE 'pg\\_%' AND \(question)",
                    in: id.kind == .database ? "postgres" : try database(id, walk))
                #expect(held == Set(said), "\(object.identity) \(object.displayName) \(right.suffix)")
                compared += roles.count
            }
        }
        #expect(compared > 1000)
    }

    private func database(_ id: CatalogID, _ walk: Walk) throws -> String {
        try #require(walk.resources.first { $0.identity.value == "database:\(id.database)" }).displayName
    }

    private static func question(_ id: CatalogID, _ privilege: String) -> String {
        switch id.kind {
        case .database: "has_database_privilege(r.oid, \(id.object)::oid, \(privilege))"
        case .schema: "has_schema_privilege(r.oid, \(id.object)::oid, \(privilege))"
        case .sequence: "has_sequence_privilege(r.oid, \(id.object)::oid, \(privilege))"
        case .function, .procedure: "has_function_privilege(r.oid, \(id.object)::oid, \(privilege))"
        case .table, .view: "has_table_privilege(r.oid, \(id.object)::oid, \(privilege))"
        // What is held on a whole table is listed there.
        case .column:
            "(has_column_privilege(r.oid, \(id.object)::oid, \(id.column)::int2, \(privilege)) AND (rolsuper OR pg_has_role(r.oid, (SELECT relowner FROM pg_class WHERE oid = \(id.object)), 'USAGE') OR NOT has_table_privilege(r.oid, \(id.object)::oid, \(privilege))))"
        case .largeObject: "false"
        }
    }

    @Test func `is nothing that was taken from PUBLIC`() async throws {
        let walk = try await walk()
        let shop = try walk.resource("database", "closed_shop")
        #expect(walk.holders("connect", on: shop).isSuperset(of: ["reading", "writing", "owning", "heir", "boss"]))
        #expect(walk.holders("connect", on: shop).isDisjoint(with: ["bystander", "direct", "closed", "below"]))
        #expect(!walk.holders("temporary", on: shop).contains("bystander"))
        let shut = try walk.resource("function", "shut(VARIADIC a text[])")
        #expect(walk.holders("execute", on: shut).isDisjoint(with: ["bystander", "reading"]))
        let open = try walk.resource("function", "open(a integer DEFAULT 1)")
        #expect(walk.holders("execute", on: open).contains("bystander"))
        #expect(walk.names("procedure") == ["act(INOUT a integer)"])
        #expect(Set(walk.names("table")) == ["plain", "shared", "split"])
        #expect(walk.names("view") == ["seen"] && walk.names("sequence") == ["counted"])
    }

    @Test func `says which memberships bring others along`() async throws {
        let walk = try await walk()
        func grant(_ outer: String, _ inner: String) throws -> Grant {
            let id = try walk.resource("role", inner).identity
            let list = try walk.resource("role", outer).identity.value
            return try #require(
                walk.grants.first { $0.entitlement.id == "entitlement:\(list):member" && $0.holder == id })
        }
        let writing = try walk.resource("role", "writing").identity.value
        let expandable = try grant("reading", "writing").annotations.first(GrantExpandable.self)
        #expect(expandable?.entitlementIds == ["entitlement:\(writing):member", "entitlement:\(writing):admin"])
        #expect(expandable?.resourceTypeIds == ["role"])
        #expect(try grant("nested", "deep").annotations.isEmpty)
    }

    @Test func `is listed in pages that another process can go on from, while roles come, go and are renamed`()
        async throws
    {
        try server.psql("DO $$ BEGIN FOR i IN 1..1200 LOOP EXECUTE format('CREATE ROLE many_%s', i); END LOOP; END $$")
        let connector = try await PostgreSQLConnector.with(server.dsn())
        let syncer = try connector.syncer("role", as: (any ResourceSyncer).self)
        let first = try await syncer.resources(under: nil, page: PageRequest())
        #expect(first.rows.count == 500)
        let seen = try #require(first.rows.last).displayName
        try server.psql(
            "DROP ROLE \(seen); ALTER ROLE many_900 RENAME TO aaa_renamed; ALTER ROLE many_1 RENAME TO zzz; DROP ROLE many_1100; CREATE ROLE late"
        )
        let other = try await PostgreSQLConnector.with(server.dsn())
        let rest = try await allRows(after: try #require(first.next)) { page in
            try await other.syncer("role", as: (any ResourceSyncer).self).resources(under: nil, page: page)
        }
        let ids = (first.rows + rest).map(\.identity)
        #expect(Set(ids).count == ids.count)
        let names = Set((first.rows + rest).map(\.displayName))
        #expect(names.isSuperset(of: (2...1200).filter { ![900, 1100].contains($0) }.map { "many_\($0)" }))
        #expect(names.contains("aaa_renamed") && names.contains("late") && !names.contains("many_1100"))

        // Grants on one object, in pages, too: everybody may connect.
        let database = try #require(
            try await connector.syncer("database", as: (any ResourceSyncer).self)
                .resources(under: nil, page: PageRequest()).rows.first)
        let grants = try await allRows { page in
            try await connector.syncer("database", as: (any ResourceSyncer).self).grants(on: database, page: page)
        }
        #expect(Set(grants.map(\.id)).count == grants.count)
        #expect(
            grants.count { $0.entitlement.id.hasSuffix(":connect") }
                == Int(try server.psql("SELECT count(*) FROM pg_roles")[0]))
    }

    @Test func `is found by going through all roles when most of them hold it`() async throws {
        try server.psql(
            """
            DO $$ BEGIN FOR i IN 1..5200 LOOP EXECUTE format('CREATE ROLE crowd_%s IN ROLE reading', i); END LOOP; END $$;
            """)
        let walk = try await Walk(.with(server.dsn(), ["schemas": .strings(["work"])]), accessOn: ["view", "table"])
        let seen = try walk.resource("view", "seen")
        let count =
            "SELECT count(*) FROM pg_roles WHERE has_table_privilege(oid, 'work.seen', 'SELECT') AND rolname <> 'pg_read_all_data'"
        #expect(walk.holders("select", on: seen).count == Int(try server.psql(count)[0]))
        let split = try walk.resource("table", "split")
        #expect(walk.holders("select", on: split) == ["postgres", "boss"], "being a superuser is not inherited")
    }
}
