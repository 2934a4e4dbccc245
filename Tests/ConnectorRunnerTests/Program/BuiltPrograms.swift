import Foundation

/// The built programs beside the test bundle.
enum BuiltPrograms {
    static let runner = path("baton-runner")
    static let demo = path("baton-demo")
    static let baton = path("baton")

    private static func path(_ name: String) -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let places = [
            URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent(),
            Bundle.main.bundleURL, Bundle.main.bundleURL.deletingLastPathComponent(),
            root.appendingPathComponent(".build/debug"),
        ]
        return places.map { $0.appendingPathComponent(name).path }.first { access($0, X_OK) == 0 } ?? name
    }

    /// Runs a program to its end; `whileItRuns` is told its lines and its number.
    static func run(
        _ program: String, _ arguments: [String], in folder: String, environment: [String: String] = [:],
        whileItRuns: @escaping @Sendable (_ line: String, _ process: pid_t) -> Void = { _, _ in }
    ) throws -> (status: Int32, output: String, errors: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let output = folder + "/" + UUID().uuidString
        try Data().write(to: URL(fileURLWithPath: output))
        process.standardOutput = FileHandle(forWritingAtPath: output)
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        // One that goes on for ever must fail its test, not stop all others.
        let end = DispatchWorkItem { kill(process.processIdentifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + 50, execute: end)
        defer { end.cancel() }
        var text = Data()
        var told = 0
        while case let part = errors.fileHandleForReading.availableData, !part.isEmpty {
            text += part
            while let end = text[told...].firstIndex(of: 10) {
                whileItRuns(String(decoding: text[told..<end], as: UTF8.self), process.processIdentifier)
                told = end + 1
            }
        }
        process.waitUntilExit()
        let status = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
        return (status, try String(contentsOfFile: output, encoding: .utf8), String(decoding: text, as: UTF8.self))
    }
}
