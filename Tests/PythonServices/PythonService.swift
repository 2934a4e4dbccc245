import Foundation

/// A service written in Python, in a process of its own, which ends with its input.
///
/// It prints a line when it is ready. After that it may be told something by a line of JSON, and answers with another one.
public final class PythonService: Sendable {
    private let process: Process
    private let input = Pipe()
    private let output = Pipe()
    /// What it said when it was ready.
    public let greeting: String

    private static let packages = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        .appending(path: ".build/python").path

    /// Whether a package is there that such a service needs.
    public static func hasPackage(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(packages)/\(path)")
    }

    /// What a test says that lacks a package.
    public static func absence(of package: String) -> String {
        "NOT TESTED: \(package) is missing; `make tools` installs it"
    }

    private struct NotStarted: Error { let script: String }

    /// Starts a service.
    ///
    /// - Parameters:
    ///   - script: its name.
    ///   - source: the file beside which it is.
    public init(_ script: String, besides source: String, environment: [String: String] = [:]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", URL(filePath: source).deletingLastPathComponent().appending(path: script).path]
        process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONPATH": Self.packages]) { $1 }
            .merging(environment) { $1 }
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        self.process = process
        greeting = try Self.line(output)
        guard !greeting.isEmpty else { throw NotStarted(script: script) }
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.terminate()
        process.waitUntilExit()
    }

    /// Tells it something; returns what it answers.
    public func tell<Answer: Decodable>(_ words: [String: Any], _ type: Answer.Type) throws -> Answer {
        try JSONDecoder().decode(type, from: Data(tell(words).utf8))
    }

    /// Tells it something; returns the line that it answers.
    public func tell(_ words: [String: Any]) throws -> String {
        try input.fileHandleForWriting.write(
            contentsOf: JSONSerialization.data(withJSONObject: words) + Data("\n".utf8))
        return try Self.line(output)
    }

    private static func line(_ pipe: Pipe) throws -> String {
        var line: [UInt8] = []
        while let byte = try pipe.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
            line.append(byte)
        }
        return String(decoding: line, as: UTF8.self)
    }
}
