import AccessModel
import BatonWire
import CSQLite
import ConnectorKit
import DemoConnector
import Foundation
import SwiftProtobuf
import Testing

@Suite struct `the built-in directory` {
    private func connector(_ file: URL, isCreated: Bool = false) async throws -> DemoConnector {
        try await DemoConnector(["db-file": .string(file.path), "init-db": .bool(isCreated)])
    }

    @Test(.enabled(if: GoldenFile.isAvailable, GoldenFile.absence))
    func `is that of the reference byte for byte`() async throws {
        let crawl = try await Crawl(connector(Temporary.file(named: "demo.db"), isCreated: true))
        let golden = try GoldenFile("demo-sqlite")
        expectSameBytes(crawl.typeRows, as: try golden.rows(of: "v1_resource_types").pairs, of: "resource type")
        expectSameBytes(crawl.resourceRows, as: try golden.rows(of: "v1_resources").pairs, of: "resource")
        expectSameBytes(crawl.entitlementRows, as: try golden.rows(of: "v1_entitlements").pairs, of: "entitlement")
        expectSameBytes(crawl.grantRows, as: try golden.rows(of: "v1_grants").pairs, of: "grant")
        #expect(crawl.expansionRows.isEmpty)
    }

    @Test func `is there for the next run, with changes made meanwhile`() async throws {
        let file = try Temporary.file(named: "demo.db")
        #expect(try await Crawl(connector(file, isCreated: true)).grants.count == 31)
        try run(
            "UPDATE groups SET members = members || ',2IC0Wn7DaxV1xqDpdg7jJRiPtCp,' WHERE name = 'Engineers'", on: file)
        let crawl = try await Crawl(connector(file))
        // Dan joins the group and so gets its role Editor; Reader and Product X he already has through Sales.
        #expect(crawl.grants.count == 33)
        let again = try await Crawl(connector(file, isCreated: true))
        #expect(again.grants.count == 31)
    }

    @Test func `is readable by its owner only`() async throws {
        let file = try Temporary.file(named: "demo.db")
        try await connector(file, isCreated: true).validate()
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `that doesn't exist yet says how to create it`() async throws {
        let file = try Temporary.file(named: "demo.db")
        let error = await #expect(throws: ServiceError.self) { try await connector(file).validate() }
        #expect(error?.code == .failedPrecondition)
        #expect(error?.message == "\(file.path): no such database. Add --init-db to create it with example data.")
        #expect(!FileManager.default.fileExists(atPath: file.path))
    }

    @Test func `that is empty says how to fill it`() async throws {
        let file = try Temporary.file(named: "demo.db")
        try Data().write(to: file)
        let error = await #expect(throws: ServiceError.self) { try await Crawl(connector(file)) }
        #expect(error?.code == .failedPrecondition)
        #expect(error?.message.contains("--init-db") == true)
    }

    @Test(
        arguments: [false, true],
        ["CREATE TABLE orders (n)", "CREATE TABLE users (key BLOB)", "CREATE VIEW users AS SELECT 1"])
    func `leaves another program's database alone`(isCreated: Bool, schema: String) async throws {
        let file = try Temporary.file(named: "other.db")
        try run(schema, on: file)
        let before = try Data(contentsOf: file)
        let error = await #expect(throws: ServiceError.self) { try await Crawl(connector(file, isCreated: isCreated)) }
        #expect(error?.message.hasPrefix(file.path) == true)
        #expect(error?.message.contains("--db-file") == true)
        #expect(try Data(contentsOf: file) == before)
    }

    @Test(arguments: [false, true]) func `refuses a file that is no database`(isCreated: Bool) async throws {
        let file = try Temporary.file(named: "notes.txt")
        let text = Data(String(repeating: "a shopping list\n", count: 100).utf8)
        try text.write(to: file)
        let error = await #expect(throws: ServiceError.self) { try await Crawl(connector(file, isCreated: isCreated)) }
        #expect(error?.message.hasPrefix(file.path) == true)
        #expect(try Data(contentsOf: file) == text)
    }

    @Test func `refuses a folder that doesn't exist`() async throws {
        let file = URL(filePath: "/nowhere/demo.db")
        let error = await #expect(throws: ServiceError.self) { try await connector(file, isCreated: true).validate() }
        #expect(error?.message.hasPrefix("/nowhere/demo.db: ") == true)
    }

    @Test(arguments: ["X'ff'", "CAST(X'c328' AS TEXT)"]) func `refuses text that isn't UTF-8`(value: String)
        async throws
    {
        let file = try Temporary.file(named: "demo.db")
        try await connector(file, isCreated: true).validate()
        try run("UPDATE users SET email = \(value) WHERE name = 'Bob'", on: file)
        let error = await #expect(throws: ServiceError.self) { try await Crawl(connector(file)) }
        #expect(error?.code == .dataLoss)
        #expect(error?.message.contains("email") == true)
    }

    @Test func `refuses a row without an id`() async throws {
        let file = try Temporary.file(named: "demo.db")
        try await connector(file, isCreated: true).validate()
        try run("INSERT INTO users VALUES (NULL, 'Eve', NULL)", on: file)
        let error = await #expect(throws: ServiceError.self) { try await Crawl(connector(file)) }
        #expect(error?.message.contains("row 6 of users") == true)
    }

    @Test func `damaged anywhere gives data or an error, never a crash`() async throws {
        let file = try Temporary.file(named: "demo.db")
        try await connector(file, isCreated: true).validate()
        let sound = try [UInt8](Data(contentsOf: file))
        for place in stride(from: 0, to: sound.count, by: 97) {
            var damaged = sound
            damaged[place] ^= 0xFF
            try Data(damaged).write(to: file)
            do {
                _ = try await Crawl(connector(file))
            } catch let error as ServiceError {
                #expect(!error.message.isEmpty)
            }
        }
    }

    @Test func `goes on after the last row of a page`() async throws {
        let file = try Temporary.file(named: "demo.db")
        let connector = try await connector(file, isCreated: true)
        let users = try #require(connector.syncers.first)
        let first = try await users.resources(under: nil, page: PageRequest(size: 2))
        let second = try await users.resources(under: nil, page: PageRequest(after: first.next ?? "", size: 3))
        #expect((first.rows + second.rows).map(\.displayName) == ["Alice", "Bob", "Carol", "Dan", "Frank"])
        #expect(second.next == nil)
    }

    @Test func `says when a resource is gone`() async throws {
        let file = try Temporary.file(named: "demo.db")
        let connector = try await connector(file, isCreated: true)
        for syncer in connector.syncers.dropFirst() {
            let gone = Resource(ResourceID(syncer.type, "gone"), name: "Gone")
            let error = await #expect(throws: ServiceError.self) {
                try await syncer.grants(on: gone, page: PageRequest())
            }
            #expect(error?.code == .notFound)
        }
    }

    private func run(_ script: String, on file: URL) throws {
        var handle: OpaquePointer?
        try #require(sqlite3_open(file.path, &handle) == SQLITE_OK)
        defer { sqlite3_close(handle) }
        try #require(sqlite3_exec(handle, script, nil, nil, nil) == SQLITE_OK)
    }
}
