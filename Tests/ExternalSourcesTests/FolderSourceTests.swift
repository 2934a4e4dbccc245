import AccessModel
import Foundation
import LanternCatalog
import Logging
import Testing

@testable import ExternalSources

@Suite struct `a data source that is fetched` {
    private let test: TestSources
    private let external: ExternalSource
    private let file: URL

    init() async throws {
        test = try await TestSources()
        external = try await test.external(.folder) { [test] in $0.folder = test.shared.path }
        file = test.shared.appending(path: "people.csv")
    }

    @Test func `is imported at once, and every hour when it has changed`() async throws {
        try Made.sheet(accounts: 2).write(to: file)
        let source = try await test.fetched("people.csv", from: external)
        try await test.look()
        #expect(try await test.accounts == 2)
        #expect(try await test.state(of: source).outcome == .fetched)
        // Nothing is due.
        try Made.sheet(accounts: 3).write(to: file)
        test.clock.pass(3599)
        try await test.look()
        #expect(try await test.accounts == 2)
        test.clock.pass(1)
        try await test.look()
        #expect(try await test.accounts == 3)
        test.clock.pass(3600)
        try await test.look()
        let state = try await test.state(of: source)
        #expect(state.outcome == .unchanged && state.imports == 2)
    }

    @Test func `is looked at when its schedule says, however late the server is`() async throws {
        try Made.sheet(accounts: 1).write(to: file)
        let made = test.clock.now
        let source = try await test.fetched("people.csv", from: external)
        test.clock.pass(100)
        try await test.look()
        #expect(try await test.catalog.dataSource(source).feed?.nextCheckAt == made + 3600)
        test.clock.pass(10 * 3600)
        try await test.look()
        let feed = try #require(try await test.catalog.dataSource(source).feed)
        #expect(feed.nextCheckAt == made + 11 * 3600 && feed.checkedAt == test.clock.now)
    }

    @Test func `says which files there are when its own isn't`() async throws {
        try Made.sheet(accounts: 2).write(to: test.shared.appending(path: "baton-sync.csv"))
        try Data("x".utf8).write(to: test.shared.appending(path: "readme.txt"))
        let source = try await test.fetched("sync.csv", from: external)
        try await test.look()
        let state = try await test.state(of: source)
        #expect(state.outcome == .error && state.imports == 0)
        #expect(state.error == "object not found: sync.csv. There are: baton-sync.csv.")
        #expect(try await test.catalog.dataSource(source).status.summary == .error)
        #expect(try await test.catalog.application(test.application).status.summary == .error)
        // The name is what it says: the other file is never taken for it.
        try await test.catalog.updateFeed(of: source, key: "baton-sync.csv")
        try await test.look()
        #expect(try await test.accounts == 2)
        #expect(try await test.catalog.dataSource(source).status.summary == .connected)
    }

    @Test func `keeps what is there while it is gone, and tells of every failure`() async throws {
        try Made.sheet(accounts: 2).write(to: file)
        let source = try await test.fetched("people.csv", from: external)
        try await test.look()
        try FileManager.default.removeItem(at: file)
        for _ in 0..<3 {
            test.clock.pass(3600)
            try await test.look()
        }
        #expect(try await test.accounts == 2)
        #expect(try await test.catalog.dataSource(source).feed?.failures == 3)
        try Made.sheet(accounts: 3).write(to: file)
        test.clock.pass(3600)
        try await test.look()
        #expect(try await test.accounts == 3)
        #expect(test.told.all == ["failed 1", "failed 2", "failed 3", "recovered after 3"])
    }

