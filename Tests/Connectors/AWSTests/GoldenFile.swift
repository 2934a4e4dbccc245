import Foundation
import Testing

/// The files that the Go connector made.
enum GoldenFile {
    /// Where the golden files are: the folder in `LANTERN_FIXTURES`, or beside the repository.
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["LANTERN_FIXTURES"] { return URL(filePath: path) }
        let root = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        return root.deletingLastPathComponent().appending(path: "shared/fixtures")
    }()

    static let isThere = TestAWS.isThere && FileManager.default.fileExists(atPath: path("aws-sqlite"))

    static let absence: Comment = "NOT COMPARED with the reference: its files (LANTERN_FIXTURES) or moto are missing"

    static func path(_ name: String) -> String { folder.appending(path: "c1z/\(name)/sync.c1z").path }
}
