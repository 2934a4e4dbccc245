import AccessModel
import BatonWire
import BuiltConnectors
import Foundation
import SwiftProtobuf
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite(.enabled(if: TestServer.isAvailable, TestServer.absence), .serialized, .timeLimit(.minutes(15)))
struct `baton-postgresql` {
    private let server: TestServer

    init() throws {
        server = try TestServer()
        try server.psql(
            """
            CREATE ROLE readers; CREATE ROLE alice LOGIN IN ROLE readers; CREATE TABLE orders(id int); GRANT SELECT ON orders TO readers;
            """)
    }

    @Test func `grants, revokes, makes accounts and deletes them, as the next sync sees`() throws {
        let program = try BuiltConnector.postgresql()
        func sync() throws -> FileContents {
            let ending = try program(dsn: server.dsn())
            try #require(ending.status == 0, "\(ending.errors)")
            return try FileContents(of: program.file)
        }
        let first = try sync()
        func id(_ name: String, _ contents: FileContents) throws -> String {
            try #require(contents.resources.values.first { $0.displayName == name }).identity.value
        }
        let (orders, alice) = (try id("orders", first), try id("alice", first))
        let entitlement = "entitlement:\(orders):update"
        let grant = try program(
            dsn: server.dsn(), "--grant-entitlement", entitlement, "--grant-principal", alice,
            "--grant-principal-type=role")
        #expect(grant.status == 0, "\(grant.errors)")
        let again = try program(
            dsn: server.dsn(), "--grant-entitlement", entitlement, "--grant-principal", alice,
            "--grant-principal-type=role",
            "--output=json")
        #expect(again.status == 0 && again.output.contains("GrantAlreadyExists"))
        #expect(try sync().grants["grant:\(entitlement):\(alice)"] != nil)
        #expect(try program(dsn: server.dsn(), "--revoke-grant", "grant:\(entitlement):\(alice)").status == 0)
        let gone = try program(dsn: server.dsn(), "--revoke-grant", "grant:\(entitlement):\(alice)", "--output=json")
        #expect(gone.status == 0 && gone.output.contains("GrantAlreadyRevoked"))
        let inherited = try program(dsn: server.dsn(), "--revoke-grant", "grant:entitlement:\(orders):select:\(alice)")
        #expect(inherited.status == 9 && inherited.errors.contains("inherits it from readers"))

        let made = try program(dsn: server.dsn(), "--create-account-login=grace@example.com", "--show-credentials")
        #expect(made.status == 0, "\(made.errors)")
        let password = try #require(made.output.split(separator: "\n").first).dropFirst("password: ".count)
        #expect(server.admits("grace@example.com", String(password)))
        let contents = try sync()
        let grace = try id("grace@example.com", contents)
        let rotated = try program(
            dsn: server.dsn(), "--rotate-credentials", grace, "--rotate-credentials-type=role", "--show-credentials")
        let second = try #require(rotated.output.split(separator: "\n").first).dropFirst("password: ".count)
        #expect(
            server.admits("grace@example.com", String(second)) && !server.admits("grace@example.com", String(password)))
        #expect(try program(dsn: server.dsn(), "--delete-resource", grace, "--delete-resource-type=role").status == 0)
        #expect(try program(dsn: server.dsn(), "--delete-resource", grace, "--delete-resource-type=role").status == 0)
        #expect(try !sync().ids("role").contains(grace))
        #expect(try program(dsn: server.dsn(), "--create-resource=shop", "--create-resource-type=database").status == 0)
        #expect(try server.psql("SELECT count(*) FROM pg_database WHERE datname = 'shop'") == ["1"])
    }

    @Test func `says what it can do`() throws {
        let manifest = try BuiltConnector.postgresql()(dsn: server.dsn(), "capabilities").json()
        let types = try #require(manifest["resourceTypeCapabilities"] as? [NSDictionary])
        func capabilities(_ type: String) -> Set<String>? {
            let found = types.first { ($0["resourceType"] as? NSDictionary)?["id"] as? String == type }
            return (found?["capabilities"] as? [String]).map {
                Set($0.map { String($0.dropFirst("CAPABILITY_".count)) })
            }
        }
        #expect(
            capabilities("role")
                == ["SYNC", "PROVISION", "ACCOUNT_PROVISIONING", "CREDENTIAL_ROTATION", "RESOURCE_DELETE"])
        #expect(capabilities("database") == ["SYNC", "PROVISION", "RESOURCE_CREATE", "RESOURCE_DELETE"])
        for type in ["table", "view", "function", "procedure", "sequence"] {
            #expect(capabilities(type) == ["SYNC", "PROVISION"])
        }
        for type in ["schema", "column", "large-object"] { #expect(capabilities(type) == ["SYNC"]) }
        #expect(
            Set((manifest["connectorCapabilities"] as? [String]) ?? [])
                == [
                    "CAPABILITY_PROVISION", "CAPABILITY_SYNC", "CAPABILITY_ACCOUNT_PROVISIONING",
                    "CAPABILITY_CREDENTIAL_ROTATION", "CAPABILITY_RESOURCE_CREATE", "CAPABILITY_RESOURCE_DELETE",
                ])
        let random = "CAPABILITY_DETAIL_CREDENTIAL_OPTION_RANDOM_PASSWORD"
        let option: NSDictionary = ["supportedCredentialOptions": [random], "preferredCredentialOption": random]
        #expect(
            manifest["credentialDetails"] as? NSDictionary
                == ["capabilityAccountProvisioning": option, "capabilityCredentialRotation": option])
        let config = try BuiltConnector.postgresql()(dsn: server.dsn(), "config").json()
        let fields = try #require(config["fields"] as? [NSDictionary])
        let own = [
            "dsn", "schemas", "include-columns", "include-large-objects", "sync-all-databases",
            "skip-built-in-functions",
        ]
        #expect(Set(fields.compactMap { $0["name"] as? String }).isSuperset(of: own))
        let dsn = try #require(fields.first { $0["name"] as? String == "dsn" })
        #expect(dsn["isSecret"] as? Bool == true && dsn["isRequired"] as? Bool == true)
    }

    /// Killed at many moments, then run to the end.
    @Test func `goes on where it was killed, to the same file`() throws {
        try server.psql(
            """
            DO $$ BEGIN
              FOR i IN 1..600 LOOP EXECUTE format('CREATE ROLE person_%s IN ROLE readers', i); END LOOP;
              FOR i IN 1..60 LOOP EXECUTE format('CREATE TABLE t_%s(a int, b int)', i);
                EXECUTE format('GRANT SELECT ON t_%s TO person_%s', i, i); END LOOP;
            END $$
            """)
        let whole = try BuiltConnector.postgresql("--include-columns")
        #expect(try whole(dsn: server.dsn()).status == 0)
        let expected = try FileContents(of: whole.file).lines
        #expect(expected.count > 2000)
        let killed = try BuiltConnector.postgresql("--include-columns")
        var kills = 0
        for moment in stride(from: 100_000, through: 1_500_000, by: 100_000) {
            let process = try killed.start([], ["BATON_DSN": server.dsn()])
            // The moment is the point of this test, and any moment must do.
            usleep(UInt32(moment))
            if process.isRunning {
                kill(process.processIdentifier, SIGKILL)
                kills += 1
            }
            process.waitUntilExit()
        }
        #expect(kills > 3)
        let last = try killed(dsn: server.dsn())
        #expect(last.status == 0, "\(last.errors)")
        #expect(try FileContents(of: killed.file).lines == expected)
    }

    @Test func `puts its secrets into no output, process list or file`() throws {
        let log = server.folder.appending(path: "program.log")
        let program = try BuiltConnector.postgresql(
            "--log-format=json", "--log-path", log.path, level: "debug")
        let synced = try program(dsn: server.dsn())
        #expect(synced.status == 0, "\(synced.errors)")
        let wrong = server.dsn().replacingOccurrences(of: "pass%2Fword", with: "hunter2%2Fword")
        let refused = try program(dsn: wrong)
        #expect(refused.status == 16)
        let broken = try program(dsn: "postgres://u:admin=s3cret&pass@word@[h/d")
        #expect(broken.status == 3)
        let unreachable = try program(
            dsn: "postgres://u:hunter2@127.0.0.1:1/d", "--create-account-login=x", "--show-credentials")
        #expect(unreachable.status == 14)
        #expect(!unreachable.errors.contains("?."))
        for ending in [synced, refused, broken, unreachable] {
            for secret in ["s3cret", "hunter2", "pass/word", "pass%2Fword"] {
                #expect(!ending.output.contains(secret) && !ending.errors.contains(secret))
            }
        }
        let logged = try String(contentsOf: log, encoding: .utf8)
        #expect(logged.contains("Syncing") && !logged.contains("s3cret") && !logged.contains("hunter2"))
        // Every database connection shows its query and its name to others.
        let shown = try server.psql("SELECT query, application_name FROM pg_stat_activity").joined()
        #expect(!shown.contains("s3cret"))
        let bytes = try Data(contentsOf: URL(filePath: program.file))
        #expect(!bytes.contains(Data("s3cret".utf8)))
    }

    @Test func `is shown by baton`() throws {
        let program = try BuiltConnector.postgresql()
        #expect(try program(dsn: server.dsn()).status == 0)
        let resources = try program.baton("resources")
        #expect(resources.status == 0 && resources.output.contains("orders"))
        let grants = try program.baton("grants", "-o", "json")
        #expect(grants.status == 0 && grants.output.contains(":select:role:"))
        #expect(try program.baton("stats").output.contains("table"))
    }
}
