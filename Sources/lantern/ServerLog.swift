import CommandLineKit
import Logging
import WireForm

/// Lines of JSON on standard error, one for each event.
struct ServerLog: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(level: Logger.Level) { logLevel = level }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { $1 } }
        if let own = event.metadata { fields.merge(own) { $1 } }
        if let error = event.error { fields["error"] = "\(error)" }
        let time = CivilTime(unixSeconds: Int64(SystemTime.now))?.rfc3339() ?? ""
        var members: [(name: String, value: JSONValue)] = [
            ("time", .string(time)), ("level", .string(event.level.rawValue)),
            ("message", .string(event.message.description)),
        ]
        members += fields.sorted { $0.key < $1.key }.map { ($0.key, .string("\($0.value)")) }
        var text = JSONText()
        JSONValue.object(members).write(to: &text)
        StandardStreams.process.error(String(decoding: text.bytes, as: UTF8.self) + "\n")
    }
}