    @Test func `fails as often as what it has can't be imported, the same file or another one`() async throws {
        try Data("no,table\n".utf8).write(to: file)
        let source = try await test.fetched("people.csv", from: external)
        try await test.look()
        let state = try await test.state(of: source)
        #expect(state.error.contains("couldn't be imported") && state.error.contains("User ID"), "\(state.error)")
        // The same again: what ended its import may have passed.
        test.clock.pass(3600)
        try await test.look()
        try Data("still,none\n".utf8).write(to: file)
        test.clock.pass(3600)
        try await test.look()
        #expect(try await test.state(of: source).imports == 3)
        #expect(try await test.catalog.dataSource(source).feed?.failures == 3)
        try Made.sheet(accounts: 2).write(to: file)
        test.clock.pass(3600)
        try await test.look()
        #expect(try await test.state(of: source).error == "")
        #expect(test.told.all == ["failed 1", "failed 2", "failed 3", "recovered after 3"])
    }

    @Test func `isn't what was fetched before somebody named something else`() async throws {
        try Made.sheet(accounts: 2).write(to: file)
        let source = try await test.fetched("people.csv", from: external)
        let before = try await test.catalog.dataSource(source)
        let late = try Upload.copying(file.path, into: test.catalog.folder)
        func isDropped(_ known: DataSource) async throws {
            await #expect(throws: FeedChanged.self) {
                try await test.catalog.noteFetched(known, late, state: "late")
            }
            await #expect(throws: FeedChanged.self) { try await test.catalog.noteFailure(known, "late") }
        }
        try await test.catalog.updateFeed(of: source, key: "other.csv")
        try await isDropped(before)
        try await test.catalog.updateFeed(of: source, key: "people.csv")
        try await test.look()
        let fetched = try await test.catalog.dataSource(source)
        #expect(fetched.feed?.objectState != "")
        // Another name changes nothing; another place is looked at at once.
        try await test.catalog.updateExternalSource(
            external.id, named: "Renamed", external.settings, sealedSecret: nil)
        #expect(try await test.catalog.dataSource(source).feed?.objectState == fetched.feed?.objectState)
        var elsewhere = external.settings
        elsewhere.folder = "."
        try await test.catalog.updateExternalSource(external.id, named: "Elsewhere", elsewhere, sealedSecret: nil)
        let moved = try #require(try await test.catalog.dataSource(source).feed)
        #expect(moved.objectState == "" && moved.nextCheckAt == test.clock.now)
        try await isDropped(fetched)
    }

    @Test func `is left alone while it is paused, and looked at when somebody asks`() async throws {
        try Made.sheet(accounts: 1).write(to: file)
        let source = try await test.fetched("people.csv", from: external)
        try await test.catalog.updateFeed(of: source, isPaused: true)
        test.clock.pass(7200)
        try await test.look()
        #expect(try await test.state(of: source).imports == 0)
        try await test.catalog.requestCheck(of: source)
        try await test.look()
        #expect(try await test.accounts == 1)
        try await test.catalog.updateFeed(of: source, isPaused: true)
        try await test.catalog.updateFeed(of: source, isPaused: false)
        try await test.look()
        #expect(try await test.state(of: source).outcome == .unchanged)
    }

    @Test func `that is removed is never fetched again, nor is its removal overtaken`() async throws {
        try Made.sheet(accounts: 2).write(to: file)
        let source = try await test.fetched("people.csv", from: external)
        try await test.look()
        let known = try await test.catalog.dataSource(source)
        let run = try await test.catalog.removeDataSource(source, by: "test")
        try Made.sheet(accounts: 5).write(to: file)
        let late = try Upload.copying(file.path, into: test.catalog.folder)
        await #expect(throws: FeedChanged.self) {
            try await test.catalog.noteFetched(known, late, state: "new")
        }
        test.clock.pass(7200)
        try await test.look()
        #expect(try await test.accounts == 0)
        #expect(try await test.catalog.importRun(run.id).state == .done)
        try await test.catalog.removeExternalSource(external.id)
        #expect(try await test.catalog.externalSources().isEmpty)
    }

    @Test func `holds its external data source`() async throws {
        _ = try await test.fetched("people.csv", from: external)
        let error = await #expect(throws: CatalogError.self) {
            try await test.catalog.removeExternalSource(external.id)
        }
        #expect(error?.description.contains("Remove those first") == true)
        #expect(try await test.catalog.dataSources(fetchedFrom: external.id).count == 1)
    }

    @Test func `takes away half of what is there only when somebody confirms it`() async throws {
        try Made.sheet(accounts: 40).write(to: file)
        let source = try await test.fetched("people.csv", from: external)
        try await test.look()
        try Made.sheet(accounts: 3).write(to: file)
        test.clock.pass(3600)
        try await test.look()
        #expect(try await test.accounts == 40)
        #expect(try await test.catalog.dataSource(source).status.summary == .paused)
    }
}

