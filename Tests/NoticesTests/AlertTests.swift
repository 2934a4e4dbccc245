import Foundation
import Testing

@testable import Notices

/// The server, whose owners are told what needs them.
@Suite(.enabled(if: MailService.isThere, MailService.absence), .serialized)
final class `owners` {
    private let service: MailService
    private let folder = FileManager.default.temporaryDirectory.appending(path: "lantern-alerts-\(UUID().uuidString)")
    private var server: Process?

    init() throws {
        service = try MailService()
        try FileManager.default.createDirectory(
            at: folder.appending(path: "shared"), withIntermediateDirectories: true)
    }

    deinit {
        server?.terminate()
        server?.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    private static let program: String = {
        let root = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let places = [URL(filePath: own).deletingLastPathComponent().path, root.appending(path: ".build/debug").path]
        return places.map { $0 + "/lantern" }.first { FileManager.default.isExecutableFile(atPath: $0) } ?? ""
    }()

    private func start(_ arguments: [String]) throws -> (process: Process, output: Pipe) {
        let process = Process()
        process.executableURL = URL(filePath: Self.program)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = [
            "PATH": "/usr/bin:/bin", "LANTERN_DATA_DIR": "data", "LANTERN_SOURCE_FOLDER": "shared",
            "LD_LIBRARY_PATH": ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"] ?? "",
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        return (process, output)
    }

    /// Runs a command; returns whether it succeeded.
    private func run(_ arguments: String...) throws -> Bool {
        let (process, output) = try start(arguments)
        // A server that starts where it shouldn't must fail its test, and not stop all others.
        let limit = DispatchWorkItem { process.terminate() }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(50), execute: limit)
        defer { limit.cancel() }
        _ = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationReason == .exit && process.terminationStatus == 0
    }

    @Test func `are never thought to be told when half of what that needs is missing`() throws {
        try "\n".write(to: folder.appending(path: "empty"), atomically: true, encoding: .utf8)
        let webhook = "http://127.0.0.1:\(service.port("webhook"))/hook"
        #expect(try !run("serve", "--no-tls", "--listen", "127.0.0.1:0", "--mail-from", "lantern@example.com"))
        #expect(try !run("serve", "--no-tls", "--listen", "127.0.0.1:0", "--webhook-secret-file", "empty"))
        #expect(
            try !run(
                "serve", "--no-tls", "--listen", "127.0.0.1:0", "--webhook", webhook, "--webhook-secret-file", "empty"))
    }

    @Test(.timeLimit(.minutes(2)))
    func `are told of what fails three times, of its recovery, and of what waits for them`()
        async throws
    {
        try "sh4red\n".write(to: folder.appending(path: "secret"), atomically: true, encoding: .utf8)
        try service.behave(["secret": "sh4red"])
        #expect(try run("user", "add", "ann@example.com", "--role", "administrator"))
        #expect(try run("datasource", "create", "files", "--folder", "."))
        let (server, output) = try start([
            "serve", "--no-tls", "--listen", "127.0.0.1:0", "--public-url", "https://lantern.example.com/",
            "--mail-server", service.server("plain"), "--mail-from", "lantern@example.com", "--webhook",
            "http://127.0.0.1:\(service.port("webhook"))/hook", "--webhook-secret-file", "secret",
        ])
        self.server = server
        #expect(try output.fileHandleForReading.read(upToCount: 1) != nil)
        func fetch() throws -> Bool {
            try run("datasource", "import", "files", "--file-name", "a.csv", "--app", "Payroll")
        }
        for _ in 0..<3 {
            #expect(try service.behave(["secret": "sh4red"]).mails.isEmpty)
            #expect(try !fetch())
        }
        let failed = try await told()
        #expect(failed.mails.map(\.to) == [["ann@example.com"]])
        #expect(failed.mails.first?.subject == "Payroll: a.csv can't be fetched")
        let text = try #require(failed.mails.first?.text)
        #expect(text.contains("3 times in a row") && text.contains("object not found: a.csv"))
        #expect(text.contains("https://lantern.example.com/data-sources/"))
        #expect(failed.calls.map(\.event) == ["sync.failed"] && failed.calls.first?.isSignatureRight == true)
        #expect(failed.calls.first?.body.details["application"] == "Payroll")

        func write(_ accounts: Int) throws {
            let rows = (0..<accounts).map { "u\($0),u\($0)@example.com,User\n" }.joined()
            try "User ID,Email Address,Full Name\n\(rows)".write(
                to: folder.appending(path: "shared/a.csv"), atomically: true, encoding: .utf8)
        }
        try write(40)
        #expect(try fetch())
        #expect(try await told().calls.map(\.event) == ["sync.recovered"])
        // One that works goes on without a word; what it would take away waits for somebody.
        try write(2)
        #expect(try !fetch())
        let paused = try await told()
        #expect(paused.calls.map(\.event) == ["sync.paused"])
        #expect(paused.mails.first?.subject == "Payroll: an import waits for you")
    }

    /// The next that is told, by mail and by call.
    private func told() async throws -> MailService.Seen {
        var (mails, calls): ([MailService.Mail], [MailService.Call]) = ([], [])
        for _ in 0..<200 where mails.isEmpty || calls.isEmpty {
            let seen = try service.behave(["secret": "sh4red"])
            mails += seen.mails
            calls += seen.calls
            try await Task.sleep(for: .milliseconds(100))
        }
        return MailService.Seen(mails: mails, calls: calls)
    }
}
