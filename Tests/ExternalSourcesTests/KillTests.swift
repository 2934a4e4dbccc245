import Foundation
import LanternCatalog
import Logging
import Testing

@testable import ExternalSources

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct `a server that is killed while it fetches a file` {
    /// In another process: looks at what is due, and dies as soon as it reaches a step.
    @Sendable private static func look(in folder: String, from shared: String, dyingAt step: String) async throws {
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let data = try DataFolder(folder)
        let catalog = try SQLiteCatalog(in: data, now: { 1_764_003_600 })
        try await catalog.recoverImports()
        let stores = ExternalStores(
            data, environment: [:], allowsPrivateEndpoints: false, sourceFolder: shared, log: log)
        let poller = SourcePoller(
            catalog, stores, SourceHealth(catalog, log: log), limit: 1 << 30, log: log, fetched: {},
            reached: { if $0.rawValue == step { kill(getpid(), SIGKILL) } })
        try await poller.look()
    }

    @Test(arguments: [SourcePoller.Step.looked, .fetched, .noted])
    func `has it in line once, or fetches it when it is back`(step: SourcePoller.Step) async throws {
        let test = try await TestSources()
        let file = test.shared.appending(path: "people.csv")
        try Made.sheet(accounts: 2).write(to: file)
        let source = try await test.fetched(
            "people.csv", from: try await test.external(.folder) { $0.folder = test.shared.path })
        try await test.look()
        try Made.sheet(accounts: 3).write(to: file)
        test.clock.pass(3600)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [
                folder = test.catalog.folder.path as String, shared = test.shared.path as String,
                step = step.rawValue as String
            ] in
            try await Self.look(in: folder, from: shared, dyingAt: step)
        }
        #expect(try await test.accounts == 2)
        #expect(try await test.state(of: source).imports == (step == .noted ? 2 : 1))
        try await test.catalog.recoverImports()
        try await test.look()
        #expect(try await test.accounts == 3)
        #expect(try await test.state(of: source).imports == 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: test.catalog.folder.incoming).isEmpty)
    }
}
