import Foundation
import Testing

/// A collector made of OpenTelemetry's own messages and gRPC's Python library, in a process of its own.
final class CollectorProcess {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    let port: Int

    private static let root = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    private static let packages = root.appending(path: ".build/python").path

    static let isThere = FileManager.default.fileExists(atPath: packages + "/opentelemetry")
    static let absence: Comment = "NOT TESTED: the collector's packages are missing; `make tools` installs them"

    init(_ arguments: String...) throws {
        process.executableURL = URL(filePath: "/usr/bin/env")
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "collector.py").path
        process.arguments = ["python3", script] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONPATH": Self.packages]) { $1 }
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line: [UInt8] = []
        while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
            line.append(byte)
        }
        port = try #require(Int(String(decoding: line, as: UTF8.self)), "the collector did not start")
    }

    /// Ends it, and returns what it was told.
    func end() throws -> Told {
        try input.fileHandleForWriting.close()
        let all = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try Told(String(decoding: all, as: UTF8.self).split(separator: "\n").map { Data($0.utf8) })
    }

    deinit {
        if process.isRunning { process.terminate() }
    }
}

/// What a collector was told.
struct Told {
    struct Span {
        let trace: String
        let id: String
        let parent: String?
        let name: String
        let kind: String
        let attributes: [String: String]
        let isFailed: Bool
        let problem: String?
        let duration: Int
    }

    struct Line {
        let severity: String
        let text: String
        let trace: String?
        let attributes: [String: String]
    }

    private(set) var services: Set<String> = []
    private(set) var spans: [Span] = []
    private(set) var lines: [Line] = []

    init(_ requests: [Data]) throws {
        for request in requests {
            let whole = try #require(JSONSerialization.jsonObject(with: request) as? [String: [String: Any]])
            for resource in whole["traces"]?["resourceSpans"] as? [[String: Any]] ?? [] {
                note(resource)
                for scope in resource["scopeSpans"] as? [[String: Any]] ?? [] {
                    for span in scope["spans"] as? [[String: Any]] ?? [] { spans.append(try Self.span(span)) }
                }
            }
            for resource in whole["logs"]?["resourceLogs"] as? [[String: Any]] ?? [] {
                note(resource)
                for scope in resource["scopeLogs"] as? [[String: Any]] ?? [] {
                    for line in scope["logRecords"] as? [[String: Any]] ?? [] { lines.append(try Self.line(line)) }
                }
            }
        }
    }

    private mutating func note(_ resource: [String: Any]) {
        let attributes = Self.attributes(resource["resource"] as? [String: Any] ?? [:])
        services.insert(attributes["service.name"] ?? "")
    }

    private static func span(_ span: [String: Any]) throws -> Span {
        let status = span["status"] as? [String: Any]
        let start = try #require(Int(span["startTimeUnixNano"] as? String ?? ""))
        let end = try #require(Int(span["endTimeUnixNano"] as? String ?? ""))
        return Span(
            trace: try #require(span["traceId"] as? String), id: try #require(span["spanId"] as? String),
            parent: span["parentSpanId"] as? String, name: try #require(span["name"] as? String),
            kind: span["kind"] as? String ?? "", attributes: attributes(span),
            isFailed: status?["code"] as? String == "STATUS_CODE_ERROR", problem: status?["message"] as? String,
            duration: end - start)
    }

    private static func line(_ line: [String: Any]) throws -> Line {
        let body = line["body"] as? [String: Any]
        return Line(
            severity: line["severityNumber"] as? String ?? "", text: body?["stringValue"] as? String ?? "",
            trace: line["traceId"] as? String, attributes: attributes(line))
    }

    private static func attributes(_ holder: [String: Any]) -> [String: String] {
        var found: [String: String] = [:]
        for pair in holder["attributes"] as? [[String: Any]] ?? [] {
            let value = pair["value"] as? [String: Any] ?? [:]
            found[pair["key"] as? String ?? ""] = value.values.first.map { "\($0)" } ?? ""
        }
        return found
    }
}