@Suite struct `a folder of the server` {
    private let test: TestSources

    init() async throws { test = try await TestSources() }

    @Test func `is within the one that the server was told of`() async throws {
        let inner = test.shared.appending(path: "inner")
        try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            at: test.shared.appending(path: "out"), withDestinationURL: URL(filePath: "/etc"))
        var settings = ExternalSource.Settings(.folder)
        for good in [test.shared.path, inner.path, "inner"] {
            settings.folder = good
            #expect(throws: Never.self) { try test.stores.checked(settings) }
        }
        for bad in ["/etc", "../data", test.shared.path + "/out", test.shared.path + "/../data", "missing"] {
            settings.folder = bad
            #expect(throws: CatalogError.self, "\(bad)") { try test.stores.checked(settings) }
        }
        let none = ExternalStores(
            test.catalog.folder, environment: [:], allowsPrivateEndpoints: true, sourceFolder: nil,
            log: .init(label: "t"))
        settings.folder = inner.path
        let error = #expect(throws: CatalogError.self) { try none.checked(settings) }
        #expect(error?.description.contains("--source-folder") == true)
    }

    @Test func `gives its own files only, and nothing but files`() async throws {
        try Data("secret".utf8).write(to: test.shared.appending(path: "outside.csv"))
        let inner = test.shared.appending(path: "inner/deep")
        try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
        try Made.sheet(accounts: 1).write(to: inner.appending(path: "a.csv"))
        try Made.sheet(accounts: 1).write(to: inner.appending(path: ".hidden.csv"))
        let links = test.shared.appending(path: "inner")
        try FileManager.default.createSymbolicLink(
            at: links.appending(path: "link.csv"), withDestinationURL: test.shared.appending(path: "outside.csv"))
        try FileManager.default.createSymbolicLink(
            at: links.appending(path: "good.csv"), withDestinationURL: inner.appending(path: "a.csv"))
        #expect(mkfifo(links.appending(path: "pipe.csv").path, 0o600) == 0)
        let store = try await test.stores.store(
            of: try await test.external(.folder) { $0.folder = links.path })
        #expect(
            try await store.objects(prefix: "", after: nil, limit: 10).objects.map(\.key) == ["deep/a.csv", "good.csv"])
        #expect(try await store.objects(prefix: "deep/", after: nil, limit: 10).objects.map(\.key) == ["deep/a.csv"])
        let first = try await store.objects(prefix: "", after: nil, limit: 1)
        #expect(first.objects.map(\.key) == ["deep/a.csv"])
        #expect(try await store.objects(prefix: "", after: first.next, limit: 1).objects.map(\.key) == ["good.csv"])
        #expect(try await store.object("good.csv")?.size == Int64(Made.sheet(accounts: 1).count))
        #expect(try await store.object("nothing.csv") == nil)
        for bad in ["link.csv", "../outside.csv", "deep", "pipe.csv"] {
            await #expect(throws: CatalogError.self, "\(bad)") { try await store.object(bad) }
        }
        #expect(await store.test().allSatisfy(\.isGood))
    }

    @Test func `gives files up to a limit`() async throws {
        let test = try await TestSources(limit: 100)
        try Made.sheet(accounts: 10).write(to: test.shared.appending(path: "a.csv"))
        let source = try await test.fetched(
            "a.csv", from: try await test.external(.folder) { $0.folder = test.shared.path })
        try await test.look()
        #expect(try await test.state(of: source).error.contains("larger than"))
        let incoming = try FileManager.default.contentsOfDirectory(atPath: test.catalog.folder.incoming)
        #expect(incoming.isEmpty)
    }
}
