import Foundation
import Testing

/// A recorded file.
struct Fixture: CustomTestStringConvertible, Sendable {
    let name: String

    var testDescription: String { name }
    var folder: URL { Self.root.appending(path: "c1z/\(name)") }
    var path: String { folder.appending(path: "sync.c1z").path }

    /// `LANTERN_FIXTURES`, else `../shared/fixtures` beside the checkout.
    static let root = URL(
        filePath: ProcessInfo.processInfo.environment["LANTERN_FIXTURES"] ?? "../shared/fixtures",
        relativeTo: URL(filePath: FileManager.default.currentDirectoryPath + "/")
    ).standardizedFileURL

    /// Every recorded version 1 file.
    static let all: [Fixture] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "c1z").path)) ?? []
        return names.sorted().map { Fixture(name: $0) }.filter { fixture in
            guard let file = FileHandle(forReadingAtPath: fixture.path), let start = try? file.read(upToCount: 5) else {
                return false
            }
            return start == Data([0x43, 0x31, 0x5A, 0x46, 0])
        }
    }()

    /// Those small enough to be read many times.
    static let small = all.filter { $0.name != "medium-sqlite" }

    init(name: String) {
        self.name = name
    }

    static func named(_ name: String) throws -> Fixture {
        try #require(all.first { $0.name == name }, "no fixtures at \(root.path): set LANTERN_FIXTURES")
    }

    /// The counts that the reference prints for the sync it shows; nil when it shows none.
    var stats: [String: Any]? {
        guard let data = try? Data(contentsOf: folder.appending(path: "stats.json")),
            let json = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        else { return nil }
        return json
    }
}
