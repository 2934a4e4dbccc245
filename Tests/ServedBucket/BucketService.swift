import Foundation

/// A bucket service in a process of its own, with one bucket called `bucket`.
public final class BucketService: Sendable {
    /// What a service was asked.
    public struct Seen: Decodable {
        /// How many requests were signed.
        public let signed: Int
        /// How many were not.
        public let anonymous: Int
        /// All of them.
        public let requests: [String]
    }

    private let process: Process
    private let input = Pipe()
    private let output = Pipe()
    /// Where it listens.
    public let port: Int
    /// Where a way to it begins that can be cut.
    public let cutPort: Int

    private static let root = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    private static let packages = root.appending(path: ".build/python").path
    /// Whether it can be started.
    public static let isThere = FileManager.default.fileExists(atPath: packages + "/moto")
    /// What a test says that can't start it.
    public static let absenceText = "NOT TESTED: moto is missing; `make tools` installs it"

    /// Starts it.
    public init() throws {
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
        guard ports.count == 2 else { throw NotStarted() }
        (port, cutPort) = (ports[0], ports[1])
    }

    private struct NotStarted: Error {}

    private static func line(_ pipe: Pipe) throws -> String {
        var line: [UInt8] = []
        while let byte = try pipe.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
            line.append(byte)
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// Makes faults from now on, in place of others; returns what was asked since the last time.
    @discardableResult
    public func fault(_ faults: [String: Any] = [:]) throws -> Seen {
        try input.fileHandleForWriting.write(
            contentsOf: JSONSerialization.data(withJSONObject: faults) + Data("\n".utf8))
        return try JSONDecoder().decode(Seen.self, from: Data(Self.line(output).utf8))
    }

    /// The variables of somebody who may do everything.
    public var environment: [String: String] {
        [
            "AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "secret/key+with=signs",
            "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:\(port)", "HOME": "/nowhere",
            "AWS_EC2_METADATA_DISABLED": "true",
        ]
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.terminate()
        process.waitUntilExit()
    }
}
