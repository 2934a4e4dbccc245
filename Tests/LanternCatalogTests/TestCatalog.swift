import AccessModel
import C1Z
import Foundation
import Logging
import Testing

@testable import LanternCatalog

/// A catalog in a folder of its own, whose time goes on by an hour with each import.
final class TestCatalog: Sendable {
    let url: URL
    let catalog: SQLiteCatalog
    let runner: ImportRunner
    let clock: TestClock

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "lantern-\(UUID().uuidString)")
        let clock = TestClock()
        self.clock = clock
        catalog = try SQLiteCatalog(in: DataFolder(url.path), now: { clock.now })
        runner = ImportRunner(catalog, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    deinit {
        try? catalog.close()
        try? FileManager.default.removeItem(at: url)
    }

    /// Makes an application with one data source.
    func application(_ name: String = "Test") async throws -> (id: String, source: String) {
        let application = try await catalog.createApplication(named: name)
        let source = try await catalog.addDataSource(to: application.id, kind: .file, named: "file")
        return (application.id, source.id)
    }

    /// Imports a file as somebody would who uploads it; returns how that ended.
    @discardableResult
    func importFile(
        _ path: String, into source: String, preview: Bool = false, replacing: Bool = true, sync: String = ""
    ) async throws -> ImportRun {
        clock.pass(3600)
        let file = try Upload.copying(path, into: catalog.folder)
        var order = ImportOrder(by: "test", through: "upload")
        order.wantsPreview = preview
        order.replacesEverything = replacing
        order.sync = sync
        let run = try await catalog.enqueue(file, for: source, order)
        try await performAll()
        return try await catalog.importRun(run.id)
    }

    func performAll() async throws {
        while let next = try await catalog.takeImport() { try await runner.perform(next) }
    }
}

/// A clock that stands still until it is told to go on.
final class TestClock: Sendable {
    private let seconds = Counter(1_764_000_000)
    var now: Int64 { seconds.value }
    func pass(_ count: Int64) { seconds.add(count) }
}

enum Fixtures {
    static let folder = URL(
        filePath: ProcessInfo.processInfo.environment["LANTERN_FIXTURES"] ?? "../shared/fixtures",
        relativeTo: URL(filePath: FileManager.default.currentDirectoryPath + "/")
    ).standardizedFileURL.appending(path: "c1z")

    static let areThere = FileManager.default.fileExists(atPath: folder.path)
    static let absence: Comment = "NOT TESTED: the recorded files (LANTERN_FIXTURES) are missing"

    /// All recorded files, by the name of their folders.
    static let all: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter {
            FileManager.default.fileExists(atPath: path($0))
        }.sorted()

    static func path(_ name: String) -> String { folder.appending(path: "\(name)/sync.c1z").path }
}
