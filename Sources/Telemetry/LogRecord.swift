public import Logging
import WireForm

/// A line of the log, as a collector is told of it (`opentelemetry.proto.logs.v1.LogRecord`).
struct LogRecord: Sendable {
    let time: UInt64
    let level: Logger.Level
    let text: String
    let attributes: [(name: String, value: AttributeValue)]
    let span: Span.Identity?

    /// Most bytes of a text: collectors take requests of 4 MiB, which are 512 lines of this length.
    private static let longestText = 7 << 10

    var message: [UInt8] {
        var message = WireWriter()
        message.fixed(1, time)
        message.field(2, number: level.severity)
        message.field(3, level.rawValue)
        message.field(5, AttributeValue.text(text.cut(to: Self.longestText)).message)
        for (name, value) in attributes { message.field(6, value.message(named: name)) }
        if let span {
            message.field(9, span.trace)
            message.field(10, span.span)
        }
        message.fixed(11, time)
        return message.bytes
    }
}

extension String {
    /// The text itself, or its beginning with an ellipsis when it has more bytes than `limit`.
    fileprivate func cut(to limit: Int) -> String {
        guard utf8.count > limit else { return self }
        // What is cut in the middle of a character becomes a replacement character.
        return String(decoding: utf8.prefix(limit), as: UTF8.self) + "…"
    }
}

extension Logger.Level {
    /// `SeverityNumber`, the lowest of each range.
    fileprivate var severity: UInt64 {
        switch self {
        case .trace: 1
        case .debug: 5
        case .info: 9
        case .notice: 10
        case .warning: 13
        case .error: 17
        case .critical: 21
        }
    }
}

extension AttributeValue {
    /// What a log line says, as it stands in the log.
    init(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): self = .text(text)
        case .stringConvertible(let number as Int): self = .number(number)
        case .stringConvertible(let value): self = .text(value.description)
        case .array(let values): self = .list(values.map { AttributeValue($0) })
        case .dictionary(let entries):
            self = .object(entries.sorted { $0.key < $1.key }.map { ($0.key, AttributeValue($0.value)) })
        }
    }
}

extension LogEvent {
    /// All that a line of `handler` says besides its text: what the handler always says, what is provided, what the event brings,
    /// the later over the earlier, and the error.
    public func fields(with handler: some LogHandler) -> Logger.Metadata {
        var fields = handler.metadata
        if let provided = handler.metadataProvider?.get() { fields.merge(provided) { $1 } }
        if let metadata { fields.merge(metadata) { $1 } }
        if let error { fields["error"] = .string(String(describing: error)) }
        return fields
    }
}

/// Hands log lines to a collector.
struct CollectedLogHandler: LogHandler {
    let pending: PendingRecords
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(_ pending: PendingRecords, level: Logger.Level) {
        self.pending = pending
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = event.fields(with: self)
        pending.add(
            LogRecord(
                time: .now, level: event.level, text: event.message.description,
                attributes: fields.sorted { $0.key < $1.key }.map { ($0.key, AttributeValue($0.value)) },
                span: Span.current))
    }
}
