import ConnectorHTTP
import Foundation
import Logging
import Testing

@testable import ObjectStorage

/// A bucket service in a process of its own, with one bucket called `bucket`.
final class BucketService: Sendable {
    /// What a service was asked.
    struct Seen: Decodable {
        let signed: Int
        let anonymous: Int
        let requests: [String]
    }

    private let process: Process
    private let input = Pipe()
    private let output = Pipe()
    /// Where it listens.
    let port: Int
    /// Where a way to it begins that can be cut.
    let cutPort: Int

    private static let root = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    private static let packages = root.appending(path: ".build/python").path
    static let isThere = FileManager.default.fileExists(atPath: packages + "/moto")
    static let absence: Comment = "NOT TESTED: moto is missing; `make tools` installs it"

    init() async throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "bucket-service.py").path
        process.arguments = ["python3", script]
        process.environment = ProcessInfo.processInfo.environment.merging([
            "PYTHONPATH": Self.packages, "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none",
        ]) { $1 }
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        self.process = process
        let ports = try Self.line(output).split(separator: " ").compactMap { Int($0) }
        try #require(ports.count == 2, "the bucket service did not start")
        (port, cutPort) = (ports[0], ports[1])
        _ = try await bucket().send(S3Bucket.Call(method: .put))
    }

    private static func line(_ pipe: Pipe) throws -> String {
        var line: [UInt8] = []
        while let byte = try pipe.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
            line.append(byte)
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// Makes faults from now on, in place of others; returns what was asked since the last time.
    @discardableResult
    func fault(_ faults: [String: Any] = [:]) throws -> Seen {
        try input.fileHandleForWriting.write(
            contentsOf: JSONSerialization.data(withJSONObject: faults) + Data("\n".utf8))
        return try JSONDecoder().decode(Seen.self, from: Data(Self.line(output).utf8))
    }

    /// The variables of somebody who may do everything.
    var environment: [String: String] {
        [
            "AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "secret/key+with=signs",
            "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:\(port)", "HOME": "/nowhere",
            "AWS_EC2_METADATA_DISABLED": "true",
        ]
    }

    /// Settings for its bucket.
    func settings(_ changed: [String: String?] = [:], clock: any ClientClock = ImpatientClock()) -> S3Settings {
        var settings = S3Settings(bucket: "bucket")
        settings.environment = environment
        for (name, value) in changed { settings.environment[name] = value }
        settings.clock = clock
        settings.log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return settings
    }

    func bucket(_ changed: [String: String?] = [:]) throws -> S3Bucket { try S3Bucket(settings(changed)) }

    deinit {
        try? input.fileHandleForWriting.close()
        process.terminate()
        process.waitUntilExit()
    }
}

/// A clock whose waits are short.
struct ImpatientClock: ClientClock {
    private let system = SystemClock()
    /// How far the clock is behind.
    var behind: TimeInterval = 0
    var now: Date { system.now.addingTimeInterval(-behind) }
    var uptime: Duration { system.uptime }
    func sleep(for duration: Duration) async throws {
        // Deadlines are waited for whole, pauses between attempts hardly.
        try await system.sleep(for: duration >= .seconds(25) ? duration : duration / 50)
    }
}

/// A file with so many bytes, whose content its seed gives.
final class TestFile {
    let url: URL
    let descriptor: CInt
    let size: Int64

    init(size: Int, seed: UInt8 = 1) throws {
        url = FileManager.default.temporaryDirectory.appending(path: "lantern-object-\(UUID().uuidString)")
        let block = (0..<(1 << 16)).map { UInt8(truncatingIfNeeded: ($0 &* 31 &+ $0 >> 8) ^ Int(seed)) }
        _ = FileManager.default.createFile(atPath: url.path, contents: nil)
        let handle = try FileHandle(forWritingTo: url)
        var rest = size
        while rest > 0 {
            try handle.write(contentsOf: block.prefix(rest))
            rest -= min(rest, block.count)
        }
        try handle.close()
        self.size = Int64(size)
        descriptor = open(url.path, O_RDWR)
    }

    var content: Data { (try? Data(contentsOf: url)) ?? Data() }

    deinit {
        close(descriptor)
        try? FileManager.default.removeItem(at: url)
    }
}
