import AccessModel
import BatonWire
import C1Z
import ChildProcesses
import Foundation
import SwiftProtobuf
import Testing

/// The built program with a file of its own.
final class BuiltProgram: Sendable {
    let folder: URL
    private let settings: [String]

    /// What one run printed, and how it ended.
    struct Ending {
        let status: Int32
        let output: String
        let errors: String

        func json() throws -> NSDictionary {
            try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? NSDictionary)
        }
    }

    init(_ settings: String...) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "lantern-pg-run-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.settings = settings
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    var file: String { folder.appending(path: "sync.c1z").path }

    static let path: String = built("baton-postgresql")

    /// Where a program was built: beside the bundle of the tests.
    static func built(_ name: String) -> String {
        let places = [
            URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent(),
            Bundle.main.bundleURL, Bundle.main.bundleURL.deletingLastPathComponent(),
            URL(fileURLWithPath: #filePath + "/../../../../../.build/debug").standardizedFileURL,
        ]
        return places.map { $0.appendingPathComponent(name).path }.first { access($0, X_OK) == 0 } ?? name
    }

    @discardableResult
    func callAsFunction(dsn: String, _ arguments: String...) throws -> Ending {
        try run(Self.path, ["-f", file] + settings + arguments, ["BATON_DSN=\(dsn)"])
    }

    /// What `baton` shows of the file.
    func baton(_ arguments: String...) throws -> Ending {
        try run(Self.built("baton"), ["-f", file] + arguments, [])
    }

    private func run(_ program: String, _ arguments: [String], _ environment: [String]) throws -> Ending {
        let command = try RunningCommand(
            "baton-postgresql", at: program, arguments, environment: ["PATH=/usr/bin:/bin"] + environment)
        let answer = try command.finish(within: 300, outputLimit: 8 << 20)
        return Ending(
            status: answer.status, output: String(decoding: answer.output, as: UTF8.self),
            errors: String(decoding: answer.remarks, as: UTF8.self))
    }

    /// A run that is still going on; the DSN is in its environment.
    func started(dsn: String, _ arguments: String...) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Self.path)
        process.arguments = ["-f", file] + settings + arguments
        process.environment = ["PATH": "/usr/bin:/bin", "BATON_DSN": dsn]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }
}

/// What a file holds of its last finished sync.
struct FileContents {
    var types: [ResourceType] = []
    var resources: [Resource] = []
    var entitlements: [Entitlement] = []
    var grants: [Grant] = []
    var expansions: [ByteKey: [String]] = [:]

    init(_ path: String) throws {
        let reader = try C1ZFile.open(path)
        let sync = try #require(try reader.latestFinishedSync()).id
        try reader.read(.resourceType, of: sync, where: .all) {
            types.append(try .init(serializedBytes: Array($0.data)))
        }
        try reader.read(.resource, of: sync, where: .all) {
            resources.append(try .init(serializedBytes: Array($0.data)))
        }
        try reader.read(.entitlement, of: sync, where: .all) {
            entitlements.append(try .init(serializedBytes: Array($0.data)))
        }
        try reader.read(.grant, of: sync, where: .all) { record in
            let grant = try Grant(serializedBytes: Array(record.data))
            grants.append(grant)
            if let expansion = record.expansion {
                let expandable = try GrantExpandable(serializedBytes: Array(expansion))
                expansions[ByteKey(grant.id)] = expandable.entitlementIds
            }
        }
    }

    /// Everything, a line each, in byte order: two syncs of the same server are the same lines.
    var lines: [String] {
        var lines: [String] = []
        lines += types.map { "type \($0.id) \($0.displayName) \($0.traits)" }
        lines += resources.map { "resource \($0.identity) \($0.displayName) \($0.parent?.description ?? "")" }
        lines += entitlements.map { "entitlement \($0.id) \($0.displayName) \($0.slug)" }
        lines += grants.map { grant in
            let sources = grant.sources.sources.keys.map { ByteKey($0) }.sorted().map(\.text)
            return "grant \(grant.id) \(grant.entitlement.id) \(grant.holder) \(sources)"
        }
        return lines.map { ByteKey($0) }.sorted().map(\.text)
    }
}
