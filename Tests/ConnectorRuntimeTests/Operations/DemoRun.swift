import AccessModel
import BatonWire
import C1Z
import CSQLite
import CommandLineKit
import DemoConnector
import Foundation
import SwiftProtobuf
import Testing

@testable import ConnectorRuntime

/// Runs the demo connector's program on a directory of its own.
final class DemoRun: Sendable {
    let folder: TemporaryFolder

    /// What one call printed, and how it ended.
    struct Ending {
        let status: Int32
        let output: String
        let log: String

        /// What was printed as JSON.
        func json() throws -> NSDictionary {
            try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? NSDictionary)
        }
    }

    /// A directory with the example data, synced.
    init() async throws {
        folder = try TemporaryFolder()
        let ending = await self("--init-db")
        #expect(ending.status == 0, "\(ending.log)")
    }

    var file: String { "\(folder.path)/sync.c1z" }

    func callAsFunction(_ arguments: String...) async -> Ending {
        await run(arguments)
    }

    func run(_ arguments: [String]) async -> Ending {
        let output = Notes<String>()
        let errors = Notes<String>()
        let workplace = Workplace(
            streams: StandardStreams(output: { output.add($0) }, error: { errors.add($0) }),
            terminal: Terminal(showsOutput: false, showsErrors: false, width: { 80 }), directory: folder.path, cores: 2)
        let status = await ConnectorProgram<DemoConnector>.standard.run(
            ["-f", file, "--db-file", "\(folder.path)/demo.db"] + arguments, [:], in: workplace)
        return Ending(status: status, output: output.all.joined(), log: errors.all.joined())
    }

    /// Moves what was noted of changes back in time.
    func age(days: Int) throws {
        var database: OpaquePointer?
        defer { sqlite3_close(database) }
        try #require(sqlite3_open("\(folder.path)/demo.db", &database) == SQLITE_OK)
        let aging = "UPDATE events SET occurred_at = occurred_at - \(days * 24 * 3600)"
        try #require(sqlite3_exec(database, aging, nil, nil, nil) == SQLITE_OK)
    }

    /// The resource with this id, as the next sync sees it.
    func synced(_ id: ResourceID) async throws -> Resource {
        _ = try await synced(.resource)
        let reader = try C1ZFile.open(file)
        let bytes = try reader.find(.resource(id), in: try reader.latestFinishedSync()?.id)
        return try Resource(serializedBytes: try #require(bytes))
    }

    /// Syncs again and returns the ids of the records of a kind.
    func synced(_ kind: RecordKind) async throws -> Set<String> {
        let ending = await self("--log-level=error")
        #expect(ending.status == 0, "\(ending.log)")
        let reader = try C1ZFile.open(file)
        var ids: Set<String> = []
        let sync = try reader.latestFinishedSync()?.id
        try reader.read(kind, of: sync, where: .all) { record in
            switch kind {
            case .grant: ids.insert(try Grant(serializedBytes: Array(record.data)).id)
            case .resource: ids.insert(try Resource(serializedBytes: Array(record.data)).identity.description)
            default: break
            }
        }
        return ids
    }
}

/// Ids of the example directory.
enum Example {
    static let alice = "2IC0Wn5oRQqVVn3COFl1O1zSzV6"
    static let bob = "2IC0WoNfqUPT7mgO4FOaViIxBrR"
    static let carol = "2IC0Wo34fcTerFEgWmyffXmfrW8"
    static let dan = "2IC0Wn7DaxV1xqDpdg7jJRiPtCp"
    static let engineers = "2IC0WmAPkihbFdZhEPsch5N5WNO"
    static let reader = "2IC0WkRTFmsXH4P9TjiQnd29XMT"
}
