import AccessModel
import BatonWire
import C1Z
import Foundation
import SwiftProtobuf
import Testing
import WireForm

/// The built program, run in a folder of its own.
final class Program: Sendable {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "baton-aws-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Where the programs are.
    static let place: String = {
        let root = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let places = [URL(filePath: own).deletingLastPathComponent().path, root.appending(path: ".build/debug").path]
        return places.first { FileManager.default.isExecutableFile(atPath: $0 + "/baton-aws") } ?? ""
    }()

    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    /// A run that was started, and goes on.
    func start(_ arguments: [String], _ variables: [String: String], program: String = "baton-aws") throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: program.hasPrefix("/") ? program : "\(Self.place)/\(program)")
        process.arguments = arguments
        var environment = ["PATH": "/usr/bin:/bin", "TMPDIR": folder.path]
        environment["LD_LIBRARY_PATH"] = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"]
        process.environment = environment.merging(variables) { $1 }
        process.currentDirectoryURL = folder
        return process
    }

    @discardableResult
    func run(_ arguments: [String], _ variables: [String: String], program: String = "baton-aws") throws -> Outcome {
        let process = try start(arguments, variables, program: program)
        let (output, errors) = (Pipe(), path("errors-\(UUID().uuidString)"))
        _ = FileManager.default.createFile(atPath: errors, contents: nil)
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: URL(filePath: errors))
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: text,
            errors: try String(contentsOf: URL(filePath: errors), encoding: .utf8))
    }
}

/// What a c1z file holds, as JSON by kind and id.
struct FileContent {
    private(set) var types: [String: String] = [:]
    private(set) var resources: [String: String] = [:]
    private(set) var entitlements: [String: String] = [:]
    private(set) var grants: [String: String] = [:]
    private(set) var messages: [Resource] = []

    init(_ path: String) throws {
        let reader = try C1ZFile.open(path)
        let sync = try #require(try reader.latestFinishedSync()).id
        func rows<Record: Message>(_ kind: RecordKind, _ take: (Record, String) throws -> Void) throws {
            try reader.read(kind, of: sync, where: .all) { stored in
                let record = try Record(serializedBytes: Array(stored.data))
                try take(record, Self.json(record))
            }
        }
        try rows(.resourceType) { (type: ResourceType, text) in types[type.id] = text }
        try rows(.resource) { (resource: Resource, text) in
            resources["\(resource.identity)"] = text
            messages.append(resource)
        }
        try rows(.entitlement) { (entitlement: Entitlement, text) in entitlements[entitlement.id] = text }
        try rows(.grant) { (grant: Grant, text) in grants[grant.id] = text }
    }

    static func json<Record: Message>(_ record: Record) throws -> String {
        let shape = try #require(WireSchema.shared.message(Record.protoMessageName))
        var json = JSONText()
        try record.serializedInOrder().withUnsafeBytes { bytes in
            try JSONTranscoder(keepsUnknownTypes: true).append(bytes, as: shape, to: &json)
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// All of it, with texts replaced by others.
    func replacing(_ names: [(String, String)]) -> FileContent {
        func replaced(_ text: String) -> String { names.reduce(text) { $0.replacing($1.0, with: $1.1) } }
        func all(_ rows: [String: String]) -> [String: String] {
            Dictionary(rows.map { (replaced($0.key), replaced($0.value)) }) { $1 }
        }
        var copy = self
        copy.types = all(types)
        copy.resources = all(resources)
        copy.entitlements = all(entitlements)
        copy.grants = all(grants)
        return copy
    }
}
