import Logging
import Telemetry

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Writes every event as one line.
struct LineLogHandler: LogHandler {
    let format: LogFormat
    let write: @Sendable (String) -> Void
    var now: @Sendable () -> Double = { Date().timeIntervalSince1970 }
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(_ format: LogFormat, level: Logger.Level, write: @escaping @Sendable (String) -> Void) {
        self.format = format
        self.write = write
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = event.fields(with: self)
        let caller = event.file.split(separator: "/").suffix(2).joined(separator: "/")
        let line = LogLine(
            level: event.level, time: now(), caller: "\(caller):\(event.line)", message: event.message.description,
            fields: fields)
        write((format == .json ? line.json : line.console) + "\n")
    }
}

/// How the log looks.
enum LogFormat: Sendable {
    case json, console

    static let names = ["json", "console"]

    /// The format of that name; nil when it isn't known, which the ecosystem takes for JSON.
    init?(named name: String) {
        switch name.lowercased() {
        case "json": self = .json
        case "console": self = .console
        default: return nil
        }
    }
}

extension Logger.Level {
    static let names = ["debug", "info", "warn", "error", "dpanic", "panic", "fatal"]

    /// The level of that name as Go's zap knows it; nil when it isn't known, which the ecosystem takes for `info`.
    ///
    /// What the last three let through never happens here, so that they silence the log.
    init?(named name: String) {
        switch name.lowercased() {
        case "debug": self = .debug
        case "info": self = .info
        case "warn", "warning": self = .warning
        case "error": self = .error
        case "dpanic", "panic", "fatal": self = .critical
        default: return nil
        }
    }
}
