import AccessModel
import ConnectorKit
import Foundation
import Logging
import SyncEngine
import Testing

@testable import ConnectorRuntime

/// A connector that keeps something.
private struct KeepingConnector: Connector, SyncCleaner {
    static let metadata = ConnectorMetadata(name: "baton-keeping", displayName: "Keeping")

    let notes = Notes<String>()
    var failure: ServiceError?

    init(failure: ServiceError? = nil) {
        self.failure = failure
    }

    init(_ configuration: NoConfiguration, context: ConnectorContext) async throws { self.init() }

    func validate() async throws { notes.add("validate") }

    var syncers: [any ResourceSyncer] {
        var script = Script()
        script.resources = { _, _ in
            notes.add("list")
            return Page([])
        }
        return [PlainSyncer(script: script)]
    }

    func cleanUp() async throws {
        notes.add("clean up")
        if let failure { throw failure }
    }
}

@Suite struct `a connector that keeps what it read` {
    private func sync(_ connector: KeepingConnector) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "lantern-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var job = SyncJob()
        job.file = folder.appending(path: "sync.c1z").path
        try await SyncJob.run(job, ConnectorAdapter(connector), NoProgress(), Logger(label: "test"))
    }

    @Test func `is told of the end of a sync, after all of it`() async throws {
        let connector = KeepingConnector()
        try await sync(connector)
        #expect(connector.notes.all == ["validate", "list", "clean up"])
    }

    @Test func `and can't forget it doesn't spoil the sync`() async throws {
        let connector = KeepingConnector(failure: ServiceError(.unavailable, "busy"))
        try await sync(connector)
        #expect(connector.notes.all.last == "clean up")
        #expect(
            await failure { try await ConnectorAdapter(connector).cleanup(activeSyncID: "") }
                == "unavailable: error: cleanup failed: busy")
    }
}
