import Foundation
import Logging
import Synchronization
import Testing

@testable import Telemetry

@Suite(.enabled(if: CollectorProcess.isThere, CollectorProcess.absence))
struct `a collector` {
    private struct Failure: Error, CustomStringConvertible { let description = "it broke" }

    /// Remarks that the program's own log gets.
    private final class Remarks: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private func plain(_ port: Int) throws -> Collector {
        try Collector(at: "127.0.0.1:\(port)", security: .plaintext)
    }

    @Test func `is told spans within spans, and what went wrong`() async throws {
        let process = try CollectorProcess()
        let remarks = Remarks()
        await #expect(throws: Failure.self) {
            try await Telemetry.going(
                to: plain(process.port), service: "x-server", version: "1", remark: { remarks.add($0) }
            ) { telemetry in
                try await telemetry.span("outer") {
                    await telemetry.span("inner", .client, [("resource", .text("group/1")), ("page", .number(0))]) {
                    }
                    throw Failure()
                }
            }
        }
        let told = try process.end()
        #expect(remarks.all == [])
        #expect(told.services == ["x-server"])
        let outer = try #require(told.spans.first { $0.name == "outer" })
        let inner = try #require(told.spans.first { $0.name == "inner" })
        #expect(told.spans.count == 2)
        #expect(outer.parent == nil && inner.parent == outer.id && inner.trace == outer.trace)
        #expect(inner.kind == "SPAN_KIND_CLIENT" && outer.kind == "SPAN_KIND_INTERNAL")
        #expect(inner.attributes == ["resource": "group/1", "page": "0"])
        #expect(outer.isFailed && outer.problem == "it broke" && !inner.isFailed)
        #expect(outer.duration >= inner.duration && inner.duration >= 0)
    }

    @Test func `gets the lines of the log from its level on, and which span they belong to`() async throws {
        let process = try CollectorProcess()
        try await Telemetry.going(to: plain(process.port), service: "x", version: "1", remark: { _ in }) { telemetry in
            let log = telemetry.joining(Logger(label: "x") { _ in SwiftLogNoOpLogHandler() }, from: .info)
            await telemetry.span("work") {
                log.info("half way", metadata: ["pages": "\(7)", "types": ["user", "group"]])
                log.warning("slow")
                log.debug("not this one")
            }
        }
        let told = try process.end()
        #expect(told.lines.map(\.text) == ["half way", "slow"])
        #expect(told.lines.map(\.severity) == ["SEVERITY_NUMBER_INFO", "SEVERITY_NUMBER_WARN"])
        #expect(told.lines.first?.attributes["pages"] == "7")
        #expect(told.lines.allSatisfy { $0.trace == told.spans.first?.trace })
    }

    @Test func `gets thousands of spans in several requests`() async throws {
        let process = try CollectorProcess()
        try await Telemetry.going(to: plain(process.port), service: "x", version: "1", remark: { _ in }) { telemetry in
            for number in 0..<3000 { await telemetry.span("\(number)") {} }
        }
        let told = try process.end()
        #expect(Set(told.spans.map(\.name)).count == 3000)
    }

    @Test func `gets the beginning of lines that are too long, and all of thousands`() async throws {
        let process = try CollectorProcess()
        let remarks = Remarks()
        try await Telemetry.going(to: plain(process.port), service: "x", version: "1", remark: { remarks.add($0) }) {
            telemetry in
            let log = telemetry.joining(Logger(label: "x") { _ in SwiftLogNoOpLogHandler() }, from: .info)
            for _ in 0..<1500 { log.info("\(String(repeating: "ä", count: 20_000))") }
        }
        // gRPC's own limit of 4 MiB a message is in force.
        let told = try process.end()
        #expect(told.lines.count == 1500)
        #expect(told.lines.allSatisfy { $0.text == String(repeating: "ä", count: 3584) + "…" })
        #expect(remarks.all.isEmpty)
    }

    @Test func `that refuses some has its reason told`() async throws {
        let process = try CollectorProcess("--refuse", "too old")
        let remarks = Remarks()
        try await Telemetry.going(
            to: plain(process.port), service: "x", version: "1", remark: { remarks.add($0) }
        ) { await $0.span("one") {} }
        _ = try process.end()
        #expect(
            remarks.all == [
                "telemetry: 127.0.0.1:\(process.port) refused 1 of 1: too old",
                "telemetry: 1 spans or log lines did not reach 127.0.0.1:\(process.port)",
            ])
    }

    @Test func `that isn't there costs a remark and no result`() async throws {
        let remarks = Remarks()
        let result = try await Telemetry.going(
            to: Collector(at: "127.0.0.1:1", security: .plaintext), service: "x", version: "1",
            remark: { remarks.add($0) }
        ) { telemetry in await telemetry.span("one") { 42 } }
        #expect(result == 42)
        #expect(remarks.all.first?.hasPrefix("telemetry: 127.0.0.1:1 takes no spans: ") == true, "\(remarks.all)")
        #expect(remarks.all.last == "telemetry: 1 spans or log lines did not reach 127.0.0.1:1")
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["silent", "unresolvable"])
    func `that never answers doesn't keep a run from ending`(kind: String) async throws {
        let listener = try SilentListener()
        let address = kind == "silent" ? "127.0.0.1:\(listener.port)" : "no-such-host.invalid:4317"
        let collector = try Collector(at: address, security: .plaintext)
        for isCancelled in [false, true] {
            let remarks = Remarks()
            let run = Task {
                try await Telemetry.going(to: collector, service: "x", version: "1", remark: { remarks.add($0) }) {
                    telemetry in
                    await telemetry.span("one") {}
                    if isCancelled { try await Task.sleep(for: .seconds(600)) }
                    return 42
                }
            }
            if isCancelled { run.cancel() }
            switch await run.result {
            case .success(let number): #expect(number == 42 && !isCancelled)
            case .failure(let error): #expect(error is CancellationError && isCancelled)
            }
            #expect(remarks.all.contains { $0.hasPrefix("telemetry: \(address)") }, "\(remarks.all)")
        }
    }

    @Test func `is told the rest of a run that was cancelled`() async throws {
        let process = try CollectorProcess()
        let port = process.port
        let run = Task {
            try await Telemetry.going(
                to: plain(port), service: "x", version: "1", remark: { _ in }
            ) { telemetry in
                try await telemetry.span("sleep") { try await Task.sleep(for: .seconds(600)) }
            }
        }
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
        let told = try process.end()
        #expect(told.spans.map(\.name) == ["sleep"])
        #expect(told.spans.first?.isFailed == true)
    }
}

@Suite struct `the address of a collector` {
    @Test(arguments: [
        ("localhost:4317", "localhost", 4317), ("collector.example.com", "collector.example.com", 4317),
        ("dns:///c:5", "c", 5), ("https://c:5", "c", 5), ("http://c/", "c", 4317), ("[::1]:9", "::1", 9),
        ("[::1]", "::1", 4317), ("10.0.0.1:65535", "10.0.0.1", 65535),
    ])
    func `is host and port`(_ endpoint: String, _ host: String, _ port: Int) throws {
        let collector = try Collector(at: endpoint, security: .system)
        #expect(collector.host == host && collector.port == port)
    }

    @Test(arguments: ["", ":4317", "c:0", "c:65536", "c:x", "[::1]x", "c/path", "a b:1", "::1"])
    func `is refused when it is none`(_ endpoint: String) {
        #expect(throws: EndpointError.self) { try Collector(at: endpoint, security: .system) }
    }
}
