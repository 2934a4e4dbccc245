import AccessModel
import ConnectorKit
import Foundation
import Testing

@testable import PostgreSQLConnector

/// TLS as the DSN says, against a server with a certificate of an authority of our own.
@Suite(.enabled(if: TestServer.isAvailable, TestServer.absence), .serialized, .timeLimit(.minutes(10)))
struct `an encrypted connection` {
    private let server: TestServer
    private let folder: URL

    init() throws {
        server = try TestServer()
        folder = server.folder.appending(path: "data")
        let (ca, key) = (folder.appending(path: "ca.crt").path, folder.appending(path: "ca.key").path)
        let script = """
            set -e; cd "\(folder.path)"
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.crt
            openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -keyout server.key -out server.csr
            printf 'subjectAltName=DNS:localhost' > names
            openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.crt
            chown --reference=PG_VERSION server.key server.crt; chmod 600 server.key
            """
        try TestServer.run(["sh", "-c", script])
        try #require([ca, key].allSatisfy { FileManager.default.fileExists(atPath: $0) })
        try server.psql("ALTER SYSTEM SET ssl = on"); try server.psql("SELECT pg_reload_conf()")
    }

    private func isEncrypted(_ host: String, _ query: String) async throws -> Bool {
        let dsn = server.dsn().replacingOccurrences(of: "@127.0.0.1", with: "@\(host)") + "?" + query
        let database = Database(
            try ConnectionString(Secret(dsn)), patience: .init(connecting: .seconds(10), answering: .seconds(10)))
        return try await database.read("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") {
            $0.first?.flag(0) ?? false
        }
    }

    @Test func `follows sslmode and sslrootcert`() async throws {
        let root = "sslrootcert=\(folder.appending(path: "ca.crt").path)"
        #expect(try await isEncrypted("127.0.0.1", "sslmode=require"))
        #expect(try await isEncrypted("127.0.0.1", "sslmode=prefer"))
        #expect(try await isEncrypted("localhost", "sslmode=verify-full&\(root)"))
        #expect(try await isEncrypted("127.0.0.1", "sslmode=verify-ca&\(root)"))
        #expect(try await !isEncrypted("127.0.0.1", "sslmode=disable"))
        let name = try await serviceError { _ = try await isEncrypted("127.0.0.1", "sslmode=verify-full&\(root)") }
        #expect(name.code == .failedPrecondition && name.message.contains("sslmode"), "\(name)")
        let stranger = folder.appending(path: "server.crt").path
        let authority = try await serviceError {
            _ = try await isEncrypted("localhost", "sslmode=verify-ca&sslrootcert=/dev/null&sslcrl=\(stranger)")
        }
        #expect(authority.code == .failedPrecondition, "\(authority)")
    }
}
