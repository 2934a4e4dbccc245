import CommandLineKit
import Logging

/// One line of the log.
struct LogLine {
    let level: Logger.Level
    /// Seconds since 1970.
    let time: Double
    let caller: String
    let message: String
    let fields: Logger.Metadata

    /// Level, time, caller, message and fields as one JSON object.
    var json: String {
        let head = [
            ("level", JSONText.quoted(levelName)), ("ts", Self.decimal(time)), ("caller", JSONText.quoted(caller)),
            ("msg", JSONText.quoted(message)),
        ]
        return JSONText.object(head + members)
    }

    /// The same for a person: columns with tabs between them, the fields as JSON at the end.
    var console: String {
        let text = message.replacing("\n", with: "\\n").showingControls
        var columns = [Timestamp.text(time), levelName.uppercased(), caller, text]
        if !fields.isEmpty { columns.append(JSONText.object(members)) }
        return columns.joined(separator: "\t")
    }

    private var members: [(key: String, value: String)] {
        fields.sorted { $0.key < $1.key }.map { ($0.key, Self.json($0.value)) }
    }

    private var levelName: String {
        switch level {
        case .trace, .debug: "debug"
        case .info, .notice: "info"
        case .warning: "warn"
        case .error, .critical: "error"
        }
    }

    private static func json(_ value: Logger.MetadataValue) -> String {
        switch value {
        case .string(let text): JSONText.quoted(text)
        case .array(let items): JSONText.array(items.map(json))
        case .dictionary(let members):
            JSONText.object(members.sorted { $0.key < $1.key }.map { ($0.key, json($0.value)) })
        case .stringConvertible(let value): json(value)
        }
    }

    /// Numbers and Booleans keep their type, durations become seconds, all else is text.
    private static func json(_ value: any CustomStringConvertible & Sendable) -> String {
        switch value {
        case let flag as Bool: return flag ? "true" : "false"
        case let number as any BinaryInteger: return "\(number)"
        case let number as Double: return decimal(number)
        case let number as Float: return decimal(Double(number))
        case let duration as Duration: return decimal(duration / .seconds(1))
        default: return JSONText.quoted(value.description)
        }
    }

    private static func decimal(_ number: Double) -> String {
        guard number.isFinite else { return JSONText.quoted("\(number)") }
        if number == number.rounded(), abs(number) < 1e15 { return "\(Int64(number))" }
        return "\(number)"
    }
}
