import ChildProcesses
import Foundation

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The built `lantern` beside the test bundle, at work.
final class LanternProcess {
    private let started: StartedProcess
    private let output: FileHandle
    private let errors: FileHandle
    private let limit: DispatchWorkItem
    private var isOver = false

    /// Starts it, in a folder of its own.
    init(
        _ arguments: [String], in folder: ProgramFolder, environment: [String: String] = [:], within seconds: Int = 50
    ) throws {
        let variables = ["PATH": "/usr/bin:/bin", "TMPDIR": folder.path].merging(environment) { $1 }
        started = try StartedProcess(
            at: Self.path, ["lantern"] + arguments, environment: variables.map { "\($0.key)=\($0.value)" })
        output = FileHandle(fileDescriptor: started.output, closeOnDealloc: true)
        errors = FileHandle(fileDescriptor: started.errors, closeOnDealloc: true)
        // One that goes on for ever must fail its test, not stop all others.
        limit = DispatchWorkItem { [process = started.process] in kill(process, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds), execute: limit)
    }

    deinit {
        limit.cancel()
        guard !isOver else { return }
        // A server whose test failed half-way would go on for ever.
        kill(started.process, SIGKILL)
        waitpid(started.process, nil, 0)
    }

    /// The next line that it prints.
    func line() throws -> String { try Self.line(from: output) }

    /// The next line that it complains with.
    func complaint() throws -> String { try Self.line(from: errors) }

    /// Sends it a signal.
    func send(_ signal: Int32) { kill(started.process, signal) }

    /// What it printed that was not read yet, and how it ended.
    func end() throws -> (status: Int32, output: String, error: String) {
        // What it complains with is little; what it prints may fill the pipe.
        let text = try output.readToEnd() ?? Data()
        let error = try errors.readToEnd() ?? Data()
        var ending: Int32 = 0
        while waitpid(started.process, &ending, 0) < 0, errno == EINTR {}
        isOver = true
        limit.cancel()
        return (
            ending & 0x7F == 0 ? (ending >> 8) & 0xFF : 128 + (ending & 0x7F), String(decoding: text, as: UTF8.self),
            String(decoding: error, as: UTF8.self)
        )
    }

    /// The same for one that takes its time, which keeps no thread waiting meanwhile.
    func slowEnd() async throws -> (status: Int32, output: String, error: String) {
        while isAtWork { try await Task.sleep(for: .milliseconds(100)) }
        return try end()
    }

    /// Whether it still runs; its end is left to be learnt.
    private var isAtWork: Bool {
        var news = siginfo_t()
        return waitid(P_PID, id_t(started.process), &news, WEXITED | WNOHANG | WNOWAIT) == 0 && news.si_signo == 0
    }

    private static func line(from pipe: FileHandle) throws -> String {
        var bytes = Data()
        while let byte = try pipe.read(upToCount: 1), !byte.isEmpty, byte != Data("\n".utf8) { bytes += byte }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let path: String = {
        let root = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let places = [
            URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent(), Bundle.main.bundleURL,
            Bundle.main.bundleURL.deletingLastPathComponent(), root.appending(path: ".build/debug"),
        ]
        return places.map { $0.appending(path: "lantern").path }.first { access($0, X_OK) == 0 } ?? "lantern"
    }()
}

/// A folder that is gone when the test is over.
final class ProgramFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "lantern-program-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file into it.
    func write(_ text: String, to name: String, permissions: Int = 0o600) throws -> String {
        let file = "\(path)/\(name)"
        try Data(text.utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: file)
        return file
    }

    /// The names in it.
    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }
}
