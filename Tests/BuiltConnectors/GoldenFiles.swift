package import Foundation
package import Testing

/// The files of the reference that ours are compared with.
package enum GoldenFiles {
    /// The folder in `LANTERN_FIXTURES`, or the one beside the repository.
    package static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["LANTERN_FIXTURES"] { return URL(filePath: path) }
        return URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../shared/fixtures")
            .standardizedFileURL
    }()

    /// Whether they are there.
    package static let areAvailable = FileManager.default.fileExists(atPath: folder.appending(path: "c1z").path)

    /// What a test says that can't compare.
    package static let absence: Comment = "NOT COMPARED with the reference: its files (LANTERN_FIXTURES) are missing"

    /// What one of them holds.
    package static func contents(_ name: String) throws -> FileContents {
        try FileContents(of: folder.appending(path: "c1z/\(name)/sync.c1z").path)
    }

    /// Where a source behind one of them is.
    package static func source(_ name: String) -> String { folder.appending(path: "sources/\(name)").path }
}
