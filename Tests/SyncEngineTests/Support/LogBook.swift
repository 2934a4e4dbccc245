import Logging
import SyncEngine
import Synchronization

/// Keeps every log line.
final class LogBook: Sendable {
    struct Line: Sendable {
        let level: Logger.Level
        let message: String
        let fields: [String: Logger.MetadataValue]

        func text(_ field: String) -> String? { fields[field].map { "\($0)" } }
    }

    private let lines = Mutex<[Line]>([])

    var all: [Line] { lines.withLock { $0 } }

    /// Messages of `info` and above, in order.
    var messages: [String] { all.filter { $0.level >= .info }.map(\.message) }

    func lines(_ message: String) -> [Line] { all.filter { $0.message == message } }

    var logger: Logger { Logger(label: "test") { _ in Handler(book: self) } }

    fileprivate func add(_ line: Line) { lines.withLock { $0.append(line) } }

    private struct Handler: LogHandler {
        let book: LogBook
        var logLevel = Logger.Level.debug
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.MetadataValue? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            book.add(Line(level: event.level, message: "\(event.message)", fields: event.metadata ?? [:]))
        }
    }
}

/// Keeps every progress report, and runs something at each.
final class ProgressBook: SyncObserver {
    private let reports = Mutex<[SyncProgress]>([])
    private let reaction: @Sendable (SyncProgress, Int) -> Void

    /// - Parameter reaction: called with the report and its number, from 1.
    init(_ reaction: @escaping @Sendable (SyncProgress, Int) -> Void = { _, _ in }) {
        self.reaction = reaction
    }

    var all: [SyncProgress] { reports.withLock { $0 } }

    func syncProgressed(to progress: SyncProgress) {
        let number = reports.withLock { reports in
            reports.append(progress)
            return reports.count
        }
        reaction(progress, number)
    }
}
