import AccessModel
import CommandLineKit
import ConnectorKit
import Foundation
import Logging
import SyncEngine
import Synchronization
import Testing

@testable import ConnectorRuntime

private let enough = ["BATON_URL": "https://x", "BATON_API_KEY": "hunter2"]

@Suite struct `the end of a run` {
    @Test(arguments: [
        (StatusCode.cancelled, Int32(1)), (.unknown, 2), (.invalidArgument, 3), (.deadlineExceeded, 4), (.notFound, 5),
        (.permissionDenied, 7), (.failedPrecondition, 9), (.unimplemented, 12), (.internal, 13), (.unavailable, 14),
        (.unauthenticated, 16),
    ])
    func `is the number of the error's code`(code: StatusCode, status: Int32) async throws {
        var run = try SampleRun()
        run.engine = { _, _, _, _ in throw ServiceError(code, "listing grants: denied") }
        #expect(await run(environment: enough) == status)
        #expect(run.complaint == "listing grants: denied\n")
    }

    @Test func `is 2 for an error without a code and 1 for a cancelled task`() async throws {
        struct Odd: Error, CustomStringConvertible { let description = "odd" }
        var run = try SampleRun()
        run.engine = { _, _, _, _ in throw Odd() }
        #expect(await run(environment: enough) == 2)
        #expect(run.complaint == "odd\n")
        run.engine = { _, _, _, _ in throw CancellationError() }
        #expect(await run(environment: enough) == 1)
    }

    @Test func `comes early when the connector can't be made`() async throws {
        let run = try SampleRun()
        #expect(await run("--url=refused", "--api-key=hunter2") == 7)
        #expect(run.complaint == "url: refused\n")
        #expect(run.jobs.all.isEmpty)
    }

    @Test func `never shows a secret, however much is logged`() async throws {
        var run = try SampleRun()
        run.engine = { _, _, _, _ in throw ServiceError(.unavailable, "away") }
        _ = await run("--log-level=debug", environment: enough)
        _ = await run("--log-level=debug", "--page-size=x", environment: enough)
        #expect(run.errors.all.contains { $0.contains("the run failed") && $0.contains("\"error\":\"away\"") })
        #expect(!run.errors.all.joined().contains("hunter2"))
    }
}

@Suite struct `the log of a run` {
    private static let talking: SyncRunner = { _, _, observer, log in
        log.info("Syncing resources...")
        observer.syncProgressed(to: SyncProgress())
    }

    @Test func `is JSON on standard error unless a person reads standard output`() async throws {
        var run = try SampleRun()
        run.engine = Self.talking
        #expect(await run(environment: enough) == 0)
        #expect(run.errors.all.count == 2)
        #expect(run.errors.all.last?.hasPrefix("{\"level\":\"info\",\"ts\":") == true)
        run.terminal.showsOutput = true
        #expect(await run(environment: enough) == 0)
        #expect(run.complaint.contains("\tINFO\tConnectorRuntimeTests/"))
        #expect(await run("--log-level", "warn", environment: enough) == 0)
        #expect(run.errors.all.count == 4)
    }

    @Test func `goes to the files it is sent to`() async throws {
        var run = try SampleRun()
        run.engine = Self.talking
        let path = "\(run.folder.path)/run.log"
        #expect(await run("--log-path", path, "--log-format=console", environment: enough) == 0)
        #expect(run.errors.all.isEmpty)
        #expect(try String(contentsOfFile: path, encoding: .utf8).contains("Syncing resources..."))
        #expect(await run("--log-path", "\(run.folder.path)/no/run.log", environment: enough) == 2)
        #expect(run.complaint.contains("the log can't be written there"))
    }

    @Test func `shares the terminal with the live line`() async throws {
        var run = try SampleRun()
        run.engine = Self.talking
        run.terminal.showsErrors = true
        #expect(await run(environment: enough.merging(["NO_COLOR": "1"]) { $1 }) == 0)
        #expect(run.errors.all.contains { $0.hasPrefix("\r\u{1B}[Kvalidating") })
        #expect(run.errors.all.last?.hasPrefix("sync.c1z is saved: this run stored nothing in ") == true)
        #expect(run.errors.all.contains("\r\u{1B}[K"))
        #expect(!run.errors.all.joined().contains("\u{1B}[36m"))
        let quiet = run.errors.all.count
        #expect(await run("--log-level=debug", environment: enough) == 0)
        #expect(!run.errors.all.dropFirst(quiet).joined().contains("\u{1B}"))
    }
}

@Suite struct `a signal` {
    /// Runs a program whose engine waits until it is cancelled, and sends it `signals`.
    private static func interrupt(with signals: [Int32], stubborn: Bool = false) async throws -> Int32 {
        let interruption = Interruption()
        try interruption.watch()
        var run = try SampleRun()
        run.interruption = interruption
        run.engine = { _, _, _, _ in
            for signal in signals {
                kill(getpid(), signal)
                while interruption.signal == nil { await Task.yield() }
            }
            while stubborn || !Task.isCancelled { await Task.yield() }
            throw ServiceError(.cancelled, "sync context cancelled")
        }
        let readyRun = run
        let status = await interruption.guarding { await readyRun(environment: enough) }
        #expect(readyRun.complaint.hasPrefix("interrupted: what was collected is saved."))
        #expect(readyRun.errors.all.contains { $0.contains("a second signal ends at once") })
        return status
    }

    @Test(.timeLimit(.minutes(10))) func `cancels the sync and ends with 128 and its number`() async {
        await #expect(processExitsWith: .exitCode(128 + 15)) { exit(try await Self.interrupt(with: [SIGTERM])) }
        await #expect(processExitsWith: .exitCode(128 + 2)) { exit(try await Self.interrupt(with: [SIGINT])) }
    }

    @Test(.timeLimit(.minutes(10))) func `ends everything at once when it comes again`() async {
        await #expect(processExitsWith: .exitCode(128 + 15)) {
            exit(try await Self.interrupt(with: [SIGINT, SIGTERM], stubborn: true))
        }
    }

    @Test func `is not blamed for other errors`() async throws {
        let interruption = Interruption()
        #expect(interruption.explaining(CancellationError(), "") is CancellationError)
        #expect(interruption.explaining(ServiceError(.internal, "x"), "") is ServiceError)
    }
}
