import Foundation
import Testing

@testable import LinuxConnector

/// The real sudo, as the judge of what this reads.
enum SudoTools {
    static let cvtsudoers = "/usr/bin/cvtsudoers"
    static let hasCvtsudoers = FileManager.default.isExecutableFile(atPath: cvtsudoers)

    struct Answer {
        var status: Int32
        var output: [UInt8]
        var errors: String
    }

    static func run(_ program: String, _ arguments: [String], input: [UInt8] = []) throws -> Answer {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ["LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TZ": "UTC"]
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["in", "out", "err"] {
            _ = FileManager.default.createFile(
                atPath: folder + "/" + name, contents: name == "in" ? Data(input) : Data())
        }
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder + "/in"))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: folder + "/out"))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: folder + "/err"))
        try process.run()
        process.waitUntilExit()
        return Answer(
            status: process.terminationStatus,
            output: Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/out"))),
            errors: String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder + "/err")), as: UTF8.self))
    }

    /// What cvtsudoers makes of a file.
    static func json(_ text: [UInt8]) throws -> Answer {
        try run(cvtsudoers, ["-c", "/dev/null", "-f", "json", "-"], input: text)
    }
}

/// What this reader makes of a text, before anything is resolved.
func source(_ text: [UInt8], file: String = "sudoers") -> SudoersSource {
    var parser = SudoersParser(text, file: file, atMost: 100_000)
    parser.parse()
    return SudoersSource(parser.entries, problems: parser.problems)
}

func source(_ text: String) -> SudoersSource { source(Array(text.utf8)) }
