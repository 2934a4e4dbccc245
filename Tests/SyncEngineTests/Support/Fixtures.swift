import AccessModel
import C1Z
import ConnectorKit
import DemoConnector
import Foundation
import Logging
import Testing

/// The golden files of the reference, and the models they were made from.
enum Fixtures {
    /// The folder in `LANTERN_FIXTURES`, or beside the repository.
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["LANTERN_FIXTURES"] { return URL(filePath: path) }
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return root.deletingLastPathComponent().appending(path: "shared/fixtures")
    }()

    static let areAvailable: Bool = FileManager.default.fileExists(atPath: folder.appending(path: "c1z").path)

    static let absence: Comment = "NOT COMPARED with the reference: its files (LANTERN_FIXTURES) are missing"

    static func file(_ name: String) -> String { folder.appending(path: "c1z/\(name)/sync.c1z").path }

    static func model(_ name: String) -> String { folder.appending(path: "c1z/models/\(name).json").path }

    /// A copy that may be written.
    static func copy(_ name: String) throws -> String {
        let copy = try Temporary.file(named: "sync.c1z")
        try Data(contentsOf: URL(filePath: file(name))).write(to: copy)
        return copy.path
    }
}

/// Files that live as long as the test process.
enum Temporary {
    private static let root: URL = {
        atexit { try? FileManager.default.removeItem(at: Temporary.root) }
        return FileManager.default.temporaryDirectory.appending(path: "engine-tests-\(UUID().uuidString)")
    }()

    /// What is in a folder.
    static func names(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
    }

    /// The path of a new file in a folder of its own.
    static func path(named name: String = "sync.c1z") throws -> String { try file(named: name).path }

    /// A place for a file in a folder of its own.
    static func file(named name: String = "sync.c1z") throws -> URL {
        let folder = root.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder.appending(path: name)
    }
}

extension DemoConnector {
    /// A connector with these settings and the others at their defaults.
    init(_ values: [String: GivenValue]) async throws {
        let configuration = DemoConfiguration()
        for setting in configuration.settings {
            if let value = values[setting.declaration.name] { setting.take(value) }
        }
        try await self.init(configuration, context: ConnectorContext(log: Logger(label: "test")))
    }

    /// A connector that serves a recorded model.
    static func serving(model name: String) async throws -> DemoConnector {
        try await DemoConnector(["model": .string(Fixtures.model(name))])
    }
}
