import AccessModel
import BatonWire
import C1Z
import ChildProcesses
import Foundation
import SwiftProtobuf
import Testing

@testable import LinuxConnector

/// The built program, run on a prepared root.
final class BuiltProgram: Sendable {
    let root: PreparedRoot
    private let folder: PreparedRoot

    /// What one run printed, and how it ended.
    struct Ending {
        let status: Int32
        let output: String
        let errors: String

        /// What was printed as JSON.
        func json() throws -> NSDictionary {
            try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? NSDictionary)
        }
    }

    init() throws {
        root = try changeableRoot()
        folder = try PreparedRoot()
    }

    /// Where it was built: beside the bundle of the tests.
    private static let path: String = {
        let places = [
            URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent(),
            Bundle.main.bundleURL, Bundle.main.bundleURL.deletingLastPathComponent(),
            URL(fileURLWithPath: #filePath + "/../../../../../.build/debug").standardizedFileURL,
        ]
        return places.map { $0.appendingPathComponent("baton-linux").path }.first { access($0, X_OK) == 0 }
            ?? "baton-linux"
    }()

    func callAsFunction(_ arguments: String...) throws -> Ending {
        let place = ["-f", file, "--provision-prefix", root.path, "--log-level=error"]
        let program = try RunningCommand(
            "baton-linux", at: Self.path, place + arguments, environment: ["PATH=/usr/bin:/bin"])
        let answer = try program.finish(within: 300, outputLimit: 1 << 20)
        return Ending(status: answer.status, output: answer.output[...].text, errors: answer.remarks[...].text)
    }

    private var file: String { "\(folder.path)/sync.c1z" }

    /// Syncs, and returns the ids of all grants.
    func grants() throws -> Set<String> {
        var ids: Set<String> = []
        try read(.grant) { ids.insert(try Grant(serializedBytes: $0).id) }
        return ids
    }

    /// Syncs, and returns the user; nil when there is none.
    func user(_ name: String) throws -> Resource? {
        try resources().first { $0.identity == ResourceID("user", name) }
    }

    /// Syncs, and returns all resources.
    func resources() throws -> [Resource] {
        var resources: [Resource] = []
        try read(.resource) { resources.append(try Resource(serializedBytes: $0)) }
        return resources
    }

    private func read(_ kind: RecordKind, _ take: ([UInt8]) throws -> Void) throws {
        let ending = try self()
        #expect(ending.status == 0, "\(ending.errors)")
        let reader = try C1ZFile.open(file)
        try reader.read(kind, of: try reader.latestFinishedSync()?.id, where: .all) { try take(Array($0.data)) }
    }
}
