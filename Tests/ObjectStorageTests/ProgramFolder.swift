import Foundation

/// A folder in which the programs of this package run.
final class ProgramFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "lantern-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Where they are.
    static let programs: String = {
        let root = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let places = [URL(filePath: own).deletingLastPathComponent().path, root.appending(path: ".build/debug").path]
        return places.first { FileManager.default.isExecutableFile(atPath: $0 + "/baton-demo") } ?? ""
    }()

    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Runs one of them, or another program by its path, with these variables besides the usual ones.
    func run(_ program: String, _ arguments: [String], _ variables: [String: String?]) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: program.hasPrefix("/") ? program : "\(Self.programs)/\(program)")
        process.arguments = arguments
        var environment = [
            "PATH": "/usr/bin:/bin", "TMPDIR": url.path, "HOME": "/nowhere", "AWS_EC2_METADATA_DISABLED": "true",
        ]
        environment["LD_LIBRARY_PATH"] = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"]
        for (name, value) in variables { environment[name] = value }
        process.environment = environment
        process.currentDirectoryURL = url
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let remarks = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Outcome(status: process.terminationStatus, output: text, errors: remarks)
    }

    /// What they left.
    var left: [String] { (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? [] }
}
