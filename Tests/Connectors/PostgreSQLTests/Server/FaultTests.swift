import AccessModel
import BatonWire
import ConnectorKit
import Foundation
import Testing

@testable import PostgreSQLConnector

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite(.enabled(if: TestServer.isAvailable, TestServer.absence), .serialized, .timeLimit(.minutes(10)))
struct `a server in trouble` {
    private let server: TestServer

    init() throws { server = try TestServer() }

    private func database(answering: Duration = .seconds(60), _ dsn: String? = nil) throws -> Database {
        Database(
            try ConnectionString(Secret(dsn ?? server.dsn())),
            patience: .init(connecting: .seconds(5), answering: answering))
    }

    @Test func `that isn't there is told at once`() async throws {
        let error = try await serviceError { try await database("postgres://u:hunter2@127.0.0.1:1/d").check() }
        #expect(error.code == .unavailable)
        #expect(error.message.contains("127.0.0.1") && error.message.contains("Check host and port in --dsn"))
        #expect(!error.message.contains("hunter2"))
    }

    /// The listener takes the connection and never says a word.
    @Test func `that takes connections and hangs is given up`() async throws {
        let mute = try MuteListener()
        let silent = Database(
            try ConnectionString(Secret("postgres://u:hunter2@127.0.0.1:\(mute.port)/d?sslmode=disable")),
            patience: .init(connecting: .milliseconds(300), answering: .seconds(1)))
        let error = try await serviceError { try await silent.check() }
        #expect(error.code == .deadlineExceeded && error.message.contains("no connection within"))
    }

    @Test func `that is stopped in the middle of an answer is given up`() async throws {
        let database = try database(answering: .seconds(1))
        let pid = try #require(
            Int32(try await database.read("SELECT pg_backend_pid()") { $0.first?.text(0) ?? "" }))
        kill(pid, SIGSTOP)
        let error = try await serviceError { try await database.read("SELECT pg_sleep(0)") { _ in } }
        #expect(error.code == .deadlineExceeded && error.message.contains("no answer within 1 seconds"))
        kill(pid, SIGCONT)
        #expect(try await database.read("SELECT 1") { $0.count } == 1)
    }

    @Test func `that takes too long for a statement ends it itself`() async throws {
        let slow = try database(answering: .seconds(1))
        let error = try await serviceError { try await slow.read("SELECT pg_sleep(100)") { _ in } }
        #expect(error.code == .deadlineExceeded && error.message.contains("--http-timeout-seconds"))
        // A limit in the DSN counts before ours.
        let limited = try database(server.dsn() + "?statement_timeout=200ms")
        #expect(
            try await serviceError { try await limited.read("SELECT pg_sleep(100)") { _ in } }.code == .deadlineExceeded
        )
        // The connection is good for more.
        #expect(try await slow.read("SELECT pg_backend_pid()") { $0.count } == 1)
    }

    @Test func `is told to stop when the task is cancelled`() async throws {
        let database = try database()
        let pid = try await database.read("SELECT pg_backend_pid()") { $0.first?.text(0) ?? "" }
        let task = Task { try await database.read("SELECT pg_sleep(1000)") { _ in } }
        let state =
            "SELECT count(*) FROM pg_stat_activity WHERE pid = \(pid) AND query LIKE '%pg_sleep(1000)%' AND state = 'active'"
        while try server.psql(state) != ["1"] { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        while try server.psql(state) != ["0"] { await Task.yield() }
        #expect(server.log.contains("canceling statement due to user request"))
        // On the same connection, since the server complied in time.
        #expect(try await database.read("SELECT pg_backend_pid()") { $0.first?.text(0) } == pid)
    }

    @Test func `that ends connections is connected to again`() async throws {
        let connector = try await PostgreSQLConnector.with(server.dsn(), ["sync-all-databases": .bool(true)])
        try server.psql("CREATE DATABASE shop")
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'baton-postgresql'"
        var ended = 0
        var names: Set<String> = []
        for syncer in connector.syncers {
            let roots = try await syncer.resources(under: nil, page: PageRequest()).rows
            ended += try server.psql(end).count
            for resource in roots.prefix(10) {
                names.insert(resource.displayName)
                _ = try await syncer.entitlements(of: resource, page: PageRequest())
                _ = try await syncer.grants(on: resource, page: PageRequest())
                ended += try server.psql(end).count
            }
        }
        #expect(ended > 0 && names.isSuperset(of: ["postgres", "shop"]))
        // A change goes over a fresh connection, too, and isn't done twice.
        let role = try #require(try await connector.syncers[0].resources(under: nil, page: PageRequest()).rows.last)
        let database = try #require(
            try await connector.syncers[1].resources(under: nil, page: PageRequest()).rows.first)
        try server.psql(end)
        #expect(try await connector.grant("create", on: database, to: role).outcome == .changed)
    }

    @Test func `that ends the connection within a statement is asked again once`() async throws {
        let database = try database()
        let error = try await serviceError {
            try await database.read("SELECT pg_terminate_backend(pg_backend_pid())") { _ in }
        }
        #expect(error.code == .unavailable && error.message.contains("terminating connection"))
        #expect(try await database.read("SELECT 1") { $0.count } == 1)
    }

    @Test func `that is full is unavailable`() async throws {
        let small = try TestServer("max_connections=5", "superuser_reserved_connections=4")
        try small.psql("CREATE ROLE u LOGIN PASSWORD 'hunter2'")
        let one = try database(small.dsn("u", "hunter2"))
        try await one.check()
        let error = try await serviceError { try await database(small.dsn("u", "hunter2")).check() }
        #expect(error.code == .unavailable && error.message.contains("max_connections"))
    }

    @Test func `doesn't hold up other work while it works`() async throws {
        let (one, other) = (try database(), try database())
        let slow = Task { try await one.read("SELECT pg_sleep(1000)") { _ in } }
        for _ in 0..<50 { #expect(try await other.read("SELECT 1") { $0.count } == 1) }
        slow.cancel()
        _ = await slow.result
    }
}

/// Takes connections and never answers.
private final class MuteListener: Sendable {
    let port: Int
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        port = try withUnsafeMutableBytes(of: &address) { bytes in
            let place = try #require(bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self))
            try #require(bind(descriptor, place, size) == 0 && listen(descriptor, 5) == 0)
            try #require(getsockname(descriptor, place, &size) == 0)
            return Int(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
        }
    }

    deinit { close(descriptor) }
}
