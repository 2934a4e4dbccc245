public import Logging

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What a run tells a collector of itself: how long each thing took, and what its log says.
public struct Telemetry: Sendable {
    private let pending: PendingRecords?
    private let takesTraces: Bool
    private let takesLogs: Bool

    /// Telemetry that goes nowhere.
    public static let none = Telemetry(pending: nil, takesTraces: false, takesLogs: false)

    /// Whether spans go anywhere.
    public var isTracing: Bool { pending != nil && takesTraces }

    private init(pending: PendingRecords?, takesTraces: Bool, takesLogs: Bool) {
        self.pending = pending
        self.takesTraces = takesTraces
        self.takesLogs = takesLogs
    }

    /// Runs `work`, whose telemetry goes to `collector`.
    ///
    /// At its end what was not sent yet is sent, for five seconds at most. A collector that can't be reached costs a remark and
    /// nothing else.
    ///
    /// - Parameters:
    ///   - service: the name under which the collector knows the program.
    ///   - remark: tells the program's own log what became of the telemetry.
    public static func going<Result>(
        to collector: Collector, service: String, version: String, remark: @escaping @Sendable (String) -> Void,
        _ work: (Telemetry) async throws -> Result
    ) async rethrows -> Result {
        let pending = PendingRecords()
        let exporter = Exporter(
            collector: collector, request: ExportRequest(service: service, version: version), pending: pending,
            remark: remark)
        // Not a child task: what an interrupted run has to tell must still be sent. Its end is waited for on every path, but not for
        // ever: a name that is being looked up, or a server that keeps silent, obeys no cancellation.
        let sending = Task { await exporter.run() }
        let telemetry = Telemetry(
            pending: pending, takesTraces: collector.takesTraces, takesLogs: collector.takesLogs)
        do {
            let result = try await work(telemetry)
            pending.complete()
            await exporter.end(sending)
            return result
        } catch {
            pending.complete()
            await exporter.end(sending)
            throw error
        }
    }

    /// Runs `work` as a span, under the span it is called in.
    public func span<Result>(
        _ name: String, _ kind: Span.Kind = .inside, _ attributes: [(name: String, value: AttributeValue)] = [],
        _ work: () async throws -> Result
    ) async rethrows -> Result {
        guard let pending, takesTraces else { return try await work() }
        let parent = Span.current
        var span = Span(
            identity: Span.Identity(under: parent), parent: parent, name: name, kind: kind, start: .now,
            attributes: attributes)
        do {
            let result = try await Span.$current.withValue(span.identity) { try await work() }
            span.end = .now
            pending.add(span)
            return result
        } catch {
            span.end = .now
            span.problem = "\(error)"
            pending.add(span)
            throw error
        }
    }

    /// The same log, whose lines from `level` on go to the collector too.
    public func joining(_ log: Logger, from level: Logger.Level) -> Logger {
        guard let pending, takesLogs else { return log }
        return Logger(label: log.label) { _ in
            MultiplexLogHandler([log.handler, CollectedLogHandler(pending, level: level)])
        }
    }
}

extension UInt64 {
    /// Nanoseconds since 1970.
    static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
