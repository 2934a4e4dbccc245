import CommandLineKit
import Logging

/// Tells on standard error what the expansion warns of, one line each.
struct WarningLog: LogHandler {
    var logLevel = Logger.Level.warning
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }
        StandardStreams.process.error("Warning: \(event.message)\(fields.joined())".showingControls + "\n")
    }
}
