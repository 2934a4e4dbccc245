import Foundation
import Logging
import Testing

@testable import LanternCatalog

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

@Suite struct `a server that is killed during an import` {
    private static let before = Directory(
        users: ["ann": "Ann", "bob": "Bob"], groups: ["staff": ["ann", "bob"]],
        roles: ["admin": .init(groups: ["staff"])])
    private static let after = Directory(
        users: ["ann": "Ann", "dee": "Dee"], groups: ["staff": ["dee"]], roles: ["admin": .init(groups: ["staff"])])

    /// In another process: takes the import that waits, and dies as soon as it reaches a stage.
    @Sendable private static func perform(in folder: String, dyingAt stage: String) async throws {
        let catalog = try SQLiteCatalog(in: DataFolder(folder), now: { 1_764_100_000 })
        try await catalog.recoverImports()
        var runner = ImportRunner(catalog, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        runner.reached = { reached in
            if reached.rawValue == stage { kill(getpid(), SIGKILL) }
        }
        while let next = try await catalog.takeImport() { try await runner.perform(next) }
    }

    @Test(arguments: [ImportRun.Stage.opening, .expanding, .staging, .comparing, .applying, .indexing])
    func `has applied all of it or nothing, and goes on when it is back`(stage: ImportRun.Stage) async throws {
        let test = try TestCatalog()
        let (application, source) = try await test.application()
        try await test.importDirectory(Self.before, into: source)
        let path = test.url.appending(path: "after.c1z").path
        try Self.after.write(to: path)
        let run = try await test.catalog.enqueue(
            try Upload.copying(path, into: test.catalog.folder), for: source, ImportOrder(by: "test", through: "upload")
        )
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [folder = test.url.path as String, stage = stage.rawValue as String] in
            try await Self.perform(in: folder, dyingAt: stage)
        }
        let interrupted = try await test.state(of: application)
        #expect(interrupted.names == Self.before.names && interrupted.grants == Self.before.grants)
        #expect(try await !test.catalog.importRun(run.id).state.isOver)

        try await test.catalog.recoverImports()
        #expect(DataFolder.entries(test.catalog.folder.work).isEmpty)
        try await test.performAll()
        #expect(try await test.catalog.importRun(run.id).state == .done)
        let state = try await test.state(of: application)
        #expect(state.names == Self.after.names && state.grants == Self.after.grants)
        #expect(DataFolder.entries(test.catalog.folder.work).isEmpty)
    }
}
