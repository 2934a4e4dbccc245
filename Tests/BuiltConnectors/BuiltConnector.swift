package import Foundation

/// A connector's program as it was built, run in a folder of its own.
package final class BuiltConnector: Sendable {
    /// Where its files are; it goes with this object.
    package let folder: URL
    private let program: String
    private let environment: [String: String]
    private let settings: [String]

    /// The program of that name, with these variables, and with these arguments in each run.
    package init(
        _ name: String, _ environment: [String: String] = [:], _ arguments: [String] = [], level: String = "warn"
    ) throws {
        program = Self.path(of: name)
        folder = FileManager.default.temporaryDirectory.appending(path: "\(name)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.environment = environment
        settings = ["-f", folder.appending(path: "sync.c1z").path, "--log-level=\(level)"] + arguments
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The file it syncs into.
    package var file: String { folder.appending(path: "sync.c1z").path }

    // MARK: Running

    /// Runs the program to its end.
    ///
    /// It blocks a thread of its own, not one of those that tests and the servers in them share.
    @discardableResult
    package func run(_ arguments: String..., within seconds: Int = 300) async throws -> Ending {
        try await run(arguments, within: seconds)
    }

    /// The same with a list of arguments.
    @discardableResult
    package func run(_ arguments: [String], within seconds: Int = 300) async throws -> Ending {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { [self] in
                continuation.resume(with: Result { try finish(arguments, within: seconds) })
            }
        }
    }

    /// Runs the program to its end, and blocks this thread meanwhile.
    @discardableResult
    package func callAsFunction(_ arguments: String...) throws -> Ending { try finish(arguments) }

    /// The same with a list of arguments, and with variables more.
    @discardableResult
    package func finish(
        _ arguments: [String] = [], _ more: [String: String] = [:], within seconds: Int = 300
    ) throws -> Ending {
        try Ending(of: process(arguments, more), in: folder, within: seconds)
    }

    /// Runs something else with this connector's folder, variables and file at hand, such as `baton` or a shell.
    package func finish(
        running other: String, _ arguments: [String], _ more: [String: String] = [:]
    ) throws -> Ending {
        try Ending(of: process(of: other, arguments, more), in: folder, within: 300)
    }

    /// Starts the program, whose output nobody reads.
    package func start(_ arguments: [String] = [], _ more: [String: String] = [:]) throws -> Process {
        let process = process(arguments, more)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Starts the program, and kills it (SIGKILL) as soon as `isTime` says so.
    ///
    /// - Throws: ``EndedBefore`` when the program ended by itself before that.
    package func kill(_ arguments: String..., when isTime: @Sendable () -> Bool) async throws {
        let process = try start(arguments)
        while !isTime() {
            guard process.isRunning else { throw EndedBefore() }
            try await Task.sleep(for: .milliseconds(5))
        }
        Foundation.kill(process.processIdentifier, SIGKILL)
        while process.isRunning { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// The program wasn't there any more to be killed.
    package struct EndedBefore: Error {}

    private func process(_ arguments: [String], _ more: [String: String]) -> Process {
        process(of: program, settings + arguments, more)
    }

    private func process(of program: String, _ arguments: [String], _ more: [String: String]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        var variables = ["PATH": "/usr/bin:/bin", "TMPDIR": folder.path]
        variables["LD_LIBRARY_PATH"] = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"]
        process.environment = variables.merging(environment) { $1 }.merging(more) { $1 }
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        return process
    }

    // MARK: Where programs are

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
