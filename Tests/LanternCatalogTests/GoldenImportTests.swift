import C1Z
import GRDB
import Testing

@testable import LanternCatalog

@Suite(.enabled(if: Fixtures.areThere, Fixtures.absence))
struct `a recorded file` {
    /// How many different holders each entitlement of a sync has: what grants are for people.
    private func expected(_ path: String) throws -> (sync: SyncRun, stats: SyncStats)? {
        let reader = try C1ZFile.open(path)
        for type in [SyncType.full, .resourcesOnly, .partial] {
            if let sync = try reader.latestFinishedSync(of: type) { return (sync, try reader.stats(of: sync)) }
        }
        return nil
    }

    @Test(arguments: Fixtures.all) func `is imported with all it holds, and a second time changes nothing`(
        fixture: String
    ) async throws {
        let path = Fixtures.path(fixture)
        let test = try TestCatalog()
        let (application, source) = try await test.application()
        let run = try await test.importFile(path, into: source)
        guard let (sync, stats) = try expected(path) else {
            #expect(run.state == .error)
            #expect(run.error.hasPrefix("sync.c1z: holds no completed sync"), "\(run.error)")
            return
        }
        #expect(run.state == .done, "\(run.error)")
        #expect(run.syncID == sync.id)
        let counts = try await test.catalog.counts(of: run)
        func total(_ kind: ImportCount.Kind) -> Int64 { counts.filter { $0.kind == kind }.reduce(0) { $0 + $1.total } }
        #expect(total(.resourceType) == stats.resourceTypes)
        #expect(total(.account) + total(.resource) == stats.resources)
        #expect(total(.entitlement) == stats.entitlements)
        let warnings = try await test.catalog.warnings(of: run)
        // What follows from other grants is derived when the connector hasn't.
        if fixture == "unexpanded-sqlite" {
            #expect(total(.grant) == 83)
        } else {
            #expect(total(.grant) == stats.grants, "\(warnings)")
        }

        let shown = try await test.catalog.application(application).counts
        #expect(shown.accounts + shown.resources == stats.resources)
        #expect(shown.entitlements == stats.entitlements)
        let isTargeted = sync.type == .partial
        #expect(isTargeted || shown.grants == total(.grant) - run.warnings, "\(warnings)")
        #expect(counts.allSatisfy { $0.changed == 0 && $0.removed == 0 })

        // Another file with the same content is compared, and brings nothing new.
        let again = try await test.catalog.importAgain(run, in: test)
        #expect(again.state == .done, "\(again.error)")
        #expect(again.revision == nil)
        let second = try await test.catalog.counts(of: again)
        #expect(second.allSatisfy { !$0.isChange }, "\(second)")
        let after = try await test.catalog.application(application).counts
        #expect(after == shown)
    }

    @Test func `tells whose its secrets are and how long they are good`() async throws {
        let test = try TestCatalog()
        let (application, source) = try await test.application()
        try await test.importFile(Fixtures.path("kitchen-sqlite"), into: source)
        let secrets = try await test.catalog.secrets(ResourceQuery(of: application), PageRequest()).rows
        let secret = try #require(secrets.first)
        #expect(secrets.count == 1)
        #expect(secret.type == "Static secret, pat")
        #expect(secret.identity?.resource?.externalID == "with space")
        #expect(secret.createdBy?.resource?.externalID == "plain")
        #expect(
            [secret.createdAt, secret.lastUsedAt, secret.expiresAt] == [1_704_164_645, 1_746_403_200, 1_767_323_045])
        // One that is named by an id of another kind is shown by that.
        let (other, aws) = try await test.application("AWS")
        try await test.importFile(Fixtures.path("aws-sqlite"), into: aws)
        let keys = try await test.catalog.secrets(ResourceQuery(of: other), PageRequest()).rows
        #expect(keys.count == 6)
        #expect(keys.allSatisfy { $0.identity?.resource == nil && $0.identity?.name.isEmpty == false })
    }
}

extension SQLiteCatalog {
    /// Imports the file of an import again, without the shortcut for files that are known already.
    func importAgain(_ run: ImportRun, in test: TestCatalog) async throws -> ImportRun {
        try await pool.write { db in
            try db.execute(sql: "UPDATE imports SET sha256 = 'other' WHERE id = ?", arguments: [run.key])
        }
        let file = ReceivedFile(name: run.fileName, size: run.size, sha256: run.sha256)
        let again = try await enqueue(file, for: run.dataSourceID, ImportOrder(by: "test", through: "upload"))
        try await test.performAll()
        return try await importRun(again.id)
    }
}
