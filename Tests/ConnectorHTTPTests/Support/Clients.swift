import AccessModel
import ConnectorHTTP
import ConnectorKit
import Foundation
import Logging
import Synchronization
import Testing

/// Keeps what was logged.
final class KeptLog: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(log: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let log: KeptLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.MetadataValue? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let details = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            log.lines.withLock { $0.append("\(event.level) \(event.message) \(details.joined(separator: " "))") }
        }
    }
}

/// The options of these tests: a clock of their own and no variables but these.
func options(
    _ clock: any ClientClock = ManualClock(), _ environment: [String: String] = [:], log: KeptLog = KeptLog()
) -> HTTPClientOptions {
    var options = HTTPClientOptions(ConnectorContext(log: log.logger, userAgent: "baton-test/1"))
    options.clock = clock
    options.environment = environment
    return options
}

/// A row as the applications of these tests have it.
struct Row: Codable, Sendable, Equatable {
    let id: String
}

/// The error that `work` ends with.
func serviceError(
    _ work: () async throws -> some Sendable, sourceLocation: SourceLocation = #_sourceLocation
) async throws -> ServiceError {
    do {
        _ = try await work()
    } catch let error as ServiceError {
        return error
    }
    Issue.record("no error", sourceLocation: sourceLocation)
    throw CancellationError()
}
