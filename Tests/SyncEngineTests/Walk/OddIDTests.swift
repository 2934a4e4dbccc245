import AccessModel
import BatonWire
import C1Z
import SwiftProtobuf
import Testing

@testable import SyncEngine

@Suite struct `ids of every kind` {
    /// Canonically equivalent spellings, and characters that separate things elsewhere.
    private static let ids = [
        "caf\u{E9}", "cafe\u{301}", "a\u{0}b", "a\u{0}", "a", "line\nbreak", "tab\t\"quoted\"", "👩‍👩‍👧", "👩", "a:b", "a/b",
        "a\\b",
        " a", "a ", "\u{FEFF}a", "\u{202E}a", "A", "%00", "\u{1F1E9}\u{1F1EA}", "\u{7F}", "ſ", "K", "\u{10FFFF}",
    ]

    private static var directory: SmallDirectory {
        var directory = SmallDirectory()
        for id in ids {
            directory.addUser(id)
            directory.addGroup(id)
        }
        directory.addRole("r")
        for id in ids {
            directory.grants.append(Grant("member", on: ResourceID("group", id), to: ResourceID("user", id)))
            directory.grants.append(
                Grant("assigned", on: ResourceID("role", "r"), to: ResourceID("group", id))
                    .expanding("member", to: ["user"]))
        }
        directory.pageSize = 4
        return directory
    }

    @Test(arguments: [1, 4]) func `stay different from the connector to the end of the expansion`(workers: Int)
        async throws
    {
        var sync = try TestSync()
        sync.workers = workers
        let contents = try await sync.contents(of: Self.directory.client)
        let count = Self.ids.count
        #expect(contents.rows(.resource).count == 2 * count + 1)
        #expect(contents.rows(.entitlement).count == count + 1)
        #expect(contents.rows(.grant).count == 3 * count)
        for id in Self.ids {
            let derived = ByteKey("role:r:assigned:user:\(id)")
            let row = try #require(contents.rows(.grant).first { $0.id == derived }, "\(id.debugDescription)")
            let sources = try row.data.withUnsafeBytes { try GrantSources(ofGrant: $0) }
            #expect(sources.entries.map(\.entitlement) == [ByteKey("group:\(id):member")])
            let principal = try Grant(serializedBytes: row.data).principal
            #expect(principal.id.resource.hasSameBytes(as: id))
        }
    }

    @Test func `stay what they are in the token of an interrupted sync`() async throws {
        let plain = Self.directory.client
        var failing = plain
        failing.grants = { _ in throw ServiceError(.internal, "boom") }
        let sync = try TestSync()
        _ = try await sync.failure(of: failing)
        let contents = try await TestSync(into: sync.file).contents(of: plain)
        expectSame(contents, as: try await TestSync().contents(of: plain))
    }

    @Test func `are told apart in a filter of types`() async throws {
        var client = ScriptedClient()
        client.types = { _ in
            .init(rows: ["caf\u{E9}", "cafe\u{301}"].map { ResourceType($0, displayName: "Café") })
        }
        client.resources = { call in .init(rows: [Resource(ResourceID(call.type, "1"), name: "One")]) }
        var sync = try TestSync()
        sync.types = ["cafe\u{301}"]
        let contents = try await sync.contents(of: client)
        #expect(contents.rows(.resource).count == 1)
        #expect(contents.rows(.resourceType).first?.id == ByteKey("cafe\u{301}"))
    }
}
