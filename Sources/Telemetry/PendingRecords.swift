import Synchronization

/// Spans and log lines that wait to be sent.
///
/// There is room for a few thousand. When a collector takes too long, the newest are lost and counted, so that a run never waits
/// for its telemetry.
final class PendingRecords: Sendable {
    private struct Waiting {
        var spans: [Span] = []
        var logs: [LogRecord] = []
        var lost = 0
        var isComplete = false
    }

    private static let room = 4096
    private static let worthSending = 512

    private let waiting = Mutex(Waiting())
    /// Has an element whenever there is reason to send.
    let calls: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    init() {
        (calls, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func add(_ span: Span) {
        add {
            $0.spans.append(span)
        } counting: {
            $0.spans.count
        }
    }

    func add(_ log: LogRecord) {
        add {
            $0.logs.append(log)
        } counting: {
            $0.logs.count
        }
    }

    private func add(_ append: (inout sending Waiting) -> Void, counting count: (borrowing Waiting) -> Int) {
        let isDue = waiting.withLock { waiting in
            guard count(waiting) < Self.room else {
                waiting.lost += 1
                return false
            }
            append(&waiting)
            return count(waiting) == Self.worthSending
        }
        if isDue { ring() }
    }

    /// Asks for what waits to be sent.
    func ring() {
        bell.yield()
    }

    /// Says that nothing more will come.
    func complete() {
        waiting.withLock { $0.isComplete = true }
        ring()
    }

    var isComplete: Bool { waiting.withLock { $0.isComplete } }

    /// Takes what goes into one request of each kind; nil when nothing waits.
    func take() -> (spans: [Span], logs: [LogRecord])? {
        waiting.withLock { waiting in
            guard !waiting.spans.isEmpty || !waiting.logs.isEmpty else { return nil }
            let taken = (Array(waiting.spans.prefix(Self.worthSending)), Array(waiting.logs.prefix(Self.worthSending)))
            waiting.spans.removeFirst(taken.0.count)
            waiting.logs.removeFirst(taken.1.count)
            return taken
        }
    }

    /// Notes that records could not be sent.
    func lose(_ count: Int) {
        waiting.withLock { $0.lost += count }
    }

    /// How many records were lost.
    var lost: Int { waiting.withLock { $0.lost } }
}
