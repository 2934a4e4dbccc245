import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the built program printed and how it ended.
struct BatonRun {
    let output: [UInt8]
    let error: String
    let status: Int32

    /// The output as text.
    var text: String { String(decoding: output, as: UTF8.self) }

    /// Runs `baton` with arguments, as a person would.
    static func of(_ arguments: [String], environment: [String: String] = [:]) throws -> BatonRun {
        try run([program] + arguments, environment: environment)
    }

    /// Runs a line of the shell in which `$BATON` is the program.
    static func ofShell(_ line: String, environment: [String: String] = [:]) throws -> BatonRun {
        try run(["/bin/bash", "-c", line], environment: environment.merging(["BATON": program]) { $1 })
    }

    /// The program beside the test bundle.
    static let program: String = {
        let places = [
            URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent(),
            Bundle.main.bundleURL, Bundle.main.bundleURL.deletingLastPathComponent(),
            packageRoot.appendingPathComponent(".build/debug"),
        ]
        let programs = places.map { $0.appendingPathComponent("baton").path }
        return programs.first { access($0, X_OK) == 0 } ?? "baton"
    }()

    /// The folder of the package.
    static let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func run(_ words: [String], environment: [String: String]) throws -> BatonRun {
        let folder = try TemporaryFolder()
        let (output, error) = (folder.path("output"), folder.path("error"))
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, error, O_WRONLY | O_CREAT, 0o600)
        let variables = environment.merging(["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]) { own, _ in own }
        var arguments = words.map { strdup($0) } + [nil]
        var settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + settings { free(text) } }
        var process = pid_t()
        let failure = posix_spawn(&process, words[0], &actions, nil, &arguments, &settings)
        guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO) }
        var state: Int32 = 0
        while waitpid(process, &state, 0) < 0, errno == EINTR {}
        return BatonRun(
            output: Array(try Data(contentsOf: URL(fileURLWithPath: output))),
            error: String(decoding: try Data(contentsOf: URL(fileURLWithPath: error)), as: UTF8.self),
            status: state & 0x7F == 0 ? (state >> 8) & 0xFF : 128 + (state & 0x7F))
    }
}

/// A folder that is gone when the test is over.
final class TemporaryFolder {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("baton-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    /// A path in it.
    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// Writes a file into it.
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    /// The names in it.
    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
    }
}
