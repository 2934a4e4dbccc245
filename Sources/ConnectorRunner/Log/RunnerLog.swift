import CommandLineKit
import Foundation
import Synchronization
import WireForm

/// The one log of the runner and all its connectors.
final class RunnerLog: Sendable {
    /// How much the runner tells of itself.
    enum Level: Int, Sendable, Comparable {
        case debug, info, warn, error, panic

        static let words = "debug, info, warn, error or panic"

        init?(_ word: String) {
            switch word.lowercased() {
            case "debug": self = .debug
            case "info": self = .info
            case "warn": self = .warn
            case "error": self = .error
            case "panic": self = .panic
            default: return nil
            }
        }

        static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    /// How the lines look.
    enum Format: String, Sendable {
        /// For people: each line behind the name of who wrote it.
        case console
        /// For programs: each line a JSON object.
        case json
    }

    let level: Level
    let format: Format
    private let now: @Sendable () -> Date
    private let width: Int
    /// Lines of several connectors must not run into each other.
    private let write: Mutex<@Sendable (String) -> Void>

    private static let ownName = "baton-runner"

    /// A log in which connectors with these names write.
    init(
        _ format: Format, level: Level, names: [String], now: @escaping @Sendable () -> Date = { Date() },
        write: @escaping @Sendable (String) -> Void
    ) {
        self.format = format
        self.level = level
        self.now = now
        self.write = Mutex(write)
        width = (names + [Self.ownName]).map(\.count).max() ?? 0
    }

    /// Writes a line of the runner itself, about a connector if it is about one.
    func tell(_ level: Level, _ message: String, about connector: String? = nil) {
        guard level >= self.level else { return }
        switch format {
        case .json: put(object(level, message, connector))
        case .console:
            let time = now().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            let text = connector.map { "\($0): \(message)" } ?? message
            put(prefixed("\(time)\t\("\(level)".uppercased())\t\(text)", Self.ownName))
        }
    }

    /// Passes on a line that a connector wrote.
    func pass(_ line: String, of connector: String) {
        if let named = JSONLine(line)?.naming(connector) { return put(named) }
        switch format {
        case .json: put(object(.info, line, connector))
        case .console: put(prefixed(line, connector))
        }
    }

    private func put(_ line: String) {
        write.withLock { $0(line + "\n") }
    }

    private func prefixed(_ line: String, _ name: String) -> String {
        // Tabs are columns; every other control character could steer the terminal.
        let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
        let shown = columns.map { String($0).showingControls }.joined(separator: "\t")
        return name + String(repeating: " ", count: max(0, width - name.count)) + " | " + shown
    }

    private func object(_ level: Level, _ message: String, _ connector: String?) -> String {
        var text = JSONText()
        text.raw("{\"level\":")
        text.string("\(level)")
        text.raw(",\"ts\":")
        text.raw("\(now().timeIntervalSince1970)".utf8)
        if let connector {
            text.raw(",\"connector\":")
            text.string(connector)
        }
        text.raw(",\"msg\":")
        text.string(message)
        text.raw("}")
        return String(decoding: text.bytes, as: UTF8.self)
    }
}
