import ChildProcesses
package import Foundation

/// A connector's program as it was built, run in a folder of its own.
package final class BuiltConnector: Sendable {
    /// What one run printed, and how it ended.
    package struct Ending: Sendable {
        package let status: Int32
        package let output: String
        package let errors: String
    }

    /// Where its files are; it goes with this object.
    package let folder: URL
    private let program: String
    private let environment: [String]

    /// The program of that name, with these variables besides `PATH`.
    package init(_ name: String, _ environment: [String: String] = [:]) throws {
        program = Self.path(of: name)
        folder = FileManager.default.temporaryDirectory.appending(path: "\(name)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.environment = ["PATH=/usr/bin:/bin"] + environment.map { "\($0.key)=\($0.value)" }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The file it syncs into.
    package var file: String { folder.appending(path: "sync.c1z").path }

    /// Runs the program to its end.
    ///
    /// It blocks a thread of its own, not one of those that tests and the servers in them share.
    @discardableResult
    package func run(_ arguments: String..., within seconds: Int = 300) async throws -> Ending {
        try await run(arguments, within: seconds)
    }

    /// Runs the program to its end, with its file and warnings only.
    @discardableResult
    package func run(_ arguments: [String], within seconds: Int = 300) async throws -> Ending {
        let all = ["-f", file, "--log-level=warn"] + arguments
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { [self] in
                continuation.resume(with: Result { try ending(all, within: seconds) })
            }
        }
    }

    /// Starts the program, and kills it (SIGKILL) as soon as `isTime` says so.
    ///
    /// - Throws: ``EndedBefore`` when the program ended by itself before that.
    package func kill(_ arguments: String..., when isTime: @Sendable () -> Bool) async throws {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["-f", file, "--log-level=warn"] + arguments
        process.environment = Dictionary(
            uniqueKeysWithValues: environment.map { pair in
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (String(parts[0]), String(parts[1]))
            })
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        while !isTime() {
            guard process.isRunning else { throw EndedBefore() }
            try await Task.sleep(for: .milliseconds(5))
        }
        Foundation.kill(process.processIdentifier, SIGKILL)
        while process.isRunning { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// The program wasn't there any more to be killed.
    package struct EndedBefore: Error {}

    private func ending(_ arguments: [String], within seconds: Int) throws -> Ending {
        let command = try RunningCommand(
            URL(filePath: program).lastPathComponent, at: program, arguments, environment: environment)
        let answer = try command.finish(within: seconds, outputLimit: 64 << 20)
        return Ending(
            status: answer.status, output: String(decoding: answer.output, as: UTF8.self),
            errors: String(decoding: answer.remarks, as: UTF8.self))
    }

    /// Where a program was built: beside the bundle of the tests.
    package static func path(of name: String) -> String {
        let places = [
            URL(filePath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent(), Bundle.main.bundleURL,
            Bundle.main.bundleURL.deletingLastPathComponent(),
            URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../.build/debug")
                .standardizedFileURL,
        ]
        return places.map { $0.appending(path: name).path }.first(where: FileManager.default.isExecutableFile) ?? name
    }
}
