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

@Suite struct `the end of a failed run` {
    /// A run whose connector fails while it is asked for grants.
    private func run(_ error: any Error & Sendable, _ arguments: String...) async throws -> SampleRun {
        var run = try SampleRun()
        run.engine = { _, _, _, _ in
            throw ServiceError("error: listing grants for resource group/g1 failed", because: error)
                .adding("sync-grants-for-resource: grants on group/g1")
        }
        _ = await run.run(arguments, environment: enough)
        return run
    }

    @Test func `is one line, and at debug level all that led to it`() async throws {
        let run = try await run(ServiceError(.permissionDenied, "denied"), "--log-level=debug")
        let line =
            "sync-grants-for-resource: grants on group/g1: error: listing grants for resource group/g1 failed: denied"
        #expect(run.complaint == line + "\n")
        let told = try #require(run.errors.all.first { $0.contains("the run failed") })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(told.utf8)) as? NSDictionary)
        #expect(object["level"] as? String == "debug")
        #expect(object["connector"] as? String == "baton-sample")
        #expect(object["operation"] as? String == "sync")
        #expect(object["code"] as? String == "PermissionDenied")
        #expect(object["error"] as? String == line)
        #expect(
            object["causes"] as? [[String: String]] == [
                ["code": "PermissionDenied", "problem": "sync-grants-for-resource: grants on group/g1"],
                ["code": "PermissionDenied", "problem": "error: listing grants for resource group/g1 failed"],
                ["code": "PermissionDenied", "problem": "denied"],
            ])
        #expect(try await self.run(ServiceError(.permissionDenied, "denied")).errors.all.count == 2)
    }

    @Test func `names the kind of an error that isn't the ecosystem's, and puts it on one line`() async throws {
        struct Odd: Error, CustomStringConvertible { let description = "first\n  second\r\n\nthird" }
        let run = try await run(Odd(), "--log-level=debug")
        #expect(run.complaint.hasSuffix(" failed: first second third\n"))
        let told = try #require(run.errors.all.first { $0.contains("the run failed") })
        #expect(told.contains(#"{"code":"Unknown","problem":"Odd: first\n  second"#))
    }

    @Test func `is short, however much an application says`() async throws {
        let run = try await run(ServiceError(.unavailable, String(repeating: "<html>", count: 100_000)))
        #expect(run.complaint.utf8.count < 4200)
        #expect(run.complaint.hasPrefix("sync-grants-for-resource: grants on group/g1: "))
        #expect(run.complaint.hasSuffix("… (all of it with --log-level debug)\n"))
    }

    @Test func `names the operation that wasn't a sync`() async throws {
        let run = try SampleRun()
        #expect(await run("--event-feed=true", "--log-level=debug", environment: enough) == 5)
        let told = try #require(run.errors.all.first { $0.contains("the run failed") })
        #expect(told.contains(#""operation":"event-feed""#) && told.contains(#""code":"NotFound""#))
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

    @Test func `says when it doesn't know what it is asked to be`() async throws {
        let run = try SampleRun()
        #expect(await run("--log-level=loud", "--log-format=xml", environment: enough) == 0)
        #expect(
            run.errors.all[0].contains(
                "--log-level: loud is not known, info is taken; known are debug, info, warn, error, dpanic, panic, fatal"
            ))
        #expect(run.errors.all[1].contains("--log-format: xml is not known, json is taken; known are json, console"))
        #expect(run.errors.all.allSatisfy { $0.hasPrefix("{") })
        let silent = try SampleRun()
        #expect(await silent("--log-level=fatal", "--log-format=console", environment: enough) == 0)
        #expect(silent.errors.all.isEmpty)
    }

    @Test func `goes to several files, after what is there`() async throws {
        var run = try SampleRun()
        run.engine = Self.talking
        let paths = ["a.log", "b.log"].map { "\(run.folder.path)/\($0)" }
        for _ in 0..<2 {
            #expect(await run.run(["--log-path=" + paths.joined(separator: ",")], environment: enough) == 0)
        }
        for path in paths {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text.components(separatedBy: "Syncing resources...").count == 3)
        }
        #expect(run.errors.all.isEmpty)
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
