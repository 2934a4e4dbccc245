import Foundation
import PythonServices
import Testing

@testable import ObjectStorage

@Suite(.enabled(if: BucketService.isThere, BucketService.absence))
struct `the documentation of buckets` {
    private static let root = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }

    /// The commands of docs/s3.md, as somebody types them into one shell.
    private static func commands() throws -> String {
        let text = try String(contentsOf: root.appending(path: "docs/s3.md"), encoding: .utf8)
        let blocks = text.components(separatedBy: "```sh\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
        // The key and its secret are left out of the documentation.
        let parts = blocks.joined().components(separatedBy: "\"…\"")
        return try #require(parts.count == 3 ? "\(parts[0])$KEY\(parts[1])$SECRET\(parts[2])" : nil)
    }

    @Test func `has commands that work, one after the other`() throws {
        let service = try BucketService()
        let folder = try ProgramFolder()
        // What a sync leaves on this machine that couldn't be stored.
        #expect(try folder.run("baton-demo", ["--scale", "10,2,20", "--file", "sync.c1z"], [:]).status == 0)
        var environment: [String: String?] = [
            "KEY": service.environment["AWS_ACCESS_KEY_ID"], "SECRET": service.environment["AWS_SECRET_ACCESS_KEY"],
            "AWS_ENDPOINT_URL": service.environment["AWS_ENDPOINT_URL"],
        ]
        environment["PATH"] = "\(ProgramFolder.programs):/usr/sbin:/usr/bin:/sbin:/bin"
        let outcome = try folder.run("/bin/sh", ["-eu", "-c", Self.commands()], environment)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("Linux: baton-sync.c1z imported."), "\(outcome.output)")
        #expect(outcome.output.contains("s3://my-bucket  ambient  OK"))
    }
}
