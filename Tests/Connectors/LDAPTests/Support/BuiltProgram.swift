import AccessModel
import C1Z
import Foundation
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The built program, asking a server as its admin.
struct BuiltProgram: Sendable {
    private let settings: [String: String]
    let file: String

    init(_ server: Slapd, _ more: [String: String] = [:]) throws {
        self.init(
            [
                "BATON_URL": server.url, "BATON_BASE_DN": Slapd.suffix, "BATON_BIND_DN": Slapd.admin,
                "BATON_PASSWORD": Slapd.password,
            ].merging(more) { $1 }, file: try Scratch.path())
    }

    init(_ settings: [String: String], file: String) {
        self.settings = settings
        self.file = file
    }

    /// Where it was built: beside the bundle of the tests.
    private static let path: String = {
        let places = [
            URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent(),
            Bundle.main.bundleURL, Bundle.main.bundleURL.deletingLastPathComponent(),
            URL(fileURLWithPath: #filePath + "/../../../../../.build/debug").standardizedFileURL,
        ]
        return places.map { $0.appendingPathComponent("baton-ldap").path }.first { access($0, X_OK) == 0 }
            ?? "baton-ldap"
    }()

    struct Ending {
        let status: Int32
        let output: String
        let errors: String

        /// What was printed as JSON.
        func json() throws -> [String: Any] {
            try #require(JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        }

        /// The password that was shown.
        func shownPassword() throws -> String {
            let line = try #require(output.split(separator: "\n").first { $0.hasPrefix("password: ") })
            return String(line.dropFirst("password: ".count))
        }
    }

    func callAsFunction(_ arguments: String..., level: String = "error") throws -> Ending {
        try run(arguments, level)
    }

    private func run(_ arguments: [String], _ level: String) throws -> Ending {
        let (output, errors) = (try Scratch.path("out"), try Scratch.path("err"))
        let process = Process()
        process.executableURL = URL(filePath: Self.path)
        process.arguments = ["-f", file, "--log-level=\(level)"] + arguments
        process.environment = settings.merging(["PATH": "/usr/bin:/bin"]) { $1 }
        process.currentDirectoryURL = URL(filePath: file).deletingLastPathComponent()
        for path in [output, errors] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: errors))
        try process.run()
        process.waitUntilExit()
        return Ending(
            status: process.terminationStatus,
            output: String(decoding: FileManager.default.contents(atPath: output) ?? Data(), as: UTF8.self),
            errors: String(decoding: FileManager.default.contents(atPath: errors) ?? Data(), as: UTF8.self))
    }

    /// Syncs, and returns the file.
    func sync(_ arguments: String...) throws -> String {
        let ending = try run(arguments, "error")
        #expect(ending.status == 0, "\(ending.errors)")
        return file
    }
}
