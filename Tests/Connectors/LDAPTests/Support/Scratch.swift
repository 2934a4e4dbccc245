import Foundation
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Folders that live as long as the test process.
enum Scratch {
    private static let root: URL = {
        atexit { try? FileManager.default.removeItem(at: Scratch.root) }
        return FileManager.default.temporaryDirectory.appending(path: "ldap-tests-\(UUID().uuidString)")
    }()

    /// A new folder.
    static func folder() throws -> String {
        let folder = root.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder.path
    }

    /// A place for a file in a folder of its own.
    static func path(_ name: String = "sync.c1z") throws -> String { try folder() + "/" + name }
}

/// A program of the system.
struct Tool: Sendable {
    private let path: String

    /// Nil when it isn't installed.
    init?(_ name: String) {
        let folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/bin"]
        let paths: [String] = folders.map { "\($0)/\(name)" }
        let found = paths.first { (path: String) in access(path, X_OK) == 0 }
        guard let path = found else { return nil }
        self.path = path
    }

    struct Ending {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Runs it to its end.
    @discardableResult
    func run(
        _ arguments: [String], input: String = "", environment: [String: String] = [:], in folder: String? = nil
    ) throws -> Ending {
        let process = process(arguments, environment)
        let (given, output, errors) = (Pipe(), try Scratch.path("out"), try Scratch.path("err"))
        process.standardInput = given
        for path in [output, errors] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: errors))
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        try process.run()
        try given.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try given.fileHandleForWriting.close()
        process.waitUntilExit()
        return Ending(
            status: process.terminationStatus,
            output: String(decoding: FileManager.default.contents(atPath: output) ?? Data(), as: UTF8.self),
            errors: String(decoding: FileManager.default.contents(atPath: errors) ?? Data(), as: UTF8.self))
    }

    /// Starts it, without anything to read.
    func start(_ arguments: [String], environment: [String: String] = [:], log: String) throws -> Process {
        let process = process(arguments, environment)
        process.standardInput = FileHandle.nullDevice
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let file = try FileHandle(forWritingTo: URL(filePath: log))
        process.standardOutput = file
        process.standardError = file
        try process.run()
        StartedServers.note(process.processIdentifier)
        return process
    }

    private func process(_ arguments: [String], _ environment: [String: String]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"].merging(environment) { $1 }
        return process
    }
}

/// Servers that must not outlive the test process.
private enum StartedServers {
    private static let numbers = Numbers()

    static func note(_ number: pid_t) {
        numbers.add(number)
    }

    private final class Numbers: Sendable {
        private let all = Mutex<[pid_t]>([])

        init() {
            atexit { for number in StartedServers.numbers.all.withLock({ $0 }) { kill(number, SIGKILL) } }
        }

        func add(_ number: pid_t) { all.withLock { $0.append(number) } }
    }
}

/// Ports that nobody uses at the moment, and nobody else is given.
///
/// They are below those that the system gives to outgoing connections: one of these would take the port before the server does.
enum FreePort {
    private static let range: Range<UInt16> = 20_000..<32_000
    private static let last = Mutex(range.lowerBound + UInt16(getpid() % 12_000))

    static func next() throws -> UInt16 {
        for _ in range {
            let port = last.withLock { last in
                last = last + 1 < range.upperBound ? last + 1 : range.lowerBound
                return last
            }
            if isFree(port) { return port }
        }
        throw NoPort()
    }

    private struct NoPort: Error {}

    private static func isFree(_ port: UInt16) -> Bool {
        at(port, "127.0.0.1") { socket, address, length in bind(socket, address, length) == 0 }
    }

    /// Whether somebody listens.
    static func isOpen(_ port: UInt16, at host: String = "127.0.0.1") -> Bool {
        at(port, host) { socket, address, length in connect(socket, address, length) == 0 }
    }

    private static func at(
        _ port: UInt16, _ host: String, _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool
    ) -> Bool {
        #if canImport(Glibc)
        let kind = Int32(SOCK_STREAM.rawValue)
        #else
        let kind = SOCK_STREAM
        #endif
        let socket = socket(AF_INET, kind, 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr(host)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
