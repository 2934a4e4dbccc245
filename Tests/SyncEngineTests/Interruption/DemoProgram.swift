import Foundation
import Synchronization
import Testing

/// The program `baton-demo` as it was built beside these tests.
struct DemoProgram: Sendable {
    static let path: String? = {
        var folders = [URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()]
        if let run = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            folders.append(URL(filePath: run).deletingLastPathComponent())
        }
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        folders.append(root.appending(path: ".build/debug"))
        return folders.map { $0.appending(path: "baton-demo").path }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    static let absence: Comment = "NOT KILLED: the program baton-demo is not built beside the tests"

    /// How a run ended.
    struct Ending: Sendable {
        let status: Int32
        let wasKilled: Bool
        let log: String
    }

    let folder: URL
    var arguments: [String]
    var environment: [String: String] = [:]

    /// - Parameter arguments: the flags, `--file` left out.
    init(_ arguments: String...) throws {
        folder = try Temporary.file(named: "x").deletingLastPathComponent()
        self.arguments = arguments
    }

    var file: String { folder.appending(path: "sync.c1z").path }

    /// Runs to the end.
    func run(_ more: String...) throws -> Ending {
        try started(more) { _ in }
    }

    /// Runs, and does something with the process as soon as it has started.
    func started(
        _ more: [String] = [], whenSaid words: String? = nil, _ meddle: (Process) -> Void
    ) throws -> Ending {
        let process = Process()
        process.executableURL = URL(filePath: try #require(Self.path))
        process.arguments = ["--file", file, "--log-format", "json"] + arguments + more
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        var log = Data()
        if let words {
            while !String(decoding: log, as: UTF8.self).contains(words) {
                let piece = errors.fileHandleForReading.availableData
                if piece.isEmpty { break }
                log += piece
            }
        }
        meddle(process)
        log += errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Ending(
            status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
            log: String(decoding: log, as: UTF8.self))
    }
}
