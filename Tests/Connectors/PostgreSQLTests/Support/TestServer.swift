import Dispatch
import Foundation
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A PostgreSQL server of its own, in a temporary folder, on a free port of 127.0.0.1 and on a socket in the folder.
///
/// It runs as an unprivileged user and is stopped when nobody needs it any more, also when the tests are killed: then the pipe closes that
/// it waits for.
final class TestServer: Sendable {
    static let password = "admin=s3cret &pass/word"

    let folder: URL
    let port: Int
    private let process: Process
    private let lifeline: Pipe

    /// Whether there is a server to start.
    static let isAvailable = program("postgres") != nil && (geteuid() != 0 || account != nil)

    static let absence: Comment = "NOT TRIED on a server: PostgreSQL is not installed"

    /// The words of a command line that starts something as an unprivileged user: PostgreSQL refuses to run as root.
    private static let prefix: [String] = geteuid() == 0 ? ["runuser", "-u", account ?? "nobody", "--"] : []

    private static let account = ["postgres", "nobody"].first { (name: String) in getpwnam(name) != nil }

    /// The newest installed one, unless `LANTERN_POSTGRESQL` names another one's `bin` folder.
    static func program(_ name: String) -> String? {
        let named = ProcessInfo.processInfo.environment["LANTERN_POSTGRESQL"].map { ["\($0)/\(name)"] } ?? []
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let places = versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map {
            "/usr/lib/postgresql/\($0)/bin/\(name)"
        }
        return (named + places + ["/usr/bin/\(name)", "/usr/local/bin/\(name)"]).first { access($0, X_OK) == 0 }
    }

    init(_ settings: String...) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "lantern-pg-\(UUID().uuidString.prefix(8))")
        port = try Self.freePort()
        try Self.run(Self.prefix + ["mkdir", "-m", "700", folder.path])
        let data = folder.appending(path: "data").path
        try Self.run(Self.prefix + ["cp", "-r", try Self.template.get(), data])
        process = Process()
        lifeline = Pipe()
        let options = ["listen_addresses=127.0.0.1", "port=\(port)", "fsync=off", "shared_buffers=16MB"] + settings
        let words =
            [try #require(Self.program("postgres")), "-D", data, "-k", folder.path] + options.flatMap { ["-c", $0] }
        // It doesn't wait for the server's end: a shell can't where the tests have blocked its signals.
        let script = "\"$@\" >\"$0\" 2>&1 & server=$!; read line; kill -QUIT $server"
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = Self.prefix + ["sh", "-c", script, folder.appending(path: "log").path] + words
        process.standardInput = lifeline
        // Another server that is started meanwhile must not hold the end of this pipe.
        _ = fcntl(lifeline.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        try process.run()
        try waitUntilReady()
    }

    deinit {
        try? lifeline.fileHandleForWriting.close()
        process.waitUntilExit()
        let mark = folder.appending(path: "data/postmaster.pid").path
        for _ in 0..<200 where FileManager.default.fileExists(atPath: mark) { usleep(50_000) }
        try? FileManager.default.removeItem(at: folder)
    }

    /// The DSN of a role.
    func dsn(_ role: String = "postgres", _ password: String = password, database: String = "postgres") -> String {
        func encoded(_ text: String) -> String {
            text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
        }
        return "postgres://\(encoded(role)):\(encoded(password))@127.0.0.1:\(port)/\(encoded(database))"
    }

    /// What psql, the server's own tool, answers the superuser, a line a row.
    @discardableResult
    func psql(_ script: String, in database: String = "postgres") throws -> [String] {
        try psql(script, ["-h", folder.path, "-U", "postgres", "-d", database])
    }

    /// Whether a role can log in with a password, over TCP.
    func admits(_ role: String, _ password: String) -> Bool {
        let place = "host=127.0.0.1 port=\(port) dbname=postgres"
        let answer = try? psql("SELECT 1", ["-d", place, "-U", role], environment: ["PGPASSWORD": password])
        return answer == ["1"]
    }

    private func psql(
        _ script: String, _ place: [String], environment: [String: String] = [:]
    ) throws -> [String] {
        let psql = try #require(Self.program("psql"))
        let output = try Self.run(
            [psql, "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-p", "\(port)"] + place, input: script,
            environment: environment)
        return output.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
    }

    /// What stands in the server's log.
    var log: String { (try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)) ?? "" }

    private func waitUntilReady() throws {
        let ready = try #require(Self.program("pg_isready"))
        for _ in 0..<600 {
            guard process.isRunning else { break }
            if (try? Self.run([ready, "-q", "-h", folder.path, "-p", "\(port)"])) != nil { return }
            usleep(50_000)
        }
        throw TestFailure("the server didn't start: \(log)")
    }

    /// A folder as initdb makes it, made once.
    private static let template: Result<String, any Error> = Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "lantern-pg-template-\(getpid())")
        templateFolder.set(folder)
        try run(prefix + ["mkdir", "-m", "700", folder.path])
        let data = folder.appending(path: "data").path
        let initdb = try #require(program("initdb"))
        let words = [
            "-U", "postgres", "--auth-local=trust", "--auth-host=scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8",
        ]
        let script = "printf '%s' \"$1\" > \"$2\" && shift 2 && \"$@\""
        let file = folder.appending(path: "password").path
        try run(
            prefix + ["sh", "-c", script, "sh", password, file, initdb, "-D", data, "-N", "--pwfile", file] + words)
        return data
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return try withUnsafeMutableBytes(of: &address) { bytes in
            let place = try #require(bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self))
            try #require(bind(descriptor, place, size) == 0 && getsockname(descriptor, place, &size) == 0)
            return Int(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
        }
    }

    @discardableResult
    static func run(_ words: [String], input: String = "", environment: [String: String] = [:]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.currentDirectoryURL = URL(filePath: "/")
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stderr
        try process.run()
        // A script that is longer than a pipe is written while its answers are read.
        let writing = stdin.fileHandleForWriting
        DispatchQueue.global().async {
            try? writing.write(contentsOf: Data(input.utf8))
            try? writing.close()
        }
        let output = stdout.fileHandleForReading.readDataToEndOfFile()
        let remarks = stderr.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw TestFailure("\(words.prefix(4)): \(String(decoding: remarks, as: UTF8.self))")
        }
        return String(decoding: output, as: UTF8.self)
    }
}

/// What can't be expressed as an expectation.
struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// The folder of the template, removed when the tests end.
private let templateFolder = TemplateFolder()

private final class TemplateFolder: Sendable {
    func set(_ folder: URL) {
        Self.path.withLock { $0 = folder.path }
        atexit { TemplateFolder.path.withLock { try? FileManager.default.removeItem(atPath: $0) } }
    }

    private static let path = Mutex("")
}
