import C1Z
import Testing

@testable import LanternCatalog

@Suite(.enabled(if: Fixtures.areThere, Fixtures.absence)) struct `an import of a sync that somebody named` {
    @Test(arguments: ["multi-sqlite", "unfinished-sqlite"]) func `takes that one, finished or not`(
        fixture: String
    ) async throws {
        let test = try TestCatalog()
        let reader = try C1ZFile.open(Fixtures.path(fixture), environment: [:])
        let syncs = try reader.syncRuns()
        #expect(!syncs.isEmpty)
        for sync in syncs {
            let (_, source) = try await test.application(sync.id)
            let run = try await test.importFile(Fixtures.path(fixture), into: source, sync: sync.id)
            #expect(run.state == .done, "\(run.error)")
            #expect(run.syncID == sync.id)
        }
    }

    @Test func `takes another one of the same file, and knows it again`() async throws {
        let test = try TestCatalog()
        let path = Fixtures.path("multi-sqlite")
        let syncs = try C1ZFile.open(path, environment: [:]).syncRuns().filter { $0.isFinished && $0.type == .full }
        let (first, last) = (try #require(syncs.first), try #require(syncs.last))
        #expect(first.id != last.id)
        let (_, source) = try await test.application()
        for id in [first.id, last.id, last.id] {
            #expect(try await test.importFile(path, into: source, sync: id).syncID == id)
        }
    }

    @Test func `says when the file doesn't have it`() async throws {
        let test = try TestCatalog()
        let (_, source) = try await test.application()
        let run = try await test.importFile(Fixtures.path("basic-sqlite"), into: source, sync: "bogus")
        #expect(run.state == .error)
        #expect(run.error.hasPrefix("sync.c1z: has no sync bogus"), "\(run.error)")
    }
}
